#include "steppe/model/network.hpp"

#include <doctest/doctest.h>

#include "steppe/error.hpp"

using namespace steppe;

TEST_CASE("a network knows its size and name") {
    CHECK(Network{1001, 1}.weight_count() == 1001);
    CHECK(Network{1001, 1}.name() == "perceptron");
    CHECK(Network{321, 5}.weight_count() == 1605);
    CHECK(Network{321, 5}.name() == "committee");
}

TEST_CASE("networks that make no sense are refused") {
    CHECK_THROWS_WITH_AS((Network{0, 1}.validate()), "inputs is 0: a network needs at least one",
                         Error);
    CHECK_THROWS_WITH_AS((Network{5, 0}.validate()),
                         "hidden is 0: a network needs at least one unit", Error);
    CHECK_THROWS_WITH_AS((Network{5, 4}.validate()),
                         "hidden is 4: a majority needs an odd number of units", Error);
    CHECK_NOTHROW((Network{5, 5}.validate()));
}

TEST_CASE("weights are bits and come back as signs") {
    std::vector<signed char> signs(3 * 21);
    for (int i = 0; i < 3 * 21; ++i) signs[static_cast<std::size_t>(i)] = i * i % 7 < 3 ? 1 : -1;
    Weights weights = Weights::from_signs(21, 3, signs);
    CHECK(weights.size() == 63);
    CHECK(weights.signs() == signs);
    CHECK(weights == Weights::from_signs(21, 3, signs));
    weights.set(2, 20, weights.sign(2, 20) < 0);
    CHECK(!(weights == Weights::from_signs(21, 3, signs)));
    for (std::size_t k = 0; k < 3; ++k) CHECK((weights.words(k).back() & 0xffe0u) == 0);
    CHECK(Weights(4, 1).signs() == std::vector<signed char>{-1, -1, -1, -1});
    CHECK_THROWS_AS(Weights::from_signs(21, 2, signs), Error);
    signs[5] = 0;
    CHECK_THROWS_WITH_AS(Weights::from_signs(21, 3, signs),
                         "weight 5 of unit 0 is 0: weights must be +1 or -1", Error);
}

TEST_CASE("sixteen weights at once, bits past the last dropped") {
    Weights words(21, 2), singly(21, 2);
    for (std::size_t k = 0; k < 2; ++k) {
        for (std::size_t w = 0; w < 2; ++w) {
            const auto bits = static_cast<std::uint16_t>(0xb6d1u * (k + 2 * w + 1));
            words.set_word(k, w, bits);
            for (std::size_t b = 0; b < 16 && 16 * w + b < 21; ++b)
                singly.set(k, 16 * w + b, (bits >> b & 1) != 0);
        }
    }
    CHECK(words == singly);
}

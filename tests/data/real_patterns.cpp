#include "steppe/data/real_patterns.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "steppe/error.hpp"

using namespace steppe;

TEST_CASE("real patterns are kept as they are; labels stay beside them until they are folded in") {
    const std::vector<float> values{0.5f, -1.25f, 0.0f, 3.0f, 2.0f, -7.0f};
    const RealPatterns plain = RealPatterns::from_values(3, 2, values);
    CHECK(plain.inputs() == 3);
    CHECK(plain.patterns() == 2);
    CHECK(plain.memory_bytes() == 24);
    CHECK(std::vector<float>(plain.values().begin(), plain.values().end()) == values);
    const RealPatterns folded =
        RealPatterns::from_values(3, 2, values, std::vector<signed char>{1, -1}).fold_labels();
    CHECK(folded.labels().empty());
    CHECK(folded.values()[1] == -1.25f);
    CHECK(folded.values()[3] == -3.0f);
    CHECK(folded.values()[5] == 7.0f);
}

TEST_CASE("values that are no patterns are refused") {
    std::vector<float> values(6, 1.0f);
    CHECK_THROWS_WITH_AS(RealPatterns::from_values(0, 2, values),
                         "2 patterns of 0 inputs: there must be at least one of each", Error);
    CHECK_THROWS_WITH_AS(RealPatterns::from_values(4, 2, values),
                         "6 values for 2 patterns of 4 inputs: there must be 8", Error);
    CHECK_THROWS_WITH_AS(RealPatterns::from_values(3, 2, values, std::vector<signed char>{1}),
                         "1 labels for 2 patterns: there must be one for each", Error);
    CHECK_THROWS_WITH_AS(RealPatterns::from_values(3, 2, values, std::vector<signed char>{1, 0}),
                         "label 1 is 0: labels must be +1 or -1", Error);
    values[4] = std::nanf("");
    CHECK_THROWS_WITH_AS(RealPatterns::from_values(3, 2, values),
                         "input 1 of pattern 1 is nan: inputs must be finite", Error);
}

#include "steppe/data/repeated_patterns.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace steppe;

namespace {

using Signs = std::vector<signed char>;
using Numbers = std::vector<std::size_t>;

Patterns bits(std::size_t inputs, const Signs& signs, const Signs& labels = {}) {
    return std::make_shared<PatternSet>(
        PatternSet::from_signs(inputs, signs.size() / inputs, signs, labels));
}

Patterns reals(std::size_t inputs, const std::vector<float>& values) {
    return std::make_shared<RealPatterns>(
        RealPatterns::from_values(inputs, values.size() / inputs, values));
}

}  // namespace

TEST_CASE("equal and turned patterns of bits are found, past the first word of inputs too") {
    // 19 inputs: the last word is padded, and patterns 0 and 3 differ in the last input alone.
    Signs signs(5 * 19, 1);
    signs[18] = -1;
    for (std::size_t i = 0; i < 18; ++i) signs[19 + i] = -1;  // 0 turned
    for (std::size_t i = 0; i < 19; ++i) signs[2 * 19 + i] = signs[i];
    for (std::size_t i = 0; i < 19; ++i) signs[4 * 19 + i] = -1;  // 3 turned
    const RepeatedPatterns found = find_repeated(bits(19, signs));
    CHECK(found.first == Numbers{0, 0, 0, 3, 3});
    CHECK(found.sign == Signs{1, -1, 1, 1, -1});
    CHECK(found.distinct == 2);
}

TEST_CASE("equal and turned patterns of reals are found; the sign of 0 is none") {
    const RepeatedPatterns found =
        find_repeated(reals(2, {0, 2, 0, 0, -0.0f, -2, -0.0f, 0, 2, 0, -0.0f, 2, 0, 2.0000002f}));
    CHECK(found.first == Numbers{0, 1, 0, 1, 4, 0, 6});
    CHECK(found.sign == Signs{1, 1, -1, 1, 1, 1, 1});
    CHECK(found.distinct == 4);
}

TEST_CASE("a constraint is what has the same inputs and the same label") {
    const Signs signs{1, 1, 1, 1, -1, -1, 1, 1, 1, 1, -1, -1};
    const Signs labels{1, -1, 1, 1, -1, -1};
    const Patterns beside = bits(2, signs, labels);
    CHECK(distinct_patterns(beside, find_repeated(beside)) == Numbers{0, 1, 2, 5});
    const Patterns folded = beside.fold_labels();  // + - - + - +
    CHECK(distinct_patterns(folded, find_repeated(folded)) == Numbers{0, 1});
}

TEST_CASE("grouping patterns is what comparing every two of them says") {
    rc::check([] {
        const auto inputs = *rc::gen::inRange<std::size_t>(1, 5);
        const auto patterns = *rc::gen::inRange<std::size_t>(1, 20);
        const auto values = *rc::gen::container<std::vector<int>>(
            inputs * patterns, rc::gen::elementOf(std::vector<int>{-1, 0, 1}));
        const bool real = *rc::gen::arbitrary<bool>();
        std::vector<float> floats(values.begin(), values.end());
        Signs signs;
        for (const int value : values) signs.push_back(value < 0 ? -1 : 1);
        if (!real) floats.assign(signs.begin(), signs.end());
        const RepeatedPatterns found =
            find_repeated(real ? reals(inputs, floats) : bits(inputs, signs));
        const auto same = [&](std::size_t a, std::size_t b, float sign) {
            for (std::size_t i = 0; i < inputs; ++i) {
                if (floats[a * inputs + i] != sign * floats[b * inputs + i]) return false;
            }
            return true;
        };
        std::size_t distinct = 0;
        for (std::size_t a = 0; a < patterns; ++a) {
            std::size_t first = 0;
            while (!same(a, first, 1) && !same(a, first, -1)) ++first;
            RC_ASSERT(found.first[a] == first);
            RC_ASSERT(found.sign[a] == (same(a, first, 1) ? 1 : -1));
            distinct += first == a;
        }
        RC_ASSERT(found.distinct == distinct);
    });
}

#include "steppe/data/pattern_set.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "steppe/error.hpp"

using namespace steppe;

TEST_CASE("signs are packed in the layout that the header states") {
    CHECK(rc::check("layout", [] {
        const auto inputs = *rc::gen::inRange<std::size_t>(1, 80);
        const auto patterns = *rc::gen::inRange<std::size_t>(1, 30);
        const auto bits =
            *rc::gen::container<std::vector<bool>>(inputs * patterns, rc::gen::arbitrary<bool>());
        std::vector<signed char> signs(bits.size());
        std::transform(bits.begin(), bits.end(), signs.begin(),
                       [](bool bit) -> signed char { return bit ? 1 : -1; });
        const PatternSet set = PatternSet::from_signs(inputs, patterns, signs);
        RC_ASSERT(set.signs() == signs);
        std::size_t ones = 0;
        for (std::size_t a = 0; a < patterns; ++a) {
            for (std::size_t i = 0; i < inputs; ++i) {
                const std::size_t w = i / 16;
                const std::uint16_t word =
                    set.words()[((a / 8) * set.words_per_pattern() + w) * 8 + a % 8];
                RC_ASSERT((word >> (i % 16) & 1) == (bits[a * inputs + i] ? 1 : 0));
                ones += bits[a * inputs + i];
            }
        }
        // Nothing else is set.
        std::size_t all = 0;
        for (const std::uint16_t word : set.words()) all += std::popcount(word);
        RC_ASSERT(all == ones);
        const PatternSet again =
            PatternSet::from_words(inputs, patterns, {set.words().begin(), set.words().end()});
        RC_ASSERT(again.hash() == set.hash());
    }));
}

TEST_CASE("memory is a bit a pattern-input pair") {
    const PatternSet set = random_patterns(1000, 800, 1);
    CHECK(set.memory_bytes() == PatternSet::memory_bytes(1000, 800));
    CHECK(set.memory_bytes() == set.words().size() * 2);
    CHECK(set.memory_bytes() <= 1.01 * 1000 * 800 / 8);
}

TEST_CASE("folding labels twice as labels changes nothing, and the hash knows labels") {
    const std::vector<signed char> signs{1, -1, 1, 1, 1, -1};
    const PatternSet plain = PatternSet::from_signs(3, 2, signs);
    const PatternSet labelled =
        PatternSet::from_signs(3, 2, signs, std::vector<signed char>{1, -1});
    CHECK(plain.fold_labels().hash() == plain.hash());
    CHECK(labelled.hash() != plain.hash());
    CHECK(labelled.fold_labels().signs() == std::vector<signed char>{1, -1, 1, -1, -1, 1});
    CHECK(labelled.fold_labels().labels().empty());
}

TEST_CASE("shapes and values that make no sense are refused") {
    const std::vector<signed char> signs{1, -1, 1, 1};
    CHECK_THROWS_WITH_AS(PatternSet::from_signs(0, 2, signs),
                         "a pattern set needs at least one pattern of one input, not 2 of 0",
                         Error);
    CHECK_THROWS_WITH_AS(PatternSet::from_signs(3, 2, signs),
                         "4 signs for 2 patterns of 3 inputs: there must be 6", Error);
    CHECK_THROWS_WITH_AS(PatternSet::from_signs(2, 2, std::vector<signed char>{1, 0, 1, 1}),
                         "input 1 of pattern 0 is 0: inputs must be +1 or -1", Error);
    CHECK_THROWS_WITH_AS(PatternSet::from_signs(2, 2, signs, std::vector<signed char>{1}),
                         "1 labels for 2 patterns", Error);
    CHECK_THROWS_WITH_AS(PatternSet::from_signs(2, 2, signs, std::vector<signed char>{1, 3}),
                         "label of pattern 1 is 3: labels must be +1 or -1", Error);
    CHECK_THROWS_AS(PatternSet::from_words(2, 2, {1, 2, 3}), Error);
    CHECK_THROWS_AS(PatternSet::from_words(2, 1, {4, 0, 0, 0, 0, 0, 0, 0}), Error);  // third input
    CHECK_THROWS_AS(PatternSet::from_words(2, 1, {0, 1, 0, 0, 0, 0, 0, 0}),
                    Error);  // second pattern
}

TEST_CASE("parts of a pattern as numbers are its signs") {
    CHECK(rc::check("copy_inputs", [] {
        const auto inputs = *rc::gen::inRange<std::size_t>(1, 100);
        const auto patterns = *rc::gen::inRange<std::size_t>(1, 20);
        const PatternSet set =
            random_patterns(inputs, patterns, *rc::gen::arbitrary<std::uint64_t>());
        const auto a = *rc::gen::inRange<std::size_t>(0, patterns);
        const auto first = *rc::gen::inRange<std::size_t>(0, inputs);
        const auto count = *rc::gen::inRange<std::size_t>(0, inputs - first + 1);
        std::vector<float> single(count);
        std::vector<double> numbers(count);
        set.copy_inputs(a, first, std::span(single));
        set.copy_inputs(a, first, std::span(numbers));
        for (std::size_t i = 0; i < count; ++i) {
            RC_ASSERT(single[i] == static_cast<float>(set.sign(a, first + i)));
            RC_ASSERT(numbers[i] == static_cast<double>(set.sign(a, first + i)));
        }
    }));
}

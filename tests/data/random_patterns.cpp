#include <doctest/doctest.h>

#include <cmath>

#include "steppe/data/pattern_set.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

using namespace steppe;

TEST_CASE("a seed names a problem: bit for bit, on any number of threads") {
    const PatternSet one = random_patterns(101, 77, 5);
    Threads(3).run([&] { CHECK(random_patterns(101, 77, 5).hash() == one.hash()); });
    CHECK(random_patterns(101, 77, 6).hash() != one.hash());
    // By the definition in the header.
    const Philox random(5, Stream::Patterns);
    for (std::size_t a = 0; a < 77; ++a) {
        for (std::size_t i = 0; i < 101; ++i) {
            const bool bit = random.bits(a, static_cast<std::uint32_t>(i / 64)) >> (i % 64) & 1;
            REQUIRE(one.sign(a, i) == (bit ? 1 : -1));
        }
    }
    // A change of this number would rename every random problem in use.
    CHECK(one.hash() == 0x73574aca'0e6c09ecu);
}

TEST_CASE("inputs are balanced and patterns independent") {
    const std::size_t n = 400, m = 300;
    const PatternSet set = random_patterns(n, m, 1);
    double sum = 0.0;
    double overlap_square = 0.0;
    for (std::size_t a = 0; a < m; ++a) {
        double overlap = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            sum += set.sign(a, i);
            overlap += set.sign(a, i) * set.sign((a + 1) % m, i);
        }
        overlap_square += overlap * overlap / static_cast<double>(n);
    }
    CHECK(std::abs(sum) < 5 * std::sqrt(static_cast<double>(n * m)));
    // Mean 1, variance about 2, over m neighbours.
    CHECK(std::abs(overlap_square / static_cast<double>(m) - 1) < 5 * std::sqrt(2.0 / m));
}

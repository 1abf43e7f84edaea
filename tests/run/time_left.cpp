#include "steppe/run/time_left.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace steppe;

TEST_CASE("time left: the rest of a schedule at the pace so far") {
    CHECK(seconds_left({.seconds = 2.0, .share = 0.25}) == doctest::Approx(6.0));
    CHECK(seconds_left({.seconds = 2.0, .share = 1.0}) == 0.0);
    CHECK(std::isinf(seconds_left({.seconds = 2.0})));
}

TEST_CASE("time left: tries that may follow last as long as those before them") {
    // The first try tells of the others what it tells of itself.
    CHECK(seconds_left({.seconds = 2.0, .share = 0.5, .attempt = 1, .attempts = 11}) ==
          doctest::Approx(2.0 + 10 * 4.0));
    // Two tries took 3 s each; the third is half done after 1 s.
    CHECK(seconds_left(
              {.seconds = 7.0, .try_start = 6.0, .share = 0.5, .attempt = 3, .attempts = 5}) ==
          doctest::Approx(1.0 + 2 * 3.0));
    // The number of tries may have fallen below the present one.
    CHECK(seconds_left(
              {.seconds = 7.0, .try_start = 6.0, .share = 0.5, .attempt = 3, .attempts = 1}) ==
          doctest::Approx(1.0));
}

TEST_CASE("time left: no more than the limits leave") {
    CHECK(seconds_left({.seconds = 2.0, .share = 0.01, .time_limit = 10.0}) == 8.0);
    CHECK(seconds_left({.seconds = 2.0, .time_limit = 10.0}) == 8.0);
    CHECK(seconds_left({.seconds = 12.0, .share = 0.1, .time_limit = 10.0}) == 0.0);
    CHECK(seconds_left({.seconds = 2.0, .share = 0.01, .iterations = 20, .max_iterations = 50}) ==
          doctest::Approx(3.0));
}

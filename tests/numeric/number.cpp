#include "steppe/numeric/number.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace steppe;

TEST_CASE("a word is a number or it is not") {
    CHECK(number_of("0.5") == 0.5);
    CHECK(number_of("-1e3") == -1000.0);
    CHECK(std::isinf(*number_of("inf")));
    for (const std::string word : {"", "x", "1x", "1 2", "0.5,", "--1"}) CHECK(!number_of(word));
    CHECK(!number_of(std::string("1\0", 2)));
}

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
    CHECK(number_of("+0.5") == 0.5);
    CHECK(number_of("1e-400") == 0.0);
    CHECK(std::isinf(*number_of("-1e400")));
    // Decimal, and nothing around it.
    for (const std::string word :
         {"0x10", "0x1p3", " 1", "1 ", "+-1", "++1", "+", "1_000", "1'0"}) {
        CAPTURE(word);
        CHECK(!number_of(word));
    }
}

TEST_CASE("a whole number is read as people write it") {
    CHECK(whole_number_of("0") == 0u);
    CHECK(whole_number_of("0101") == 101u);
    CHECK(whole_number_of("+7") == 7u);
    CHECK(whole_number_of("1e3") == 1000u);
    CHECK(whole_number_of("20.0") == 20u);
    CHECK(whole_number_of("18446744073709551615") == 18446744073709551615u);
    for (const std::string word : {"", "-1", "0x10", "1.5", "18446744073709551616", "1e30", "nan",
                                   "inf", "10x", " 1", "+-1", "1,000"}) {
        CAPTURE(word);
        CHECK(!whole_number_of(word));
    }
}

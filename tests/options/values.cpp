// What the text of an option may be.
#include "steppe/options/values.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <rapidcheck.h>

using namespace steppe;

TEST_CASE("text that cannot be read is refused with a sentence") {
    CHECK(counts(1).why_not("x") == "'x' is not a whole number from 1 up");
    CHECK(counts(1).why_not("0") == "'0' is not a whole number from 1 up");
    CHECK(counts(0).why_not("1e13") == "'1e13' is too large: it may be at most 1000000000000");
    CHECK(counts(1).or_words({"auto"}).why_not("x") ==
          "'x' is neither a whole number, 1 or more, nor auto");
    CHECK(counts(1).or_words({"auto"}).why_not("auto").empty());
    CHECK(numbers().why_not("nan") == "'nan' is not a finite number, such as 0.5 or 1e-3");
    CHECK(numbers().why_not("0x10") == "'0x10' is not a finite number, such as 0.5 or 1e-3");
    CHECK(one_of({"exact", "relaxed"}).why_not("relaxd") ==
          "'relaxd' is not allowed; it may be exact or relaxed; did you mean 'relaxed'?");
    CHECK(flag().why_not("yes") == "'yes' is neither true nor false");
    CHECK(ramps().why_not("0.5").empty());
    CHECK(ramps().why_not("abc") == "'abc' is neither a number nor a range A:B");
    CHECK(ramps().why_not("1:2:geometric").empty());
    CHECK(texts({"one"}).why_not("other").empty());
}

TEST_CASE("values out of range are told what the range is") {
    const Values damping = numbers().from(0).below(1);
    CHECK(damping.out_of_range("0").empty());
    CHECK(damping.out_of_range("1") == "it must be at least 0 and below 1");
    CHECK(numbers().above(0).out_of_range("0") == "it must be above 0");
    CHECK(numbers().from(0).out_of_range("-1") == "it must be 0 or more");
    CHECK(numbers().from(0).out_of_range("inf") == "it must be a finite number");
    CHECK(ramps().from(0).out_of_range("1:inf") ==
          "its ends must be finite numbers, of a geometric range above 0");
    CHECK(ramps().above(0).out_of_range("1:0") == "it must be above 0");
    CHECK(ramps().above(0).out_of_range("1:2").empty());
    CHECK(counts(1).up_to(9).or_words({"auto"}).out_of_range("auto").empty());
    CHECK(damping.in_words() == "a number, at least 0 and below 1");
    CHECK(counts(1).or_words({"auto"}).in_words() == "a whole number, 1 or more; or auto");
    CHECK(one_of({"a", "b", "c"}).in_words() == "a, b or c");
}

TEST_CASE("a number is in range where it lies between the bounds") {
    rc::check("bounds", [](int low, int width, int x) {
        const double least = low % 100, most = least + std::abs(width % 100), at = x % 200;
        const std::string text = fmt::format("{}", at);
        RC_ASSERT(numbers().from(least).up_to(most).out_of_range(text).empty() ==
                  (at >= least && at <= most));
        RC_ASSERT(numbers().above(least).below(most).out_of_range(text).empty() ==
                  (at > least && at < most));
    });
}

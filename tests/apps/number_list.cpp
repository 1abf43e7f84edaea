// Numbers as people write them on the command line.
#include "number_list.hpp"

#include <doctest/doctest.h>

#include "steppe/error.hpp"

using steppe::cli::list_text;
using steppe::cli::number_list;
using steppe::cli::numbers_of;

using List = std::vector<double>;

TEST_CASE("lists, and ranges with both ends") {
    CHECK(numbers_of("0.2,0.3,-0.5") == List{0.2, 0.3, -0.5});
    CHECK(numbers_of("3,1,1") == List{3, 1, 1});
    CHECK(numbers_of("1e-3") == List{0.001});
    CHECK(numbers_of("0.1:0.3:0.1") == List{0.1, 0.2, 0.3});
    CHECK(numbers_of("-1:1:0.5") == List{-1, -0.5, 0, 0.5, 1});
    // The last step is left out where it does not end at B.
    CHECK(numbers_of("0:1:0.4") == List{0, 0.4, 0.8});
    CHECK(numbers_of("0:1:2") == List{0});
    CHECK(numbers_of("0:12").size() == 13);
    CHECK(numbers_of("0:12")[5] == 5.0);
}

TEST_CASE("steps are as they are written, not as they add up") {
    const List sizes = numbers_of("0.01:1:0.01");
    REQUIRE(sizes.size() == 100);
    CHECK(sizes[6] == 0.07);
    CHECK(sizes[99] == 1.0);
    CHECK(numbers_of("0:9999:1").size() == 10000);
}

TEST_CASE("what is no list says what would be") {
    for (const std::string text :
         {"",          "1:",     ":1",      ":",          "3:1",          "1:1",
          "0:1:0",     "0:1:-1", "0:1:nan", "nan",        "inf",          "0:inf",
          "1,,2",      ",",      "1,",      "0:1e9:1e-9", "0:10000:1",    "1:2,3",
          "0:1:0.5:2", "a",      "1 2",     "0x10",       "-1e308:1e308", "-1e308:1e308:1e307",
          "0:1:1e-320"}) {
        CAPTURE(text);
        const std::string why =
            "'" + text +
            "' is not a list of numbers: write 0.2,0.3,0.5, or a range A:B or A:B:STEP with A "
            "below B, a STEP above 0 and at most 10000 numbers";
        CHECK_THROWS_WITH_AS(numbers_of(text), why.c_str(), steppe::Error);
        std::string word = text;
        CHECK(number_list().check(word) == why);
    }
    std::string word = "1:2:0.5";
    CHECK(number_list().check(word) == "");
}

TEST_CASE("numbers are written as they are read") {
    CHECK(list_text(numbers_of("0.05:1:0.05")) == "0.05:1:0.05");
    CHECK(list_text({0.01, 0.02, 0.03}) == "0.01:0.03:0.01");
    CHECK(list_text({0.5, 0.75, 1.0, 1.5}) == "0.5,0.75,1,1.5");
    CHECK(list_text({3.0, 2.0, 1.0}) == "3,2,1");
    CHECK(list_text({1.0, 1.0, 1.0}) == "1,1,1");
    CHECK(list_text({0.25}) == "0.25");
}

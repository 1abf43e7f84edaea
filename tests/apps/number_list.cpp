#include "number_list.hpp"

#include <doctest/doctest.h>

#include "steppe/error.hpp"

using namespace steppe;
using namespace steppe::cli;

using Numbers = std::vector<double>;

TEST_CASE("lists of numbers are read as people write them") {
    CHECK(numbers_of("0.2,0.3,0.5") == Numbers{0.2, 0.3, 0.5});
    CHECK(numbers_of("0.1:0.3:0.1") == Numbers{0.1, 0.2, 0.3});
    CHECK(numbers_of("0:12").size() == 13);
    CHECK(numbers_of("0:1:0.4") == Numbers{0.0, 0.4, 0.8});
    for (const char* wrong : {"", "a", "1,", "1:1", "2:1", "0:1:0", "0:1:-1", "0:1:1e-9", "nan"}) {
        CHECK_THROWS_AS(numbers_of(wrong), Error);
    }
}

TEST_CASE("numbers are written as they are read") {
    CHECK(list_text(numbers_of("0.05:1:0.05")) == "0.05:1:0.05");
    CHECK(list_text({0.01, 0.02, 0.03}) == "0.01:0.03:0.01");
    CHECK(list_text({0.5, 0.75, 1.0, 1.5}) == "0.5,0.75,1,1.5");
    CHECK(list_text({3.0, 2.0, 1.0}) == "3,2,1");
    CHECK(list_text({1.0, 1.0, 1.0}) == "1,1,1");
    CHECK(list_text({0.25}) == "0.25");
}

#include <doctest/doctest.h>

#include "program.hpp"

using namespace steppe::test;

TEST_CASE("counts of a study that cannot be are refused before anything runs") {
    CHECK(refusal("study parity --sets 1001 --folder /nowhere/x") ==
          "--sets: '1001' is not a whole number from 1 to 1000");
    CHECK(refusal("study parity --seeds 0 --folder /nowhere/x") ==
          "--seeds: '0' is not a whole number from 1 to 1000");
    CHECK(refusal("study parity --sets 1 --seeds 1 --folder /proc/x").starts_with("/proc/x"));
}

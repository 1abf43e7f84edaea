#include "steppe/numeric/simd.hpp"

#include <doctest/doctest.h>

#include "steppe/error.hpp"

using namespace steppe;

TEST_CASE("a named instruction set is used until the best is asked for again") {
    const std::vector<std::string> targets = simd_targets();
    REQUIRE(!targets.empty());
    CHECK(simd_target_name() == targets.front());
    for (const std::string& target : targets) {
        limit_simd_target(target);
        CHECK(simd_target_name() == target);
    }
    limit_simd_target("");
    CHECK(simd_target_name() == targets.front());
    CHECK_THROWS_AS(limit_simd_target("MMX"), Error);
}

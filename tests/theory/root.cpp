#include "steppe/theory/root.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace steppe::theory;

TEST_CASE("all roots along a grid, rising") {
    const auto f = [](double x) { return std::sin(x); };
    const std::vector<Value> roots = roots_along(f, even_grid(1.0, 10.0, 50));
    REQUIRE(roots.size() == 3);
    for (int k = 1; k <= 3; ++k) {
        CHECK(roots[k - 1].value == doctest::Approx(k * M_PI).epsilon(1e-12));
        CHECK(roots[k - 1].error <= 1e-11);
    }
}

TEST_CASE("points without a value have no sign") {
    const auto f = [](double x) {
        return x < 0.5 ? std::numeric_limits<double>::quiet_NaN() : x - 0.7;
    };
    const std::vector<Value> roots = roots_along(f, even_grid(0.0, 1.0, 11));
    REQUIRE(roots.size() == 1);
    CHECK(roots[0].value == doctest::Approx(0.7).epsilon(1e-12));
    CHECK(roots_along([](double) { return 1.0; }, unit_grid(9)).empty());
}

TEST_CASE("grids") {
    const std::vector<double> grid = unit_grid(101);
    CHECK(grid.front() < 1e-7);
    CHECK(1.0 - grid.back() < 1e-7);
    CHECK(grid[50] == doctest::Approx(0.5));
    CHECK(minimum_between([](double x) { return (x - 0.3) * (x - 0.3); }, 0.0, 1.0).first ==
          doctest::Approx(0.3).epsilon(1e-6));
}

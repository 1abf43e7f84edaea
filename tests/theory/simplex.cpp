#include "steppe/theory/simplex.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace steppe::theory;

TEST_CASE("minima of curved valleys") {
    const auto banana = [](const std::vector<double>& x) {
        return 1.0 + std::pow(1.0 - x[0], 2.0) + 100.0 * std::pow(x[1] - x[0] * x[0], 2.0);
    };
    const Minimum got = minimum_near(banana, {-1.2, 1.0}, {0.3, 0.3});
    CHECK(got.value == doctest::Approx(1.0).epsilon(1e-10));
    CHECK(got.place[0] == doctest::Approx(1.0).epsilon(1e-4));
    CHECK(got.error <= 1e-10);
}

TEST_CASE("four variables, and places without a value") {
    const auto bowl = [](const std::vector<double>& x) {
        if (x[0] < 0.0) return HUGE_VAL;
        if (x[1] > 3.0) return std::nan("");
        double sum = 2.0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const auto k = static_cast<double>(i);
            sum += (1.0 + k) * std::pow(x[i] - 0.1 * k, 2.0) + std::pow(x[i] - 0.1 * k, 4.0);
        }
        return sum;
    };
    const Minimum got = minimum_near(bowl, {1.0, 2.5, -1.0, 2.0}, {0.5, 0.5, 0.5, 0.5});
    // The least is at the edge, x0 = 0.
    CHECK(got.value == doctest::Approx(2.0).epsilon(1e-9));
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(std::abs(got.place[i] - 0.1 * static_cast<double>(i)) < 1e-4);
    }
}

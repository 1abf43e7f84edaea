#include "steppe/theory/average.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "steppe/numeric/gaussian.hpp"

using namespace steppe;
using namespace steppe::theory;

TEST_CASE("moments of the normal") {
    double moment = 1.0;
    for (int power = 0; power <= 8; power += 2) {
        CAPTURE(power);
        const auto f = [power](double z) { return std::pow(z, power); };
        CHECK(normal_average(f).value == doctest::Approx(moment).epsilon(1e-12));
        CHECK(normal_rule()(f) == doctest::Approx(moment).epsilon(1e-12));
        moment *= power + 1;
    }
}

TEST_CASE("rules on a grid agree with the adaptive ones, near steps too") {
    for (const double q : {0.1, 0.5, 0.9, 0.999, 0.999999}) {
        CAPTURE(q);
        const double slope = std::sqrt(q / (1.0 - q));
        const auto f = [slope](double z) { return log_gaussian_tail(-slope * z); };
        const Value adaptive = normal_average(f, {0.0, 1.0 / slope});
        CHECK(adaptive.error <= 1e-11 * std::abs(adaptive.value));
        for (const std::size_t pieces : {1, 2}) {
            CHECK(normal_rule(Bend{0.0, 1.0 / slope}, pieces)(f) ==
                  doctest::Approx(adaptive.value).epsilon(1e-12));
        }
    }
    // A label drawn by a field of its own: E over H(-a z), half on each side.
    CHECK(normal_average([](double z) { return gaussian_tail(-1.5 * z); }).value ==
          doctest::Approx(0.5).epsilon(1e-13));
}

TEST_CASE("a Gaussian averaged over a Gaussian, wherever its bend") {
    // E H((a - b z)/c) = H(a/sqrt(b^2 + c^2)).
    rc::check([] {
        const double a = *rc::gen::inRange(-400, 400) / 100.0;
        const double b = *rc::gen::inRange(10, 200) / 100.0;
        const double c = std::pow(10.0, -*rc::gen::inRange(0, 500) / 100.0);
        const Value average = normal_average(
            [=](double z) { return gaussian_tail((a - b * z) / c); }, {a / b, c / b});
        const double exact = gaussian_tail(a / std::hypot(b, c));
        RC_ASSERT(std::abs(average.value - exact) <= 1e-12);
    });
}

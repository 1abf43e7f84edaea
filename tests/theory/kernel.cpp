#include "steppe/theory/kernel.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/theory/average.hpp"

using namespace steppe;
using namespace steppe::theory;

namespace {

const std::vector<Unit> units{Unit::Sign, Unit::Relu, Unit::Erf, Unit::Tanh, Unit::Square};

double answer(Unit unit, double h) {
    switch (unit) {
        case Unit::Sign:
            return h > 0.0 ? 1.0 : -1.0;
        case Unit::Relu:
            return std::max(h, 0.0);
        case Unit::Erf:
            return std::erf(h);
        case Unit::Tanh:
            return std::tanh(h);
        case Unit::Square:
            return h * h;
    }
    return 0.0;
}

double slope(Unit unit, double h) {
    switch (unit) {
        case Unit::Relu:
            return h > 0.0 ? 1.0 : 0.0;
        case Unit::Erf:
            return 2.0 / std::sqrt(M_PI) * std::exp(-h * h);
        case Unit::Tanh:
            return 1.0 - std::tanh(h) * std::tanh(h);
        case Unit::Square:
            return 2.0 * h;
        case Unit::Sign:
            break;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

/// E f(h) f(h') by two averages, the inner one cut where the unit has its kink.
template <class Function>
double correlation(Function&& f, double q) {
    const double root = std::sqrt(q), rest = std::sqrt(1.0 - q);
    return normal_rule(Bend{0.0, std::max(rest, 0.05)}, 2)([&](double z) {
        const double mean = normal_rule(Bend{-root * z / rest, 0.5},
                                        2)([&](double x) { return f(root * z + rest * x); });
        return mean * mean;
    });
}

}  // namespace

TEST_CASE("kernels are what averages over two fields say") {
    for (const Unit unit : units) {
        CAPTURE(name_of(unit));
        const auto f = [unit](double h) { return answer(unit, h); };
        const double mean = normal_rule()(f);
        for (const double q : {0.01, 0.2, 0.5, 0.8, 0.97}) {
            CAPTURE(q);
            const Kernel got = kernel(unit, q);
            CHECK(got.value == doctest::Approx(correlation(f, q) - mean * mean).epsilon(1e-11));
            if (unit == Unit::Sign) continue;
            const auto turn = [unit](double h) { return slope(unit, h); };
            CHECK(got.slope == doctest::Approx(correlation(turn, q)).epsilon(1e-11));
        }
        const double variance = normal_rule()([&](double h) { return f(h) * f(h); }) - mean * mean;
        CHECK(kernel(unit, 1.0).value == doctest::Approx(variance).epsilon(1e-13));
    }
}

TEST_CASE("slopes and curvatures of kernels are their derivatives") {
    for (const Unit unit : units) {
        for (const double q : {0.1, 0.35, 0.6, 0.9}) {
            CAPTURE(name_of(unit));
            CAPTURE(q);
            const double step = 1e-5;
            const Kernel low = kernel(unit, q - step), high = kernel(unit, q + step);
            const Kernel got = kernel(unit, q);
            const auto close = [](double x) { return doctest::Approx(x).epsilon(1e-7); };
            CHECK((high.value - low.value) / (2.0 * step) == close(got.slope));
            CHECK((high.slope - low.slope) / (2.0 * step) == close(got.curvature));
        }
    }
}

TEST_CASE("kernels at their ends") {
    for (const Unit unit : units) {
        CAPTURE(name_of(unit));
        CHECK(kernel(unit, 0.0).value == 0.0);
        CHECK(kernel(unit, 1e-9).value ==
              doctest::Approx(1e-9 * kernel(unit, 0.5e-9).slope).epsilon(1e-13));
    }
    CHECK(kernel(Unit::Sign, 1.0).value == doctest::Approx(1.0).epsilon(1e-15));
    CHECK(std::isinf(kernel(Unit::Sign, 1.0).slope));
    CHECK(kernel(Unit::Relu, 1.0).slope == doctest::Approx(0.5).epsilon(1e-15));
    CHECK(std::isinf(kernel(Unit::Relu, 1.0).curvature));
    // E f' f' and E f'' f'' of one field.
    const double slope_of_tanh =
        normal_average([](double h) { return std::pow(std::cosh(h), -4.0); }).value;
    const double curvature_of_tanh =
        normal_average([](double h) {
            return 4.0 * std::pow(std::tanh(h), 2.0) * std::pow(std::cosh(h), -4.0);
        }).value;
    CHECK(kernel(Unit::Tanh, 1.0).slope == doctest::Approx(slope_of_tanh).epsilon(1e-13));
    CHECK(kernel(Unit::Tanh, 1.0).curvature == doctest::Approx(curvature_of_tanh).epsilon(1e-13));
}

TEST_CASE("units have names, and overlaps have a range") {
    for (const Unit unit : units) CHECK(unit_of(name_of(unit)) == unit);
    CHECK_THROWS_WITH_AS(unit_of("step"), "unit 'step' is not one of sign, relu, erf, tanh, square",
                         Error);
    for (const double q : {-0.1, 1.0 + 1e-9, std::numeric_limits<double>::quiet_NaN()}) {
        CHECK_THROWS_AS(kernel(Unit::Relu, q), Error);
    }
}

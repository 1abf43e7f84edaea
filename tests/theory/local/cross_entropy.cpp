#include "steppe/theory/local/cross_entropy.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "steppe/theory/average.hpp"
#include "steppe/theory/local/reference_law.hpp"

using namespace steppe::theory;

TEST_CASE("the proximal stability minimises what it says") {
    for (const double gamma : {0.5, 3.0, 40.0}) {
        for (const double response : {0.01, 5.0, 1e8}) {
            for (const double omega : {-30.0, -2.0, 0.0, 0.3, 5.0}) {
                const double s = proximal_stability(gamma, response, omega);
                CHECK(s - omega + response * cross_entropy_loss(gamma, s).slope ==
                      doctest::Approx(0.0).scale(1e-6 * (1.0 + gamma * std::sqrt(response))));
            }
        }
    }
    const LossAt loss = cross_entropy_loss(2.0, 0.3);
    CHECK(loss.value == doctest::Approx(-0.15 + 0.25 * std::log(2.0 * std::cosh(0.6))));
    CHECK(loss.slope == doctest::Approx(-0.5 + 0.5 * std::tanh(0.6)));
    CHECK(loss.curvature == doctest::Approx(1.0 / std::pow(std::cosh(0.6), 2)));
}

TEST_CASE("errors, loss and norm are averages over the stabilities") {
    for (const WeightSet weights : {WeightSet::Spherical, WeightSet::Binary}) {
        const double gamma = 1.0;
        const CrossEntropyMinimum minimum = cross_entropy_minimum(weights, 0.7, gamma);
        CHECK(minimum.loss.error < 1e-10);
        const auto average = [&](auto&& f, double from, double to) {
            return integral([&](double s) { return stability_density(minimum, s) * f(s); }, from,
                            to, 1e-5)
                .value;
        };
        const auto one = [](double) { return 1.0; };
        const double wrong = average(one, -6.0, 0.0);
        CHECK(wrong + average(one, 0.0, 7.0) == doctest::Approx(1.0).epsilon(1e-7));
        CHECK(wrong == doctest::Approx(minimum.errors.value).epsilon(1e-6));
        CHECK(average([&](double s) { return cross_entropy_loss(gamma, s).value; }, -6.0, 7.0) ==
              doctest::Approx(minimum.loss.value).epsilon(1e-6));
    }
}

// Errors of gradient descent on 1001 patterns of 1001 inputs (docs/studies/cross-entropy.md).
TEST_CASE("errors that were measured") {
    const auto errors = [](double gamma) {
        return 1001.0 * cross_entropy_minimum(WeightSet::Spherical, 1.0, gamma).errors.value;
    };
    CHECK(std::abs(errors(0.5) - 62.4) < 2.0 * 2.2);
    CHECK(std::abs(errors(1.0) - 14.2) < 2.0 * 2.0);
    CHECK(errors(2.0) < 0.01);
}

TEST_CASE("errors grow with the load and fall with the norm") {
    for (const double part : {1e-4, 1e-2, 0.1}) {
        const Value load = load_of_errors(1.0, part);
        CHECK(cross_entropy_minimum(WeightSet::Spherical, load.value, 1.0).errors.value ==
              doctest::Approx(part).epsilon(1e-9));
    }
    CHECK(load_of_errors(1.0, 1e-3).value < load_of_errors(1.0, 1e-2).value);
    CHECK(load_of_errors(1.0, 1e-3).value < load_of_errors(4.0, 1e-3).value);
    // Without errors no load above 2 can be stored.
    CHECK(load_of_errors(200.0, 1e-6).value < 2.0);
}

TEST_CASE("a linear loss is Hebb's") {
    // At a small norm f(s) is log 2/(2 gamma) - s/2: the minimiser is along the mean pattern, whose
    // stabilities are normals of variance 1 and mean 1/sqrt(load).
    const CrossEntropyMinimum hebb = cross_entropy_minimum(WeightSet::Spherical, 2.5, 1e-4);
    CHECK(stability_density(hebb, 1.1) ==
          doctest::Approx(normal_density(1.1 - 1.0 / std::sqrt(2.5))).epsilon(1e-3));
}

TEST_CASE("a reference of weights +-1 is colder than any below it can be") {
    const CrossEntropyMinimum frozen = cross_entropy_minimum(WeightSet::Binary, 0.5, 2.0),
                              free = cross_entropy_minimum(WeightSet::Spherical, 0.5, 2.0);
    CHECK(std::isfinite(frozen.beta.value));
    CHECK(frozen.reference.overlap < 1.0);
    // +-1 weights are on the sphere.
    CHECK(frozen.loss.value > free.loss.value);
    CHECK(frozen.stable());
    CHECK(free.stable());
    CHECK(free.reference.single());
}

TEST_CASE("what has no minimiser") {
    CHECK_THROWS_AS(cross_entropy_minimum(WeightSet::Ternary, 0.5, 2.0), steppe::Error);
    CHECK_THROWS_AS(cross_entropy_minimum(WeightSet::Binary, 0.0, 2.0), steppe::Error);
    CHECK_THROWS_AS(cross_entropy_minimum(WeightSet::Spherical, 0.5, 0.0), steppe::Error);
    CHECK_THROWS_AS(load_of_errors(1.0, 0.5), steppe::Error);
}

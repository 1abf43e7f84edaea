#include "steppe/graph/site_prior.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/log_odds.hpp"

using namespace steppe;

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
}

TEST_CASE("focusing field: equal to the sum over the centre and the other copies") {
    // y - 1 copies of cavity field h, tied to a centre c by exp(gamma c w): the field on the y-th.
    for (const int replicas : {2, 3, 4}) {
        for (const double gamma : {0.1, 0.8, 2.5}) {
            for (const double h : {-1.3, 0.02, 0.7}) {
                double z[2] = {0.0, 0.0};  // by the value of the y-th copy
                for (const int w : {-1, 1}) {
                    for (const int c : {-1, 1}) {
                        const double copy = std::exp(h + gamma * c) + std::exp(-h - gamma * c);
                        z[w > 0] += std::exp(gamma * c * w) * std::pow(copy, replicas - 1);
                    }
                }
                const double y = replicas;
                CHECK(focusing_field(h, {gamma, y}) ==
                      doctest::Approx(0.5 * std::log(z[1] / z[0])).epsilon(1e-12));
            }
        }
    }
}

TEST_CASE("focusing field: limits") {
    CHECK(rc::check("limits", [] {
        const double h = *rc::gen::inRange(-10'000, 10'001) * 1e-3;
        const double y = 1 + *rc::gen::inRange(0, 5000) * 1e-3;
        RC_ASSERT(focusing_field(h, {0.0, y}) == 0.0);
        RC_ASSERT(focusing_field(h, {1.5, 1.0}) == 0.0);
        RC_ASSERT(focusing_field(h, {infinity, y}) == (y - 1) * h);
        // A large gamma is close to an infinite one while it bounds neither field.
        RC_ASSERT(std::abs(focusing_field(h, {200.0, y}) - (y - 1) * h) <=
                  1e-12 * (1 + y * std::abs(h)));
        // Odd, and never beyond gamma.
        const double gamma = *rc::gen::inRange(1, 5000) * 1e-3;
        const double f = focusing_field(h, {gamma, y});
        RC_ASSERT(f == -focusing_field(-h, {gamma, y}));
        RC_ASSERT(std::abs(f) <= gamma * (1 + 1e-15));
    }));
}

TEST_CASE("Ising prior: the external field is its message, focusing is added") {
    const auto prior = ising_prior({0.5, -0.25});
    CHECK(prior->kind() == VariableKind::IsingWeight);
    const std::vector<double> data{0.3, 1.0};
    std::vector<double> own(2, 9.0);
    prior->message({{}, data}, {}, {{}, own});
    CHECK(own == std::vector<double>{0.5, -0.25});
    const Coupling coupling{0.9, 4.0};
    prior->message({{}, data}, coupling, {{}, own});
    CHECK(own[0] == doctest::Approx(0.5 + focusing_field(0.8, coupling)).epsilon(1e-14));
    CHECK(own[1] == doctest::Approx(-0.25 + focusing_field(0.75, coupling)).epsilon(1e-14));
    // Reinforcement as it was first written: rho times the previous total field.
    own = {0.1, 0.2};
    prior->message({{}, data}, {infinity, 4.0, ReinforcementForm::Fields}, {{}, own});
    CHECK(own[0] == doctest::Approx(0.5 + 0.75 * 0.4).epsilon(1e-15));
}

TEST_CASE("Ising prior: both forms of reinforcement have the same fixed point") {
    const auto prior = ising_prior();
    const std::vector<double> data{0.3, -0.7};
    std::vector<double> fields{0.0, 0.0}, replicas{0.0, 0.0};
    for (int i = 0; i < 200; ++i)
        prior->message({{}, data}, {infinity, 3.0, ReinforcementForm::Fields}, {{}, fields});
    prior->message({{}, data}, {infinity, 3.0}, {{}, replicas});
    for (std::size_t i = 0; i < 2; ++i)
        CHECK(fields[i] == doctest::Approx(replicas[i]).epsilon(1e-12));
}

TEST_CASE("Ising prior: free entropy of free weights") {
    const std::vector<double> theta{0.5, -0.25, 3.0}, none(3, 0.0);
    const auto prior = ising_prior(theta);
    std::vector<double> own(3);
    prior->message({{}, none}, {}, {{}, own});
    double wanted = 0.0;
    for (const double t : theta) wanted += log_2cosh(t);
    CHECK(prior->log_partition({{}, none}, {{}, own}, {}) ==
          doctest::Approx(wanted).epsilon(1e-14));
    CHECK(std::isnan(prior->log_partition({{}, none}, {{}, own}, {infinity, 2.0})));
}

TEST_CASE("Ising prior: overlaps of the centre against a sum over all states") {
    const double h = 0.6, gamma = 0.8;
    const int y = 3;
    double z = 0.0, center = 0.0, coupling = 0.0, replicas = 0.0;
    for (int state = 0; state < 16; ++state) {
        const int c = state & 8 ? 1 : -1;
        int sum = 0;
        for (int a = 0; a < y; ++a) sum += state >> a & 1 ? 1 : -1;
        const double weight = std::exp(h * sum + gamma * c * sum);
        z += weight;
        center += weight * c;
        coupling += weight * c * (state & 1 ? 1 : -1);
        replicas += weight * (state & 1 ? 1 : -1) * (state & 2 ? 1 : -1);
    }
    const std::vector<double> data{h};
    const FocusingOverlaps found =
        ising_prior()->overlaps({{}, data}, {gamma, static_cast<double>(y)});
    CHECK(found.center == doctest::Approx(center / z * center / z).epsilon(1e-12));
    CHECK(found.coupling == doctest::Approx(coupling / z).epsilon(1e-12));
    CHECK(found.replicas == doctest::Approx(replicas / z).epsilon(1e-12));
    CHECK(found.tie == doctest::Approx(gamma * coupling / z).epsilon(1e-12));
}

TEST_CASE("Ising prior: fields of the wrong length or value are refused") {
    CHECK(ising_prior()->refuse(17).empty());
    CHECK(ising_prior({1.0, 2.0})->refuse(2).empty());
    CHECK(ising_prior({1.0, 2.0})->refuse(3) == "its external field has 2 entries for 3 weights");
    CHECK_THROWS_WITH_AS(ising_prior({1.0, infinity}),
                         "external field of weight 1 is inf: it must be finite", Error);
}

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/graph/site_prior.hpp"

using namespace steppe;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Sample {
    std::vector<double> precision, field, own_precision, own_field;

    Sample(std::size_t size, bool uniform) : own_precision(size, 0.0), own_field(size, 0.0) {
        const double common = *rc::gen::inRange(-500, 3000) * 1e-3;
        for (std::size_t i = 0; i < size; ++i) {
            precision.push_back(uniform ? common : *rc::gen::inRange(-500, 3000) * 1e-3);
            field.push_back(*rc::gen::inRange(-4000, 4000) * 1e-3);
        }
    }
    void ask(const SitePrior& prior, const Coupling& coupling) {
        prior.message({precision, field}, coupling, {own_precision, own_field});
    }
    double norm() const {
        double sum = 0.0;
        for (std::size_t i = 0; i < field.size(); ++i) {
            const double total = precision[i] + own_precision[i];
            const double mean = (field[i] + own_field[i]) / total;
            sum += mean * mean + 1.0 / total;
        }
        return sum / static_cast<double>(field.size());
    }
};

}  // namespace

TEST_CASE("spherical prior: the norm condition holds, focusing included") {
    CHECK(rc::check("norm", [] {
        Sample sample(*rc::gen::inRange<std::size_t>(1, 30), *rc::gen::arbitrary<bool>());
        const double gamma = *rc::gen::element(0.0, 0.3, 7.0, 1e4, infinity);
        const double y = *rc::gen::element(1.0, 2.0, 10.0, 300.0);
        const ReinforcementForm form =
            *rc::gen::element(ReinforcementForm::Replicas, ReinforcementForm::Fields);
        sample.ask(*spherical_prior(), {gamma, y, form});
        RC_ASSERT(std::abs(sample.norm() - 1.0) < 1e-9);
        // What damping has spoilt, normalise() mends.
        for (double& a : sample.own_precision) a *= 1.7;
        spherical_prior()->normalise({sample.precision, sample.field},
                                     {sample.own_precision, sample.own_field});
        RC_ASSERT(std::abs(sample.norm() - 1.0) < 1e-9);
    }));
}

TEST_CASE("spherical prior: focusing has its limits") {
    CHECK(rc::check("limits", [] {
        const std::size_t size = 5;
        Sample sample(size, *rc::gen::arbitrary<bool>());
        const auto prior = spherical_prior();
        sample.ask(*prior, {});
        const Sample alone = sample;
        for (const double f : alone.own_field) RC_ASSERT(f == 0.0);
        // One copy is nobody.
        sample.ask(*prior, {5.0, 1.0});
        RC_ASSERT(sample.own_precision == alone.own_precision);
        // gamma without bound: y times the cavity.
        const double y = 4.0;
        sample.ask(*prior, {infinity, y});
        for (std::size_t i = 0; i < size; ++i) {
            const double cavity =
                (sample.precision[i] + sample.own_precision[i]) / y - sample.precision[i];
            RC_ASSERT(std::abs(sample.own_field[i] - (y - 1.0) * sample.field[i]) < 1e-9);
            if (i > 0) continue;
            RC_ASSERT(sample.precision[0] + cavity > 0.0);
        }
        // y without bound: a Gaussian of precision gamma at the cavity's mean.
        const double gamma = 2.5;
        sample.ask(*prior, {gamma, 1e9});
        const double lambda = sample.own_precision[0] - gamma;
        for (std::size_t i = 0; i < size; ++i) {
            RC_ASSERT(std::abs(sample.own_precision[i] - gamma - lambda) < 1e-5);
            const double mean = sample.field[i] / (sample.precision[i] + lambda);
            RC_ASSERT(std::abs(sample.own_field[i] - gamma * mean) <
                      1e-5 * (1.0 + std::abs(gamma * mean)));
        }
    }));
}

TEST_CASE("spherical prior: free entropy of a sphere in a field") {
    // One weight a dimension, field b on each: log of the mean of exp(b sum_i w_i) over the sphere,
    // per dimension, is (for many dimensions) b^2/2 at first order.
    const std::size_t size = 40;
    for (const double b : {0.01, 0.5, 3.0}) {
        const std::vector<double> precision(size, 0.0), field(size, b);
        std::vector<double> own_precision(size), own_field(size);
        const auto prior = spherical_prior();
        prior->message({precision, field}, {}, {own_precision, own_field});
        const double phi =
            prior->log_partition({precision, field}, {own_precision, own_field}, {}) / size;
        // The mean of exp(b sqrt(n) sqrt(n) cos(angle)), by its saddle point over the angle:
        // extr_c b c + log(1 - c^2)/2.
        const double c = b == 0.0 ? 0.0 : (std::sqrt(1.0 + 4.0 * b * b) - 1.0) / (2.0 * b);
        CHECK(phi == doctest::Approx(b * c + 0.5 * std::log(1.0 - c * c)).epsilon(1e-10));
    }
    // Without anything it is 0; with an external field, the field is the prior's.
    const std::vector<double> none(size, 0.0);
    std::vector<double> own_precision(size), own_field(size);
    spherical_prior(std::vector<double>(size, 0.5))
        ->message({none, none}, {}, {own_precision, own_field});
    CHECK(own_field[3] == 0.5);
    spherical_prior()->message({none, none}, {}, {own_precision, own_field});
    CHECK(own_precision[3] == doctest::Approx(1.0));
    CHECK(spherical_prior()->log_partition({none, none}, {own_precision, own_field}, {}) ==
          doctest::Approx(0.0));
}

TEST_CASE("spherical prior: the focused free entropy is the derivative by y of the copies'") {
    // log Z of y copies of cavity (T, B) tied to a centre by exp(-gamma (w - c)^2/2):
    // log int dc [int dw N(w) exp(-gamma (w - c)^2/2)]^y.
    const double b = 0.8, gamma = 2.2, y = 6.0;
    const auto prior = spherical_prior();
    const std::vector<double> field{b};
    std::vector<double> precision{0.0}, own_precision{0.0}, own_field{0.0};
    const auto part = [&](const Coupling& coupling) {
        return prior->log_partition({precision, field}, {own_precision, own_field}, coupling);
    };
    prior->message({precision, field}, {gamma, y}, {own_precision, own_field});
    const FocusingOverlaps overlaps = prior->overlaps({precision, field}, {gamma, y});
    // The cavity precision that the norm condition gave, from the centre's overlap, (B/T)^2.
    const double found = b / std::sqrt(overlaps.center);
    const auto log_z_at = [&](double copies) {
        return copies * 0.5 * std::log(found / (found + gamma)) -
               0.5 * std::log(copies * gamma * found / (found + gamma));
    };
    const double derivative = (log_z_at(y + 1e-4) - log_z_at(y - 1e-4)) / 2e-4;
    const double site = 0.5 * (b * b / found - std::log(found)) + 0.5 * (found - 1.0);
    CHECK(part({gamma, y}) == doctest::Approx(site + derivative).epsilon(1e-6));
    CHECK(overlaps.coupling == doctest::Approx(overlaps.center + 1.0 / (y * found)));
    CHECK(std::isnan(part({infinity, y})));
    // The tie is what log Z changes by with log gamma, for each copy.
    const auto log_z_with = [&](double g) {
        return y * 0.5 * std::log(found / (found + g)) -
               0.5 * std::log(y * g * found / (found + g)) + 0.5 * std::log(g);
    };
    // A centre of any place: the flat measure over it has no scale, which is taken out.
    const double by_gamma = gamma * (log_z_with(gamma + 1e-4) - log_z_with(gamma - 1e-4)) / 2e-4;
    CHECK(overlaps.tie == doctest::Approx((by_gamma - 0.5) / y).epsilon(1e-6));
    // Given the centre c copies have mean (B + gamma c)/(T + gamma); c has variance
    // (T + gamma)/(y gamma T).
    const double share = gamma / (found + gamma);
    CHECK(overlaps.replicas ==
          doctest::Approx(overlaps.center + share * share * (found + gamma) / (y * gamma * found)));
}

TEST_CASE("spherical prior: fields that do not fit are refused") {
    CHECK(spherical_prior({1.0, 2.0})->refuse(3) ==
          "its external field has 2 entries for 3 weights");
    CHECK(spherical_prior()->refuse(3).empty());
    CHECK_THROWS_WITH_AS(spherical_prior({1.0, infinity}),
                         "external field of weight 1 is inf: it must be finite", Error);
}

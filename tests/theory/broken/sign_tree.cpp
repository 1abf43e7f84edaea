#include "steppe/theory/broken/sign_tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "steppe/theory/average.hpp"
#include "steppe/theory/broken/broken.hpp"

using namespace steppe;
using namespace steppe::theory;

namespace {

/// The least sum of squares to be turned, by trying which fields to turn.
double lack(const std::vector<double>& fields) {
    const std::size_t count = fields.size();
    double least = HUGE_VAL;
    for (std::size_t turned = 0; turned < (std::size_t{1} << count); ++turned) {
        std::size_t above = 0;
        double cost = 0.0;
        for (std::size_t k = 0; k < count; ++k) {
            const bool turn = (turned >> k) & 1;
            if (turn) cost += fields[k] * fields[k];
            if (turn || fields[k] > 0.0) ++above;
        }
        if (2 * above > count) least = std::min(least, cost);
    }
    return least;
}

}  // namespace

TEST_CASE("replica-symmetric capacities of sign trees") {
    CHECK(replica_symmetric_tree_capacity(1).value == doctest::Approx(2.0).epsilon(1e-12));
    // Two negative fields: the smaller square of two, 1 - 2/pi. Three: 3 less the largest square,
    // 1 + 2 sqrt(3)/pi.
    CHECK(replica_symmetric_tree_capacity(3).value ==
          doctest::Approx(8.0 / (5.0 - (6.0 + 2.0 * std::sqrt(3.0)) / M_PI)).epsilon(1e-12));
    // Published 4.025 (theory_oracles.csv has 4.0247, whose last digit is wrong).
    CHECK(replica_symmetric_tree_capacity(3).value == doctest::Approx(4.0247).epsilon(2e-4));
    double last = 0.0;
    for (const std::size_t units : std::vector<std::size_t>{1, 3, 5, 7, 21, 101, 1001}) {
        const Value got = replica_symmetric_tree_capacity(units);
        CHECK(got.error < 1e-9 * got.value);
        CHECK(got.value > last);
        last = got.value;
    }
    // Many units: sqrt(72 K/pi), with corrections of order 1/sqrt K.
    const double many = std::sqrt(72.0 * 10001.0 / M_PI);
    CHECK(replica_symmetric_tree_capacity(10001).value / many ==
          doctest::Approx(1.0).epsilon(0.02));
    CHECK_THROWS_AS(replica_symmetric_tree_capacity(4), Error);
    CHECK_THROWS_AS(replica_symmetric_tree_capacity(0), Error);
}

TEST_CASE("what a pattern lacks, by all that may be turned") {
    // E v of three fields on a product grid, kinks and all.
    constexpr double step = 0.2;
    std::vector<double> nodes;
    for (double z = -5.1; z <= 5.2; z += step) nodes.push_back(z);
    double sum = 0.0;
    std::vector<double> h(3);
    for (const double a : nodes) {
        for (const double b : nodes) {
            for (const double c : nodes) {
                h = {a, b, c};
                sum += std::pow(step, 3.0) * normal_density(a) * normal_density(b) *
                       normal_density(c) * lack(h);
            }
        }
    }
    CHECK(replica_symmetric_tree_capacity(3).value == doctest::Approx(1.0 / sum).epsilon(0.005));
}

TEST_CASE("one step for three units") {
    Model model;
    model.weights = WeightSet::Spherical;
    model.units = 3;
    const BrokenCapacity got = broken_capacity(model, 1);
    CHECK(got.broken);
    CHECK(std::abs(got.load.value - 3.1458) < 1e-4);  // theory_oracles.csv
    CHECK(got.load.error < 1e-6);
    // The quotient at that place by plain sums over all fields.
    const double q = got.overlaps[0], c = got.scales[0];
    constexpr double outer = 0.8, inner = 0.2;
    std::vector<double> z, x;
    for (double node = -4.0; node < 4.1; node += outer) z.push_back(node);
    for (double node = -4.1; node < 4.2; node += inner) x.push_back(node);
    // exp(-(c/2) v) over all triples of x, by an unordered triple of means.
    const auto log_pass = [&](const std::array<double, 3>& mean) {
        double sum = 0.0;
        std::array<std::vector<double>, 3> fields, weights;
        for (std::size_t k = 0; k < 3; ++k) {
            for (const double node : x) {
                fields[k].push_back(mean[k] + std::sqrt(1.0 - q) * node);
                weights[k].push_back(inner * normal_density(node));
            }
        }
        for (std::size_t i = 0; i < x.size(); ++i) {
            for (std::size_t j = 0; j < x.size(); ++j) {
                for (std::size_t k = 0; k < x.size(); ++k) {
                    std::array<double, 3> h{fields[0][i], fields[1][j], fields[2][k]};
                    // All but the lowest field, where below 0, are turned.
                    const double lowest = std::min({h[0], h[1], h[2]});
                    double v = -std::pow(std::min(lowest, 0.0), 2.0);
                    for (const double field : h) v += std::pow(std::min(field, 0.0), 2.0);
                    sum += weights[0][i] * weights[1][j] * weights[2][k] * std::exp(-0.5 * c * v);
                }
            }
        }
        return std::log(sum);
    };
    double fields = 0.0;
    for (std::size_t i = 0; i < z.size(); ++i) {
        for (std::size_t j = i; j < z.size(); ++j) {
            for (std::size_t k = j; k < z.size(); ++k) {
                const double weight = std::pow(outer, 3.0) * normal_density(z[i]) *
                                      normal_density(z[j]) * normal_density(z[k]);
                if (weight < 1e-6) continue;
                const double orders = i == j && j == k ? 1.0 : i == j || j == k ? 3.0 : 6.0;
                const double root = std::sqrt(q);
                fields -= orders * weight * log_pass({root * z[i], root * z[j], root * z[k]});
            }
        }
    }
    const double all = 1.0 + c * (1.0 - q);
    CHECK(0.5 * (std::log(all) + c * q / all) / fields ==
          doctest::Approx(got.load.value).epsilon(0.01));
}

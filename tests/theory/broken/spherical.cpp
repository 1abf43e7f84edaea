#include "steppe/theory/broken/spherical.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"
#include "steppe/theory/typical/transitions.hpp"
#include "storage.hpp"
#include "support/table_rows.hpp"

using namespace steppe;
using namespace steppe::theory;
using steppe::test::Storage;

namespace {

const Storage perceptron{};

Value overlap_at(const Storage& storage, double load) {
    return replica_symmetric(storage, load).overlap;
}

std::optional<Value> stability_end(const Storage& storage) {
    return transitions(storage).instability;
}

/// Per weight, at any overlap; smallest at the saddle point's.
double free_entropy(const Storage& storage, double load, double q) {
    const double one = field_order(storage, 1.0).value, order = field_order(storage, q).value;
    const auto f = [&](double z) {
        return log_gaussian_tail((storage.margin - std::sqrt(order) * z) / std::sqrt(one - order));
    };
    return 0.5 * std::log(1.0 - q) + 0.5 * q / (1.0 - q) + load * normal_rule(Bend{}, 4)(f);
}

/// Of two states apart: overlap q1 within each, q0 between them, m replicas in each (Parisi's first
/// step). At q0 = q1 it is the one above.
double split_free_entropy(const Storage& storage, double load, double q0, double q1, double m) {
    const double d0 = field_order(storage, q0).value, d1 = field_order(storage, q1).value;
    const double width = std::sqrt(field_order(storage, 1.0).value - d1);
    const NormalRule rule = normal_rule();
    const double fields = rule([&](double z) {
        return std::log(rule([&](double y) {
            const double field = std::sqrt(d0) * z + std::sqrt(d1 - d0) * y;
            return std::exp(m * log_gaussian_tail((storage.margin - field) / width));
        }));
    });
    const double all = 1.0 - q1 + m * (q1 - q0);
    return 0.5 * (std::log(1.0 - q1) + std::log(all / (1.0 - q1)) / m + q0 / all) +
           load * fields / m;
}

/// The second derivative by a split of the overlaps that leaves the mean overlap where it is: its
/// sign is that of the replicon.
double stiffness(const Storage& storage, double load) {
    constexpr double m = 0.5;
    const double q = overlap_at(storage, load).value;
    const double here = split_free_entropy(storage, load, q, q, m);
    const auto curvature = [&](double step) {
        const double there =
            split_free_entropy(storage, load, q - (1.0 - m) / m * step, q + step, m);
        return 2.0 * (there - here) / (step * step);
    };
    const double step = 0.002 * (1.0 - q);
    return 2.0 * curvature(step) - curvature(2.0 * step);
}

}  // namespace

TEST_CASE("capacities of margins are Gardner's") {
    for (const test::Row& row : test::table_rows("binary_perceptron_margin.csv")) {
        const double margin = std::stod(row.at("kappa"));
        CAPTURE(margin);
        const Value got = replica_symmetric_capacity(Storage{{}, margin});
        CHECK(got.value == doctest::Approx(std::stod(row.at("alpha_spherical_RS"))).epsilon(1e-11));
        CHECK(got.error < 1e-12 * got.value);
        const Value direct = normal_average(
            [margin](double z) { return std::pow(std::max(margin - z, 0.0), 2.0); }, {margin, 1.0});
        CHECK(got.value == doctest::Approx(1.0 / direct.value).epsilon(1e-9));
    }
    CHECK(replica_symmetric_capacity(perceptron).value == doctest::Approx(2.0).epsilon(1e-14));
    CHECK(replica_symmetric_capacity(Storage{Unit::Square, 0.0}).value ==
          doctest::Approx(4.0).epsilon(1e-14));
    CHECK(std::isinf(replica_symmetric_capacity(Storage{Unit::Sign, 0.0}).value));
}

TEST_CASE("the overlap makes the free entropy stationary, and ends at the capacity") {
    const std::vector<Storage> all{
        perceptron,       {{}, -0.5},         {{}, 0.5},           {Unit::Relu, 0.0},
        {Unit::Erf, 0.3}, {Unit::Tanh, -0.3}, {Unit::Square, 0.0}, {Unit::Sign, 0.2},
    };
    for (const Storage& storage : all) {
        CAPTURE(storage.unit ? name_of(*storage.unit) : "perceptron");
        CAPTURE(storage.margin);
        const double capacity = std::min(replica_symmetric_capacity(storage).value, 4.0);
        for (const double part : {0.3, 0.8}) {
            const double load = part * capacity, step = 1e-5;
            const Value q = overlap_at(storage, load);
            CAPTURE(q.value);
            CHECK(q.error < 1e-10);
            const double slope = (free_entropy(storage, load, q.value + step) -
                                  free_entropy(storage, load, q.value - step)) /
                                 (2.0 * step);
            CHECK(std::abs(slope) < 1e-6 / std::pow(1.0 - q.value, 3.0));
        }
    }
    CHECK(overlap_at(perceptron, 2.0 * (1.0 - 1e-5)).value > 1.0 - 1e-4);
    CHECK_THROWS_AS(overlap_at(perceptron, 2.01), NoSaddlePoint);
    CHECK_THROWS_AS(transitions(Storage{{}, std::numeric_limits<double>::infinity()}), Error);
    CHECK(overlap_at(perceptron, 0.0).value == 0.0);
    // h^2 and its mirror image give one answer: nothing is learnt up to load pi/4.
    CHECK(overlap_at(Storage{Unit::Square, 0.0}, 0.785).value == 0.0);
    CHECK(overlap_at(Storage{Unit::Square, 0.0}, 0.79).value > 0.001);
}

TEST_CASE("variances left near overlap 1 have all their digits") {
    for (const Unit unit : {Unit::Sign, Unit::Relu, Unit::Erf, Unit::Tanh, Unit::Square}) {
        CAPTURE(name_of(unit));
        const Storage storage{unit, 0.0};
        for (const double rest : {0.3, 1e-3}) {
            CHECK(order_left(storage, rest) ==
                  doctest::Approx(kernel(unit, 1.0).value - kernel(unit, 1.0 - rest).value)
                      .epsilon(1e-12));
        }
        if (unit == Unit::Sign) {
            for (const double rest : {1e-5, 1e-9, 1e-14}) {
                // acos(1 - rest) in the second order.
                const double left = 2.0 / M_PI * std::sqrt(2.0 * rest) * (1.0 + rest / 12.0);
                CHECK(order_left(storage, rest) == doctest::Approx(left).epsilon(1e-11));
            }
            continue;
        }
        // By an integral of the slope, over sqrt(1 - q), in which it is smooth.
        for (const double rest : {1e-5, 1e-6, 0.9e-6, 1e-9}) {
            CAPTURE(rest);
            const double root = std::sqrt(rest);
            const double left =
                integral(
                    [&](double x) {
                        return 2.0 * x * root * root * kernel(unit, 1.0 - rest * x * x).slope;
                    },
                    0.0, 1.0, 1e-12)
                    .value;
            CHECK(order_left(storage, rest) == doctest::Approx(left).epsilon(1e-8));
        }
    }
}

TEST_CASE("the end of stability") {
    for (const test::Row& row : test::table_rows("theory_oracles.csv")) {
        if (row.at("quantity") != "alpha_dAT") continue;
        const double margin = std::stod(row.at("parameters").substr(6));
        CAPTURE(margin);
        const Value got = stability_end(Storage{{}, margin}).value();
        const double want = std::stod(row.at("value"));
        CHECK(got.value == doctest::Approx(want).epsilon(5e-7));
        CHECK(got.error < 1e-9);
        // By the condition itself, at the overlap that belongs to the load.
        const double q = overlap_at(Storage{{}, margin}, got.value).value;
        const double squared =
            normal_average(
                [&](double z) {
                    const double u = (margin - std::sqrt(q) * z) / std::sqrt(1.0 - q);
                    const double step = 1e-4;
                    return std::pow(
                        (inverse_mills_ratio(u + step) - inverse_mills_ratio(u - step)) /
                            (2.0 * step),
                        2.0);
                },
                {}, 1e-9)
                .value;
        CHECK(got.value * squared == doctest::Approx(1.0).epsilon(1e-5));
    }
    CHECK(!stability_end(perceptron));
    CHECK(!stability_end(Storage{{}, 0.5}));
    CHECK(!stability_end(Storage{Unit::Erf, 2.0}));
    CHECK(stability_end(Storage{Unit::Square, 0.0})->value ==
          doctest::Approx(M_PI_4).epsilon(1e-13));
    for (const Unit unit : {Unit::Relu, Unit::Erf, Unit::Tanh}) {
        CHECK(stability_end(Storage{unit, 0.0})->value <
              replica_symmetric_capacity(Storage{unit, 0.0}).value);
    }
}

TEST_CASE("at the end of stability the overlaps split") {
    for (const Storage& storage : std::vector<Storage>{
             {{}, -0.5}, {Unit::Relu, 0.0}, {Unit::Erf, 0.2}, {Unit::Tanh, -0.2}}) {
        CAPTURE(storage.unit ? name_of(*storage.unit) : "perceptron");
        const double end = stability_end(storage)->value;
        const double below = stiffness(storage, 0.98 * end), above = stiffness(storage, 1.02 * end);
        CHECK(below > 0.0);
        CHECK(above < 0.0);
        CHECK(std::abs(stiffness(storage, end)) < 2e-4 * (below - above));
    }
}

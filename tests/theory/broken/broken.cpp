#include "steppe/theory/broken/broken.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "steppe/theory/average.hpp"
#include "steppe/theory/broken/spherical.hpp"
#include "storage.hpp"
#include "support/table_rows.hpp"

using namespace steppe;
using namespace steppe::theory;
using steppe::test::Storage;

namespace {

std::optional<Storage> storage_of(const test::Row& row) {
    const std::string model = row.at("model");
    if (model == "spherical perceptron storage") {
        return Storage{{}, std::stod(row.at("parameters").substr(6))};
    }
    if (model == "spherical tree committee K=inf relu") return Storage{Unit::Relu, 0.0};
    if (model == "spherical tree committee K=inf erf(x)") return Storage{Unit::Erf, 0.0};
    if (model == "spherical tree committee K=inf x^2") return Storage{Unit::Square, 0.0};
    return {};
}

/// The quotient of broken.hpp for any overlaps and scales, word by word: every average by the same
/// plain sum, fields and costs of the innermost one by one.
double quotient(const Storage& storage, const std::vector<double>& q,
                const std::vector<double>& c) {
    constexpr double step = 0.14, reach = 8.0;
    const auto average = [](auto&& f) {
        double sum = 0.0;
        for (double z = -reach; z <= reach; z += step) sum += step * normal_density(z) * f(z);
        return sum;
    };
    const double top = field_order(storage, 1.0).value, slope = field_order(storage, 1.0).slope;
    const auto pass = [&](double mean, double variance) {
        return average([&](double z) {
            const double lack = std::max(storage.margin - mean - std::sqrt(variance) * z, 0.0);
            return std::exp(-0.5 * c.back() / slope * lack * lack);
        });
    };
    const double d0 = field_order(storage, q[0]).value, d1 = field_order(storage, q.back()).value;
    const double ratio = c[0] / c.back();
    const double fields = average([&](double z) {
        const double mean = std::sqrt(d0) * z;
        if (q.size() == 1) return -std::log(pass(mean, top - d0));
        return -std::log(average([&](double y) {
            return std::pow(pass(mean + std::sqrt(d1 - d0) * y, top - d1), ratio);
        }));
    });
    const double a = 1.0 + c.back() * (1.0 - q.back()), b = a + c[0] * (q.back() - q[0]);
    const double weights = 0.5 * (ratio * std::log(a) + std::log(b / a) + c[0] * q[0] / b);
    return weights / fields;
}

}  // namespace

TEST_CASE("capacities of one and two steps are those of others" * doctest::test_suite("study")) {
    for (const test::Row& row : test::table_rows("theory_oracles.csv")) {
        const std::optional<Storage> storage = storage_of(row);
        const std::string quantity = row.at("quantity");
        if (!storage || quantity == "alpha_dAT") continue;
        CAPTURE(row.at("model"));
        CAPTURE(storage->margin);
        CAPTURE(quantity);
        const Value got = quantity == "alpha_c RS"     ? replica_symmetric_capacity(*storage)
                          : quantity == "alpha_c 1RSB" ? broken_capacity(*storage, 1).load
                                                       : broken_capacity(*storage, 2).load;
        const double want = std::stod(row.at("value"));
        // One unit of the last digit.
        const double unit =
            std::pow(10.0, std::floor(std::log10(want)) + 1.0 - std::stod(row.at("digits")));
        CHECK(std::abs(got.value - want) <= unit);
        CHECK(got.error < 1e-9 * got.value);
    }
}

TEST_CASE("the load of one step is the quotient's least value") {
    for (const Storage& storage : std::vector<Storage>{
             {{}, -0.5}, {{}, -1.5}, {Unit::Relu, 0.0}, {Unit::Tanh, 0.2}, {Unit::Square, -0.5}}) {
        CAPTURE(storage.unit ? name_of(*storage.unit) : "perceptron");
        const BrokenCapacity got = broken_capacity(storage, 1);
        REQUIRE(got.broken);
        CHECK(got.load.value < replica_symmetric_capacity(storage).value);
        const double q = got.overlaps[0], c = got.scales[0];
        CHECK(quotient(storage, {q}, {c}) == doctest::Approx(got.load.value).epsilon(2e-4));
        const double here = quotient(storage, {q}, {c});
        for (const double factor : {0.8, 1.25}) {
            CHECK(quotient(storage, {q}, {factor * c}) > here);
            CHECK(quotient(storage, {1.0 - factor * (1.0 - q)}, {c}) > here);
        }
    }
}

TEST_CASE("the load of two steps is the quotient's value, below that of one") {
    const Storage storage{Unit::Erf, 0.0};
    const BrokenCapacity one = broken_capacity(storage, 1), got = broken_capacity(storage, 2);
    REQUIRE(got.overlaps.size() == 2);
    CHECK(got.load.value < one.load.value);
    CHECK(got.overlaps[0] < got.overlaps[1]);
    CHECK(got.scales[0] < got.scales[1]);
    const double here = quotient(storage, got.overlaps, got.scales);
    CHECK(here == doctest::Approx(got.load.value).epsilon(2e-4));
    for (const double factor : {0.8, 1.25}) {
        const double q0 = got.overlaps[0], q1 = got.overlaps[1];
        CHECK(quotient(storage, {q0, q1}, {factor * got.scales[0], got.scales[1]}) > here);
        CHECK(quotient(storage, {q0, q1}, {got.scales[0], factor * got.scales[1]}) > here);
        CHECK(quotient(storage, {q0, 1.0 - factor * (1.0 - q1)}, got.scales) > here);
        CHECK(quotient(storage, {1.0 - factor * (1.0 - q0), q1}, got.scales) > here);
    }
    // One step is two at one overlap, whatever the scale of the first.
    for (const double factor : {0.3, 0.7}) {
        CHECK(quotient(storage, {one.overlaps[0], one.overlaps[0]},
                       {factor * one.scales[0], one.scales[0]}) ==
              doctest::Approx(one.load.value).epsilon(2e-4));
    }
}

TEST_CASE("where symmetry does not break the load is Gardner's") {
    for (const double margin : {0.0, 0.4, 2.0}) {
        for (const BrokenCapacity& got :
             {broken_capacity(Storage{{}, margin}, 1), broken_capacity(Storage{{}, margin}, 2)}) {
            CHECK_FALSE(got.broken);
            CHECK(got.overlaps.empty());
            CHECK(got.load.value == replica_symmetric_capacity(Storage{{}, margin}).value);
        }
    }
    // Continuous at margin 0, where the gain goes to 0.
    const Storage near{{}, -0.02};
    const BrokenCapacity got = broken_capacity(near, 1);
    CHECK(got.broken);
    CHECK(got.load.value < replica_symmetric_capacity(near).value);
    CHECK(got.load.value > (1.0 - 1e-5) * replica_symmetric_capacity(near).value);
    // A tree that is stable up to its capacity at a large margin.
    CHECK_FALSE(broken_capacity(Storage{Unit::Erf, 2.0}, 1).broken);
    CHECK_THROWS_AS(broken_capacity(Storage{Unit::Sign, 0.0}, 1), NoSaddlePoint);
    CHECK_THROWS_AS(broken_capacity(Storage{Unit::Sign, 0.0}, 2), NoSaddlePoint);
}

TEST_CASE("at very negative margins the load is just below the first moment's bound" *
          doctest::test_suite("study")) {
    // With q0 = 0 the average is over all patterns at once, for any c.
    for (const double margin : {-2.0, -3.0, -4.0}) {
        CAPTURE(margin);
        const Storage storage{{}, margin};
        const BrokenCapacity one = broken_capacity(storage, 1);
        CHECK(one.load.value < 0.8 * replica_symmetric_capacity(storage).value);
        double bound = HUGE_VAL;
        for (double c = 1.0; c < 1e4; c *= 1.2) {
            const Value pass = normal_average(
                [&](double h) {
                    return -std::expm1(-0.5 * c * std::pow(std::max(margin - h, 0.0), 2.0));
                },
                {margin, 1.0 / std::sqrt(c)}, 1e-9);
            bound = std::min(bound, 0.5 * std::log1p(c) / -std::log1p(-pass.value));
        }
        CHECK(one.load.value < bound);
        if (margin == -3.0) {
            // One step is a minimum for two steps too, but not the lowest.
            const double ratio = broken_capacity(storage, 2).load.value / one.load.value;
            CHECK(ratio == doctest::Approx(0.99774896).epsilon(1e-7));
        }
        CHECK(one.load.value > (margin > -2.5 ? 0.9 : 0.99) * bound);
    }
}

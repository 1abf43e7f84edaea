#include "steppe/graph/row_factor.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/log_odds.hpp"
#include "support/gates.hpp"

using namespace steppe;
using namespace steppe::test;

TEST_CASE("imposed gate: the output is +1") {
    const auto gate = imposed_gate();
    CHECK(!gate->reads_fields());
    CHECK(std::isinf(send_down(*gate, {0.3})[0]));
    CHECK(log_partition(*gate, {0.3}) == doctest::Approx(0.3 - log_2cosh(0.3)).epsilon(1e-14));
    CHECK(log_partition(*gate, {-500.0}) == doctest::Approx(-1000.0));
    CHECK(gate->satisfied(0, std::vector<signed char>{1}));
    CHECK(!gate->satisfied(0, std::vector<signed char>{-1}));
    CHECK(gate->refuse(1).empty());
    CHECK(gate->refuse(3) == "it imposes the output of 1 unit, not of 3");
    std::vector<double> up(1);
    const std::uint32_t row = 0;
    CHECK_THROWS_WITH_AS(gate->send_up({{&row, 1}, 1, up}, up),
                         "gate 'imposed' has no output of its own", Error);
}

TEST_CASE("majority gate: equal to the sum over all outputs") {
    const auto gate = majority_gate();
    CHECK(rc::check("enumeration", [&] {
        const std::size_t units = 2 * *rc::gen::inRange<std::size_t>(0, 6) + 1;
        // Small, large and saturated fields: both ways of computing are met.
        const int scale = *rc::gen::element(1, 10, 200);
        std::vector<double> f;
        for (std::size_t k = 0; k < units; ++k)
            f.push_back(*rc::gen::inRange(-3000, 3001) * 1e-3 * scale);
        const double log_z = enumerate(*gate, f, units, 0);
        RC_ASSERT(std::abs(log_partition(*gate, f) - log_z) <= 1e-12 * std::abs(log_z) + 1e-12);
        const std::vector<double> v = send_down(*gate, f);
        for (std::size_t k = 0; k < units; ++k) {
            const double wanted = 0.5 * (enumerate(*gate, f, k, 1) - enumerate(*gate, f, k, -1));
            if (units == 1) {
                RC_ASSERT(std::isinf(v[0]));
            } else {
                // A difference of logarithms: its rounding grows with them.
                RC_ASSERT(std::abs(v[k] - wanted) <= 1e-12 * std::abs(v[k]) + 1e-12 * (1 + scale));
            }
        }
    }));
}

TEST_CASE("majority gate: permuting units permutes the answer; rows are independent") {
    const auto gate = majority_gate();
    CHECK(rc::check("permutation", [&] {
        const std::size_t units = 2 * *rc::gen::inRange<std::size_t>(1, 8) + 1;
        std::vector<double> f;
        for (std::size_t k = 0; k < units; ++k) f.push_back(*rc::gen::inRange(-5000, 5001) * 1e-3);
        const std::vector<double> v = send_down(*gate, f);
        std::vector<double> reversed(f.rbegin(), f.rend());
        std::vector<double> w = send_down(*gate, reversed);
        std::reverse(w.begin(), w.end());
        for (std::size_t k = 0; k < units; ++k)
            RC_ASSERT(std::abs(v[k] - w[k]) <= 1e-11 * std::abs(v[k]) + 1e-12);
        // Two rows in one call, unit by unit.
        std::vector<double> both(2 * units), down(2 * units), log_z(2);
        for (std::size_t k = 0; k < units; ++k) {
            both[2 * k] = f[k];
            both[2 * k + 1] = reversed[k];
        }
        const std::vector<std::uint32_t> rows{4, 7};
        gate->send_down({rows, units, both}, down);
        gate->log_partition({rows, units, both}, log_z);
        for (std::size_t k = 0; k < units; ++k) RC_ASSERT(down[2 * k] == v[k]);
        RC_ASSERT(log_z[0] == log_partition(*gate, f));
    }));
}

TEST_CASE("majority gate: 255 units with saturated fields, nothing over- or underflows") {
    const auto gate = majority_gate();
    const std::size_t units = 255;
    // With u units at +F and the rest at -F the cheapest way to a majority turns over 128 - u of
    // them: log P = log C(255 - u, 128 - u) - 2 F (128 - u) to leading order.
    const double field = 30.0;
    for (const std::size_t up : {std::size_t{0}, std::size_t{100}, std::size_t{127}}) {
        std::vector<double> f(units, -field);
        std::fill_n(f.begin(), up, field);
        const double turned = 128.0 - static_cast<double>(up);
        const double down = 255.0 - static_cast<double>(up);
        const double choose =
            std::lgamma(down + 1) - std::lgamma(turned + 1) - std::lgamma(down - turned + 1);
        CHECK(log_partition(*gate, f) ==
              doctest::Approx(choose - 2 * field * turned).epsilon(1e-10));
        for (const double v : send_down(*gate, f)) {
            CHECK(std::isfinite(v));
            CHECK(v >= 0.0);
        }
        // A unit that is down is pulled with F less the entropy of choosing another in its place:
        // P(others at T - 1)/P(others at T) = e^2F C(d-1, t-1)/C(d-1, t) = e^2F t/(d - t).
        const double v = send_down(*gate, f).back();
        CHECK(v == doctest::Approx(0.5 * std::log1p(std::exp(2 * field) * turned / (down - turned)))
                       .epsilon(1e-9));
    }
    // A majority that is sure, without cancellation.
    std::vector<double> sure(units, field);
    CHECK(log_partition(*gate, sure) <= 0.0);
    CHECK(log_partition(*gate, sure) > -1e-300);
    for (const double v : send_down(*gate, sure)) CHECK(v >= 0.0);
    std::vector<double> none(units, 0.0);
    CHECK(log_partition(*gate, none) == doctest::Approx(std::log(0.5)).epsilon(1e-12));
}

TEST_CASE("majority gate: an odd number of units") {
    CHECK(majority_gate()->refuse(3).empty());
    CHECK(majority_gate()->refuse(4) == "a majority needs an odd number of units, not 4");
    CHECK(majority_gate()->refuse(0) == "a majority needs an odd number of units, not 0");
    CHECK(majority_gate()->satisfied(0, std::vector<signed char>{1, -1, 1}));
    CHECK(!majority_gate()->satisfied(0, std::vector<signed char>{1, -1, -1}));
}

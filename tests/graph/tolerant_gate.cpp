#include "steppe/graph/tolerant_gate.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>

#include "steppe/error.hpp"
#include "support/gates.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double violation(const RowFactor& gate, const std::vector<double>& f) {
    const std::uint32_t row = 0;
    double out = -1.0;
    gate.violation({{&row, 1}, f.size(), f}, {&out, 1});
    return out;
}

/// The sum of enumerate() over all outputs, those that violate the gate times e^-beta.
double tolerant_sum(const RowFactor& gate, double beta, const std::vector<double>& f,
                    std::size_t fixed, int value) {
    struct Violated final : RowFactor {
        const RowFactor& gate;
        explicit Violated(const RowFactor& of) : gate(of) {}
        std::string name() const override { return "violated"; }
        std::string refuse(std::size_t) const override { return ""; }
        void send_down(const RowFields&, std::span<double>) const override {}
        void log_partition(const RowFields&, std::span<double>) const override {}
        bool satisfied(std::uint32_t row, std::span<const signed char> tau) const override {
            return !gate.satisfied(row, tau);
        }
    };
    return log_add_exp(enumerate(gate, f, fixed, value),
                       enumerate(Violated(gate), f, fixed, value) - beta);
}

}  // namespace

TEST_CASE("a tolerant gate is the sum over all outputs in which violations cost beta") {
    rc::check([] {
        const double beta = std::pow(10.0, *rc::gen::inRange(-30, 31) * 0.1);
        const std::size_t units = 1 + 2 * *rc::gen::inRange<std::size_t>(0, 4);
        const bool parity = units > 1 && *rc::gen::arbitrary<bool>();
        const signed char label = *rc::gen::element<signed char>(1, -1);
        const auto plain = units == 1 ? imposed_gate()
                           : parity   ? parity_gate({label})
                                      : majority_gate();
        std::vector<double> f(units);
        const double scale = *rc::gen::element(0.1, 1.0, 10.0, 100.0);
        for (double& field : f) field = scale * 1e-2 * *rc::gen::inRange(-100, 101);
        const auto gate = tolerant_gate(plain, beta);
        const double all = tolerant_sum(*plain, beta, f, units, 0);
        const auto near = [](double x, double y) {
            return std::abs(x - y) <= 1e-11 * std::max(1.0, std::abs(y));
        };
        RC_ASSERT(near(log_partition(*gate, f), all));
        const std::vector<double> v = send_down(*gate, f);
        for (std::size_t k = 0; k < units; ++k) {
            const double wanted =
                0.5 * (tolerant_sum(*plain, beta, f, k, 1) - tolerant_sum(*plain, beta, f, k, -1));
            RC_ASSERT(near(v[k], wanted));
        }
        // -d log Z / d beta
        const double step = 1e-4 * std::min(1.0, beta);
        const double slope = (tolerant_sum(*plain, beta - step, f, units, 0) -
                              tolerant_sum(*plain, beta + step, f, units, 0)) /
                             (2.0 * step);
        RC_ASSERT(std::abs(violation(*gate, f) - slope) <= 1e-6);
    });
}

TEST_CASE("small differences are kept to their own digits") {
    // 255 units that are nearly sure: each hardly matters, and beta is small.
    const std::vector<double> f(255, 0.5);
    const auto plain = majority_gate();
    const double beta = 1e-3;
    const double v = send_down(*plain, f)[0];
    // The gate is satisfied all but certainly with either output: S+ - S- = 2 v to first order.
    CHECK(v < 1e-4);
    CHECK(send_down(*tolerant_gate(plain, beta), f)[0] ==
          doctest::Approx(-std::expm1(-beta) * v).epsilon(1e-4));
    CHECK(log_partition(*tolerant_gate(plain, beta), f) ==
          doctest::Approx(-std::expm1(-beta) * std::expm1(log_partition(*plain, f))).epsilon(1e-6));
}

TEST_CASE("one unit alone, infinity and what is no temperature") {
    for (const double beta : {1e-3, 1.0, 1e3}) {
        CHECK(send_down(*tolerant_gate(imposed_gate(), beta), {-700.0})[0] ==
              doctest::Approx(0.5 * beta).epsilon(1e-14));
        CHECK_FALSE(tolerant_gate(imposed_gate(), beta)->reads_fields());
    }
    CHECK(send_down(*tolerant_gate(imposed_gate(), 0.0), {1.0})[0] == 0.0);
    CHECK(violation(*tolerant_gate(imposed_gate(), 1e3), {-1e6}) == doctest::Approx(1.0));
    CHECK(violation(*tolerant_gate(imposed_gate(), 1e3), {1e6}) == 0.0);
    CHECK(violation(*imposed_gate(), {-1.0}) == 0.0);
    const auto gate = majority_gate();
    CHECK(tolerant_gate(gate, infinity) == gate);
    CHECK_THROWS_WITH_AS(tolerant_gate(gate, -0.5),
                         "the inverse temperature is -0.5: it must be 0 or more", Error);
    CHECK_THROWS_AS(tolerant_gate(gate, std::nan("")), Error);
}

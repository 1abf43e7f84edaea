#include "steppe/inference/bp/exact_row.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <vector>

#include "steppe/numeric/log_odds.hpp"

using namespace steppe;

TEST_CASE("a row's probabilities and messages are sums over all weights") {
    CHECK(rc::check("enumeration", [] {
        const auto n = *rc::gen::inRange<std::size_t>(1, 11);
        const auto number = [](int bound) {
            return *rc::gen::inRange(-1000 * bound, 1000 * bound + 1) * 1e-3;
        };
        const auto channel = sign_channel(number(3));
        std::vector<double> h;
        for (std::size_t i = 0; i < n; ++i) h.push_back(number(4));
        const double v =
            *rc::gen::inRange(0, 3) == 0 ? std::numeric_limits<double>::infinity() : number(5);
        ExactRow row;
        row.set(*channel, 0, h);
        std::vector<double> u(n);
        row.messages(v, u);

        double plus = 0.0, minus = 0.0;
        std::vector<double> up(n, 0.0), down(n, 0.0);
        for (std::size_t state = 0; state < std::size_t{1} << n; ++state) {
            double z = 0.0, p = 1.0;
            for (std::size_t i = 0; i < n; ++i) {
                const double w = state >> i & 1 ? 1.0 : -1.0;
                z += w;
                p *= std::exp(h[i] * w) / (2 * std::cosh(h[i]));
            }
            const bool positive = channel->answer(0, z) > 0;
            (positive ? plus : minus) += p;
            const double weight =
                std::isinf(v) ? (positive ? 1.0 : 0.0) : std::exp(positive ? v : -v);
            for (std::size_t i = 0; i < n; ++i) {
                // Without the weight's own field.
                const double w = state >> i & 1 ? 1.0 : -1.0;
                const double rest = p * (2 * std::cosh(h[i])) / std::exp(h[i] * w);
                (w > 0 ? up : down)[i] += weight * rest;
            }
        }
        RC_ASSERT(std::abs(std::exp(row.log_plus()) - plus) < 1e-13);
        RC_ASSERT(std::abs(std::exp(row.log_minus()) - minus) < 1e-13);
        for (std::size_t i = 0; i < n; ++i) {
            if (up[i] == 0.0 && down[i] == 0.0) {
                RC_ASSERT(u[i] == 0.0);
            } else if (up[i] == 0.0 || down[i] == 0.0) {
                RC_ASSERT(std::abs(u[i]) == saturation_field);
            } else {
                RC_ASSERT(std::abs(u[i] - 0.5 * std::log(up[i] / down[i])) < 1e-10);
            }
        }
    }));
}

TEST_CASE("a sum of exactly 0 is what it is on the pattern as it was given") {
    // Two weights without fields: z is 2, 0, 0, -2.
    const auto channel = sign_channel(0.0, {{0, 1}});
    const std::vector<double> h(2, 0.0);
    ExactRow row;
    row.set(*channel, 0, h);
    CHECK(std::exp(row.log_plus()) == doctest::Approx(0.25));
    row.set(*channel, 1, h);
    CHECK(std::exp(row.log_plus()) == doctest::Approx(0.75));
}

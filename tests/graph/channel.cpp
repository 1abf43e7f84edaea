#include "steppe/graph/channel.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/gaussian.hpp"
#include "steppe/numeric/log_odds.hpp"

using namespace steppe;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Point {
    double omega, variance, v;
};

/// log((e^v P(+) + e^-v P(-)) / (2 cosh v)).
double log_z(const Channel& channel, const Point& p) {
    const std::uint32_t row = 0;
    double plus = 0.0, minus = 0.0;
    channel.log_probability({{&row, 1}, {&p.omega, 1}, {&p.variance, 1}, {&p.v, 1}}, {&plus, 1},
                            {&minus, 1});
    if (std::isinf(p.v)) return p.v > 0 ? plus : minus;
    return log_add_exp(p.v + plus, -p.v + minus) - log_2cosh(p.v);
}

struct Derivatives {
    double g, g_prime;
};
Derivatives derivatives(const Channel& channel, const Point& p) {
    const std::uint32_t row = 0;
    Derivatives d{};
    channel.derivatives({{&row, 1}, {&p.omega, 1}, {&p.variance, 1}, {&p.v, 1}}, {&d.g, 1},
                        {&d.g_prime, 1});
    return d;
}

}  // namespace

TEST_CASE("sign channel: probabilities are Gaussian tails, with a threshold or without") {
    const auto channel = sign_channel(1.5);
    const std::vector<std::uint32_t> rows{0, 1, 2};
    const std::vector<double> omega{0.3, -4.0, 200.0}, variance{2.0, 0.5, 1.0};
    std::vector<double> plus(3), minus(3), only_plus(3);
    channel->log_probability({rows, omega, variance, {}}, plus, minus);
    channel->log_probability({rows, omega, variance, {}}, only_plus, {});
    for (std::size_t r = 0; r < 3; ++r) {
        const double x = (1.5 - omega[r]) / std::sqrt(variance[r]);
        CHECK(plus[r] == doctest::Approx(log_gaussian_tail(x)).epsilon(1e-13));
        CHECK(minus[r] == doctest::Approx(log_gaussian_tail(-x)).epsilon(1e-13));
        CHECK(only_plus[r] == plus[r]);
    }
    CHECK(channel->answer(0, 1.6) == 1);
    CHECK(channel->answer(0, 1.5) == -1);
    CHECK(sign_channel()->answer(0, 0.0) == -1);
    // A pattern that was turned is answered with the opposite of what it was.
    const auto ties = sign_channel(0.0, {{0, 1}});
    CHECK(ties->answer(0, 0.0) == -1);
    CHECK(ties->answer(1, 0.0) == 1);
    CHECK(ties->answer(1, -1e-300) == -1);
    double shift = 0.0;
    CHECK(channel->threshold(0, shift));
    CHECK(shift == 1.5);
    CHECK_THROWS_AS(sign_channel(infinity), Error);
}

TEST_CASE("sign channel: derivatives are those of log Z, for either sign of the field and none") {
    CHECK(rc::check("central differences", [] {
        const auto number = [](int low, int high) {
            return *rc::gen::inRange(low * 1000, high * 1000) * 1e-3;
        };
        const auto channel = sign_channel(number(-2, 3));
        Point p{number(-8, 9), 0.1 + std::abs(number(0, 20)), number(-6, 7)};
        if (*rc::gen::inRange(0, 3) == 0) p.v = infinity;
        const double h = 1e-4 * std::sqrt(p.variance);
        const auto z = [&](double shift) {
            return log_z(*channel, {p.omega + shift, p.variance, p.v});
        };
        const Derivatives d = derivatives(*channel, p);
        const double scale = 1 / std::sqrt(p.variance);
        RC_ASSERT(std::abs(d.g - (z(h) - z(-h)) / (2 * h)) < 1e-6 * (scale + std::abs(d.g)));
        RC_ASSERT(std::abs(d.g_prime - (z(h) - 2 * z(0) + z(-h)) / (h * h)) <
                  1e-5 * (scale * scale + d.g * d.g));
    }));
}

TEST_CASE("sign channel: a field of infinity is the limit of large fields, and of -v the mirror") {
    const auto channel = sign_channel();
    for (const double omega : {-30.0, -5.0, -0.5, 0.0, 0.5, 5.0}) {
        const Derivatives limit = derivatives(*channel, {omega, 1.3, infinity});
        const Derivatives large = derivatives(*channel, {omega, 1.3, 600.0});
        CHECK(large.g == doctest::Approx(limit.g).epsilon(1e-12));
        CHECK(large.g_prime == doctest::Approx(limit.g_prime).epsilon(1e-12));
        for (const double v : {0.0, 0.3, 2.0, 40.0}) {
            const Derivatives here = derivatives(*channel, {omega, 1.3, v});
            const Derivatives mirror = derivatives(*channel, {-omega, 1.3, -v});
            CHECK(here.g == doctest::Approx(-mirror.g).epsilon(1e-13));
            CHECK(here.g_prime == doctest::Approx(mirror.g_prime).epsilon(1e-13));
        }
    }
    CHECK(derivatives(*channel, {1.0, 1.0, 0.0}).g == 0.0);
}

TEST_CASE("sign channel: finite far out") {
    const auto channel = sign_channel();
    for (const double omega : {-1e6, -1e3, -50.0, 50.0, 1e3, 1e6}) {
        for (const double variance : {1e-12, 1e-3, 1.0, 1e6}) {
            for (const double v : {-700.0, -30.0, 0.0, 1e-3, 30.0, 350.0, 700.0, infinity}) {
                const Derivatives d = derivatives(*channel, {omega, variance, v});
                CAPTURE(omega);
                CAPTURE(variance);
                CAPTURE(v);
                CHECK(std::isfinite(d.g));
                CHECK(std::isfinite(d.g_prime));
            }
        }
    }
}

TEST_CASE("a channel that leaves something out says so when it is asked for it") {
    class Bare final : public Channel {
      public:
        std::string name() const override { return "bare"; }
        ChannelAbilities abilities() const override { return {}; }
    };
    const Bare bare;
    double shift = 0.0;
    CHECK(!bare.threshold(0, shift));
    CHECK_THROWS_WITH_AS(bare.answer(0, 1.0), "channel 'bare' does not give an answer", Error);
    CHECK_THROWS_WITH_AS(derivatives(bare, {0, 1, 0}), "channel 'bare' does not give derivatives",
                         Error);
    CHECK_THROWS_WITH_AS(log_z(bare, {0, 1, 0}), "channel 'bare' does not give log-probabilities",
                         Error);
}

// Losses and gradients against central differences and plain loops.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/sgd/cross_entropy.hpp"
#include "steppe/sgd/surrogate.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

struct Problem {
    Network network;
    std::shared_ptr<const RealPatterns> patterns;
    std::vector<double> weights;
    std::vector<std::size_t> rows;
    double beta, gamma;

    double x(std::size_t a, std::size_t k) const {
        const std::size_t n = network.unit_inputs();
        double z = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            z += weights[k * n + i] *
                 static_cast<double>(
                     patterns->values()[a * network.inputs + network.first_input(k) + i]);
        }
        return z / std::sqrt(static_cast<double>(n)) - network.margin;
    }

    /// label * s by the formulas of the header, one multiplication at a time.
    double answer(std::size_t a) const {
        const double units = static_cast<double>(network.hidden);
        double s = 0.0;
        for (std::size_t k = 0; k < network.hidden; ++k) {
            if (network.activation == Activation::Relu) {
                s += (k % 2 == 0 ? 1.0 : -1.0) * std::max(x(a, k), 0.0) / std::sqrt(units);
            } else if (network.hidden == 1) {
                s += x(a, k);
            } else {
                s += std::tanh(beta * x(a, k)) / std::sqrt(units);
            }
        }
        return patterns->labels().empty() ? s : patterns->labels()[a] * s;
    }

    double mean_loss() const {
        double sum = 0.0;
        for (const std::size_t a : rows) {
            const double s = answer(a);
            sum += -0.5 * s + std::log(2.0 * std::cosh(gamma * s)) / (2.0 * gamma);
        }
        return sum / static_cast<double>(rows.size());
    }
};

Problem any_problem(Activation activation) {
    Problem p;
    const bool relu = activation == Activation::Relu;
    const auto hidden =
        relu ? *rc::gen::inRange<std::size_t>(2, 6) : 2 * *rc::gen::inRange<std::size_t>(0, 4) + 1;
    const Wiring wiring = *rc::gen::element(Wiring::Full, Wiring::Tree);
    const auto inputs = *rc::gen::inRange<std::size_t>(1, 30);
    p.network = spherical(wiring == Wiring::Tree ? inputs * hidden : inputs, hidden, wiring);
    p.network.activation = activation;
    if (!relu) p.network.margin = 0.1 * *rc::gen::inRange(-5, 6);
    const auto count = *rc::gen::inRange<std::size_t>(1, 20);
    const Philox random(*rc::gen::arbitrary<std::uint64_t>(), Stream::Test);
    std::vector<float> values;
    for (std::size_t e = 0; e < count * p.network.inputs; ++e) {
        values.push_back(static_cast<float>(random.normal(e, 0)));
    }
    std::vector<signed char> labels;
    if (relu) labels = random_labels(count, 3);
    p.patterns = std::make_shared<const RealPatterns>(
        RealPatterns::from_values(p.network.inputs, count, values, labels));
    for (std::size_t e = 0; e < p.network.weight_count(); ++e) {
        p.weights.push_back(random.normal(e, 1));
    }
    const auto taken = *rc::gen::inRange<std::size_t>(1, count + 1);
    p.rows = random.order(count, 7);
    p.rows.resize(taken);
    p.beta = 0.2 + 0.1 * *rc::gen::inRange(0, 30);
    p.gamma = 0.2 + 0.1 * *rc::gen::inRange(0, 40);
    return p;
}

void check_gradient(const Problem& p) {
    Surrogate<double> surrogate(p.network, p.patterns);
    std::vector<double> gradient(p.weights.size());
    const auto answer =
        surrogate.answer(p.rows, p.weights.data(), p.beta, p.gamma, gradient.data());
    const double count = static_cast<double>(p.rows.size());
    RC_ASSERT(std::abs(answer.loss / count - p.mean_loss()) < 1e-12 * (1.0 + p.mean_loss()));
    std::size_t wrong = 0;
    for (const std::size_t a : p.rows) {
        // An answer of exactly 0, of ReLU units that are all off, is -1.
        const bool minus = !p.patterns->labels().empty() && p.patterns->labels()[a] < 0;
        wrong += !(p.answer(a) > 0.0 || (minus && p.answer(a) == 0.0));
    }
    RC_ASSERT(answer.surrogate == wrong);
    for (std::size_t i = 0; i < p.weights.size(); ++i) {
        Problem moved = p;
        const double step = 1e-5;
        moved.weights[i] = p.weights[i] + step;
        const double above = moved.mean_loss();
        moved.weights[i] = p.weights[i] - step;
        const double below = moved.mean_loss();
        const double difference = (above - below) / (2.0 * step);
        RC_ASSERT(std::abs(gradient[i] - difference) < 1e-8);
    }
}

}  // namespace

TEST_CASE("the cross-entropy and its derivatives, also where the exponential overflows") {
    for (const double gamma : {0.3, 1.0, 20.0}) {
        const CrossEntropy loss{gamma};
        for (const double s : {-3.0, -0.2, 0.0, 0.7, 5.0}) {
            CHECK(loss.value(s) ==
                  doctest::Approx(-0.5 * s + std::log(2 * std::cosh(gamma * s)) / (2 * gamma)));
            const double step = 1e-6;
            CHECK(loss.derivative(s) ==
                  doctest::Approx((loss.value(s + step) - loss.value(s - step)) / (2 * step))
                      .epsilon(1e-6));
            CHECK(loss.second_derivative(s) ==
                  doctest::Approx((loss.derivative(s + step) - loss.derivative(s - step)) /
                                  (2 * step))
                      .epsilon(1e-5));
        }
        CHECK(loss.value(-1e6) == 1e6);
        CHECK(loss.value(1e6) == 0.0);
        CHECK(loss.derivative(-1e6) == -1.0);
        CHECK(loss.derivative(1e6) == 0.0);
        CHECK(loss.second_derivative(-1e6) == 0.0);
        CHECK(loss.second_derivative(0.0) == gamma / 2);
    }
}

TEST_CASE("gradients of sign units' surrogate are those of central differences") {
    CHECK(rc::check("tanh", [] { check_gradient(any_problem(Activation::Sign)); }));
}

TEST_CASE("gradients of ReLU units are those of central differences") {
    CHECK(rc::check("relu", [] {
        const Problem p = any_problem(Activation::Relu);
        // At its corner a ReLU has no derivative.
        for (std::size_t a = 0; a < p.patterns->patterns(); ++a) {
            for (std::size_t k = 0; k < p.network.hidden; ++k) {
                RC_PRE(std::abs(p.x(a, k)) > 1e-3);
            }
        }
        check_gradient(p);
    }));
}

TEST_CASE("single precision, several pieces of columns, all patterns at once") {
    const Network network = spherical(2500, 3);
    const auto patterns = patterns_of(network, 300);
    std::vector<double> weights;
    const Philox random(1, Stream::Test);
    for (std::size_t e = 0; e < network.weight_count(); ++e) weights.push_back(random.normal(e));
    const std::vector<float> single(weights.begin(), weights.end());
    Surrogate<double> exact(network, patterns);
    Surrogate<float> fast(network, patterns);
    std::vector<double> gradient(weights.size());
    std::vector<float> fast_gradient(weights.size());
    std::vector<std::size_t> rows(300);
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    const auto answer = exact.answer(rows, weights.data(), 1.0, 2.0, gradient.data());
    const auto found = fast.answer(rows, single.data(), 1.0, 2.0, fast_gradient.data());
    CHECK(found.loss == doctest::Approx(answer.loss).epsilon(1e-5));
    CHECK(found.mistakes == answer.mistakes);
    double largest = 0.0, norm = 0.0;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        largest = std::max(largest, std::abs(gradient[i] - static_cast<double>(fast_gradient[i])));
        norm = std::max(norm, std::abs(gradient[i]));
    }
    CHECK(largest < 1e-4 * norm);
    const auto all = fast.answer_all(single.data(), 1.0, 2.0);
    CHECK(all.mistakes == found.mistakes);
    CHECK(all.surrogate == found.surrogate);
    CHECK(all.loss == doctest::Approx(found.loss).epsilon(1e-5));
}

TEST_CASE("what has no surrogate is refused") {
    const Network network = spherical(9, 3, Wiring::Full, Gate::Parity);
    CHECK_THROWS_WITH_AS(
        Surrogate<double>(network, patterns_of(network, 2)),
        "gradient learning has no parity gate: use a perceptron or a committee, or lal, bp or amp",
        Error);
    CHECK_THROWS_WITH_AS(Surrogate<double>(spherical(8), patterns_of(spherical(9), 2)),
                         "the patterns have 9 inputs, the network 8", Error);
}

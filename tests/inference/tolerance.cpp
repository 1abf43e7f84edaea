#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <memory>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/approximate_message_passing.hpp"
#include "steppe/inference/belief_propagation.hpp"
#include "steppe/inference/expectation_propagation.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/random.hpp"
#include "support/oracles.hpp"

using namespace steppe;
using namespace steppe::test;

// Measures in which a wrong pattern costs beta.
namespace {

struct Measure {
    double free_entropy = 0.0, errors = 0.0;
    std::vector<double> means;
};

/// The sum over all weights.
Measure enumerate_weights(const Network& network, const PatternSet& patterns, double beta) {
    const std::size_t count = network.weight_count();
    double z = 0.0;
    Measure sum;
    sum.means.assign(count, 0.0);
    for (std::size_t state = 0; state < std::size_t{1} << count; ++state) {
        Weights weights(network.inputs, network.hidden);
        for (std::size_t i = 0; i < count; ++i) {
            weights.set(i / network.inputs, i % network.inputs, (state >> i & 1) != 0);
        }
        const auto wrong = static_cast<double>(count_errors(network, weights, patterns));
        const double p = std::exp(-beta * wrong);
        z += p;
        sum.errors += p * wrong;
        for (std::size_t i = 0; i < count; ++i) sum.means[i] += (state >> i & 1 ? p : -p);
    }
    sum.free_entropy = std::log(z) / static_cast<double>(count);
    sum.errors /= z;
    for (double& m : sum.means) m /= z;
    return sum;
}

Measure measure(MessagePassing& solver, double beta, std::size_t units, int iterations = 2000,
                double tolerance = 1e-12) {
    solver.set_inverse_temperature(beta);
    for (int t = 0; t < iterations && solver.step().change() > tolerance; ++t) {
    }
    Measure found{solver.free_entropy(), solver.expected_errors(), {}};
    for (std::size_t k = 0; k < units; ++k) {
        for (const double m : solver.magnetizations(k)) found.means.push_back(m);
    }
    return found;
}

std::unique_ptr<MessagePassing> exact_solver(const Network& network, const PatternSet& patterns) {
    return std::make_unique<BeliefPropagation>(
        build_graph(network, std::make_shared<PatternSet>(patterns)),
        BeliefPropagationOptions{.accuracy = Accuracy::Exact, .precision = Precision::Double});
}

}  // namespace

TEST_CASE("one pattern that may be wrong is exact: perceptron, committee, parity, margins") {
    rc::check([] {
        Network network{3 + 2 * *rc::gen::inRange<std::size_t>(0, 2)};
        network.hidden = *rc::gen::element<std::size_t>(1, 2, 3);
        if (network.hidden == 2) network.gate = Gate::Parity;
        network.margin = *rc::gen::element(0.0, 0.4, -0.4);
        const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1000);
        PatternSet patterns = random_patterns(network.inputs, 1, seed);
        if (!network.folds_labels()) {
            patterns = std::move(patterns).with_labels(random_labels(1, seed));
        }
        const double beta = std::pow(10.0, *rc::gen::inRange(-30, 31) * 0.1);
        const auto solver = exact_solver(network, patterns);
        const Measure found = measure(*solver, beta, network.hidden);
        const Measure truth = enumerate_weights(network, patterns, beta);
        RC_ASSERT(std::abs(found.free_entropy - truth.free_entropy) < 1e-9);
        RC_ASSERT(std::abs(found.errors - truth.errors) < 1e-9);
        for (std::size_t i = 0; i < truth.means.size(); ++i) {
            RC_ASSERT(std::abs(found.means[i] - truth.means[i]) < 1e-9);
        }
    });
}

TEST_CASE("several patterns of a small perceptron: near the sum over all weights") {
    const Oracle oracle = read_oracle("enumeration/p_n15_m5.enumeration.csv");
    for (const double beta : {0.3, 1.0, 3.0}) {
        CAPTURE(beta);
        const Measure truth = enumerate_weights(oracle.network, *oracle.patterns, beta);
        const auto solver = exact_solver(oracle.network, *oracle.patterns);
        const Measure found = measure(*solver, beta, 1);
        CHECK(found.free_entropy == doctest::Approx(truth.free_entropy).epsilon(0.01));
        CHECK(found.errors == doctest::Approx(truth.errors).epsilon(0.03));
    }
}

TEST_CASE("wrong patterns on average are the slope of the free entropy by beta") {
    const auto patterns = std::make_shared<const PatternSet>(random_patterns(201, 160, 3));
    for (const WeightKind kind : {WeightKind::Binary, WeightKind::Spherical}) {
        for (const std::size_t hidden : {1, 3}) {
            Network network{201, hidden, hidden == 1 ? Wiring::Full : Wiring::Tree};
            network.weights = kind;
            network.margin = 0.1;
            const FactorGraph graph = build_graph(network, patterns);
            const auto make = [&](int which) -> std::unique_ptr<MessagePassing> {
                if (which == 0) {
                    return std::make_unique<ExpectationPropagation>(
                        graph, ExpectationPropagationOptions{.damping = 0.5});
                }
                return std::make_unique<BeliefPropagation>(
                    graph, BeliefPropagationOptions{.accuracy = Accuracy::Gaussian,
                                                    .precision = Precision::Double});
            };
            for (const int which : {0, 1}) {
                CAPTURE(hidden);
                CAPTURE(which);
                const auto phi = [&](double beta) {
                    return measure(*make(which), beta, hidden, 500, 1e-9).free_entropy;
                };
                const double beta = 1.5, step = 0.02;
                const double slope = (phi(beta - step) - phi(beta + step)) / (2.0 * step) *
                                     static_cast<double>(network.weight_count());
                CHECK(measure(*make(which), beta, hidden, 500, 1e-9).errors ==
                      doctest::Approx(slope).epsilon(
                          which == 0 || kind == WeightKind::Binary ? 0.002 : 0.02));
            }
        }
    }
}

TEST_CASE("an infinite beta is the run without temperature, to the bit") {
    const auto patterns = std::make_shared<const PatternSet>(random_patterns(99, 60, 1));
    for (const std::size_t hidden : {1, 3}) {
        const FactorGraph graph = build_graph({99, hidden}, patterns);
        const auto check = [&](MessagePassing& plain, MessagePassing& other) {
            other.set_inverse_temperature(2.0);
            other.set_inverse_temperature(std::numeric_limits<double>::infinity());
            for (int t = 0; t < 10; ++t) {
                plain.step();
                other.step();
            }
            CHECK(plain.magnetizations(0) == other.magnetizations(0));
            CHECK(plain.free_entropy() == other.free_entropy());
            CHECK(other.expected_errors() == 0.0);
        };
        BeliefPropagation bp1(graph, {}), bp2(graph, {});
        check(bp1, bp2);
        ApproximateMessagePassing amp1(graph, {}), amp2(graph, {});
        check(amp1, amp2);
        ExpectationPropagation ep1(graph, {}), ep2(graph, {});
        check(ep1, ep2);
    }
}

TEST_CASE("free entropy, overlap and errors at beta 6 are those of replica theory") {
    // beta, load, overlap, wrong part of the patterns, free entropy (tests/oracles/README.md).
    const double theory[][5] = {{6, 0.5, 0.312671, 0.004832, 0.316886},
                                {6, 0.7, 0.430778, 0.008270, 0.142332},
                                {6, 0.9, 0.528341, 0.014955, -0.051116}};
    constexpr std::size_t inputs = 2001, seeds = 6;
    for (const auto& [beta, load, overlap, wrong, phi] : theory) {
        CAPTURE(load);
        const auto count = static_cast<std::size_t>(load * inputs);
        double q = 0.0, errors = 0.0, free_entropy = 0.0;
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            ApproximateMessagePassing solver(
                build_graph({inputs},
                            std::make_shared<PatternSet>(random_patterns(inputs, count, seed))),
                {.damping = load > 0.6 ? 0.8 : 0.5, .seed = seed});
            const Measure found = measure(solver, beta, 1, 60, 1e-3);
            q += solver.overlap() / seeds;
            errors += found.errors / static_cast<double>(count) / seeds;
            free_entropy += found.free_entropy / seeds;
        }
        // A pattern set's own free entropy scatters by about sqrt(load/N).
        const double scatter = std::sqrt(load / inputs / seeds);
        CHECK(std::abs(free_entropy - phi) < 2.5 * scatter);
        CHECK(std::abs(errors - wrong) < 0.12 * wrong);
        CHECK(std::abs(q - overlap) < 0.012);
    }
}

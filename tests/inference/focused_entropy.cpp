// Entropy of the replicas round their centre: numbers of the reference implementation, laws of the
// replicated system, and the large-deviation curve of wide regions.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>

#include "steppe/inference/amp/approximate_message_passing.hpp"
#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/inference/ep/expectation_propagation.hpp"
#include "support/networks.hpp"
#include "support/oracles.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

using Make = std::function<std::unique_ptr<MessagePassing>()>;

Make solver_of(const std::string& name, const Network& network, double load) {
    const auto patterns =
        patterns_of(network, static_cast<std::size_t>(load * static_cast<double>(network.inputs)));
    return [=]() -> std::unique_ptr<MessagePassing> {
        const FactorGraph graph = build_graph(network, patterns);
        if (name == "amp") {
            ApproximateMessagePassingOptions options;
            options.damping = 0.5;
            return std::make_unique<ApproximateMessagePassing>(graph, options);
        }
        if (name == "ep") {
            ExpectationPropagationOptions options;
            options.damping = 0.5;
            return std::make_unique<ExpectationPropagation>(graph, options);
        }
        BeliefPropagationOptions options;
        options.damping = 0.5;
        options.precision = Precision::Double;
        options.accuracy = Accuracy::Gaussian;
        return std::make_unique<BeliefPropagation>(graph, options);
    };
}

/// At the fixed point.
struct Measured {
    FocusedEntropy entropy;
    double tie;
};

Measured measure(const Make& make, const Coupling& coupling, double tolerance = 1e-9) {
    const auto solver = make();
    double change = 1.0;
    for (int t = 0; t < 5000 && change > tolerance; ++t) change = solver->step(coupling).change();
    CHECK(change <= tolerance);
    return {solver->focused_entropy(), solver->focusing_overlaps().tie};
}

}  // namespace

TEST_CASE("free and internal entropy of the reference implementation") {
    // Its internal entropy is -F - gamma S of the free energy F and the overlap S that it gives.
    for (const std::string name : {"p_n15_m5", "p_n17_m9", "p_n101_m40"}) {
        CAPTURE(name);
        const Oracle oracle =
            read_oracle("bp_fixed_points/" + name + "__gaussian__gamma0.8_y5.0.csv");
        const Make make = [&] {
            BeliefPropagationOptions options;
            options.damping = 0.5;
            options.accuracy = Accuracy::Gaussian;
            options.precision = Precision::Double;
            options.block = 1;
            return std::make_unique<BeliefPropagation>(build_graph(oracle.network, oracle.patterns),
                                                       options);
        };
        const double gamma = oracle.number("gamma");
        const FocusedEntropy found = measure(make, {gamma, oracle.number("y")}, 1e-12).entropy;
        CHECK(std::abs(found.free_entropy + oracle.number("free_energy")) < 1e-7);
        CHECK(std::abs(found.centre_overlap - oracle.number("coupling_S")) < 1e-7);
        CHECK(std::abs(found.internal_entropy + (oracle.number("free_energy") +
                                                 gamma * oracle.number("coupling_S"))) < 1e-7);
    }
}

TEST_CASE("log Z of y replicas has one derivative by gamma and y") {
    // d log Z/dy is the free entropy and d log Z/d(log gamma) is y times what the tie adds, so that
    // gamma dPhi/dgamma = d(y tie)/dy.
    const double gamma = 0.7, y = 3.0, step = 0.02;
    struct Case {
        std::string solver;
        Network network;
        double load;
    };
    for (const Case& c : {Case{"bp", Network{151}, 0.4}, Case{"amp", Network{301}, 0.4},
                          Case{"bp", spherical(151), 0.6}, Case{"amp", spherical(301), 0.6},
                          Case{"ep", spherical(301), 0.6}}) {
        CAPTURE(c.solver);
        CAPTURE(c.network.weights == WeightKind::Binary);
        const Make make = solver_of(c.solver, c.network, c.load);
        // Approximate message passing keeps its responses in single precision.
        const auto at = [&, tolerance = c.solver == "amp" ? 1e-5 : 1e-9](double g, double copies) {
            return measure(make, {g, copies}, tolerance);
        };
        const double by_gamma =
            gamma *
            (at(gamma + step, y).entropy.free_entropy - at(gamma - step, y).entropy.free_entropy) /
            (2.0 * step);
        const double by_copies =
            ((y + step) * at(gamma, y + step).tie - (y - step) * at(gamma, y - step).tie) /
            (2.0 * step);
        CHECK(std::abs(by_gamma) > 0.05);
        CHECK(std::abs(by_gamma - by_copies) < 1e-3);
    }
}

TEST_CASE("replicas that are hardly tied have the entropy of all solutions") {
    for (const WeightKind weights : {WeightKind::Binary, WeightKind::Spherical}) {
        Network network{151};
        network.weights = weights;
        const Make make = solver_of("bp", network, 0.4);
        const double plain = measure(make, {}).entropy.free_entropy;
        const FocusedEntropy uncoupled = measure(make, {0.0, 4.0}).entropy;
        CHECK(uncoupled.free_entropy == doctest::Approx(plain).epsilon(1e-6));
        CHECK(uncoupled.internal_entropy == uncoupled.free_entropy);
        CHECK(uncoupled.centre_overlap == 0.0);
        const FocusedEntropy free = make()->focused_entropy();
        CHECK(free.internal_entropy == free.free_entropy);
        if (weights == WeightKind::Spherical) continue;  // Their centre moves without bounds.
        const FocusedEntropy weak = measure(make, {0.001, 4.0}).entropy;
        CHECK(weak.internal_entropy == doctest::Approx(plain).epsilon(1e-4));
        CHECK(std::abs(weak.centre_overlap) < 0.01);
    }
    // Tied for ever they are one: there is no entropy of them.
    const auto solver = solver_of("amp", Network{51}, 0.2)();
    solver->step({std::numeric_limits<double>::infinity(), 2.0});
    CHECK(std::isnan(solver->focused_entropy().internal_entropy));
    CHECK(solver->focused_entropy().centre_overlap == doctest::Approx(1.0));
}

TEST_CASE("without patterns the entropy round the centre is that of a sphere") {
    // Many replicas fix the centre: those at overlap tanh gamma are all there are.
    const double gamma = 1.1, m = std::tanh(gamma);
    const std::vector<double> data{1e-3, -1e-3};
    const Coupling many{gamma, 1e7};
    const auto prior = ising_prior();
    std::vector<double> own(2);
    prior->message({{}, data}, many, {{}, own});
    const FocusingOverlaps overlaps = prior->overlaps({{}, data}, many);
    CHECK(overlaps.coupling == doctest::Approx(m).epsilon(1e-2));
    CHECK(overlaps.replicas == doctest::Approx(m * m).epsilon(1e-2));
    const double entropy = 0.5 * prior->log_partition({{}, data}, {{}, own}, many) - overlaps.tie;
    CHECK(entropy == doctest::Approx(-0.5 * (1.0 + m) * std::log(0.5 * (1.0 + m)) -
                                     0.5 * (1.0 - m) * std::log(0.5 * (1.0 - m)))
                         .epsilon(1e-2));
}

TEST_CASE("wide regions have the local entropy of the large-deviation curve" *
          doctest::test_suite("study")) {
    // Its table (entropies at distances (1 - q)/2 of two replicas, number of replicas to infinity;
    // binary perceptron), at the two distances next to where these runs come to.
    struct Row {
        double load, gamma, low, entropy_low, high, entropy_high;
    };
    for (const Row& row : {Row{0.4, 0.7, 0.15, 0.249424, 0.20, 0.297144},
                           Row{0.4, 0.9, 0.10, 0.192411, 0.15, 0.249424},
                           Row{0.7, 0.25, 0.15, 0.103714, 0.20, 0.122803}}) {
        const std::size_t seeds = 10;
        double distance = 0.0, entropy = 0.0;
        for (std::size_t seed = 1; seed <= seeds; ++seed) {
            const Network network{2001};
            const auto count = static_cast<std::size_t>(row.load * 2001);
            ApproximateMessagePassingOptions options;
            options.damping = 0.5;
            ApproximateMessagePassing solver(
                build_graph(network,
                            std::make_shared<PatternSet>(random_patterns(2001, count, seed))),
                options);
            for (int t = 0; t < 2000 && solver.step({row.gamma, 30.0}).change() > 1e-4; ++t)
                continue;
            const FocusedEntropy found = solver.focused_entropy();
            distance += 0.5 * (1.0 - found.replica_overlap) / static_cast<double>(seeds);
            entropy += found.internal_entropy / static_cast<double>(seeds);
        }
        CAPTURE(row.load);
        CHECK(distance > row.low);
        CHECK(distance < row.high);
        const double curve = row.entropy_low + (row.entropy_high - row.entropy_low) *
                                                   (distance - row.low) / (row.high - row.low);
        MESSAGE("load " << row.load << ", distance " << distance << ": entropy " << entropy
                        << ", curve " << curve);
        // One seed scatters by 0.004 (load 0.4) and 0.008 (load 0.7).
        CHECK(std::abs(entropy - curve) < 0.005);
    }
}

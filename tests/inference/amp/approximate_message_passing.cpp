#include "steppe/inference/amp/approximate_message_passing.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <Eigen/Core>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "steppe/error.hpp"
#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/simd.hpp"
#include "steppe/numeric/threads.hpp"

using namespace steppe;

namespace {

constexpr Coupling focusing{0.6, 3.0};

std::shared_ptr<const PatternSet> patterns_of(const Network& network, double load,
                                              std::uint64_t seed) {
    const double count = load * static_cast<double>(network.weight_count());
    return std::make_shared<PatternSet>(
        random_patterns(network.inputs, static_cast<std::size_t>(std::nearbyint(count)), seed));
}

/// Steps until nothing moves by more than 1e-6 (or less, as far as single precision goes).
void converge(MessagePassing& solver, const Coupling& coupling = {}) {
    double change = 1.0;
    for (int i = 0; i < 1000 && change > 1e-6; ++i) change = solver.step(coupling).change();
    REQUIRE(change <= 1e-6);
}

double mean_square_distance(const MessagePassing& a, const MessagePassing& b, std::size_t plates) {
    double sum = 0.0, count = 0.0;
    for (std::size_t p = 0; p < plates; ++p) {
        const auto x = a.magnetizations(p), y = b.magnetizations(p);
        REQUIRE(x.size() == y.size());
        for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - y[i]) * (x[i] - y[i]);
        count += static_cast<double>(x.size());
    }
    return std::sqrt(sum / count);
}

/// A perceptron of +-1 weights on real patterns.
std::shared_ptr<const RealPatterns> gaussian_patterns(std::size_t inputs, std::size_t patterns) {
    const Philox random(9, Stream::Patterns);
    std::vector<float> values(inputs * patterns);
    for (std::size_t e = 0; e < values.size(); ++e) {
        // Inputs of different sizes, so that V and C differ from row to row and weight to weight.
        const double size = 0.2 + static_cast<double>(e % inputs) / static_cast<double>(inputs);
        values[e] = static_cast<float>(size * random.normal(e));
    }
    return std::make_shared<RealPatterns>(RealPatterns::from_values(inputs, patterns, values));
}

std::shared_ptr<const RealPatterns> as_real(const PatternSet& patterns) {
    const std::vector<signed char> signs = patterns.signs();
    const std::vector<float> values(signs.begin(), signs.end());
    return std::make_shared<RealPatterns>(
        RealPatterns::from_values(patterns.inputs(), patterns.patterns(), values));
}

}  // namespace

TEST_CASE("magnetizations and entropy are those of belief propagation, the more so as rows grow") {
    double before = 1.0;
    for (const std::size_t inputs : {201, 801, 2001}) {
        const Network network{inputs, 1};
        const auto graph = build_graph(network, patterns_of(network, 0.4, 2));
        ApproximateMessagePassing amp(graph, {.damping = 0.5});
        BeliefPropagation bp(graph, {.damping = 0.5});
        converge(amp);
        converge(bp);
        const double distance = mean_square_distance(amp, bp, 1);
        const double entropies = std::abs(amp.free_entropy() - bp.free_entropy());
        CAPTURE(inputs);
        CHECK(distance < 2.0 / static_cast<double>(inputs));
        CHECK(entropies < 2.0 / static_cast<double>(inputs));
        CHECK(entropies < before);
        before = entropies;
        MESSAGE(inputs << " inputs: rms " << distance << ", entropies differ by " << entropies);
    }
}

TEST_CASE("with focusing, both forms, and with hidden units, too") {
    for (const Network network : {Network{2001, 1}, Network{1001, 3}}) {
        for (const Coupling coupling :
             {focusing, Coupling{0.2, 2.0, ReinforcementForm::Fields}, Coupling{}}) {
            // A field breaks the symmetry of the units, which would leave the fixed point open.
            std::vector<double> field(network.weight_count());
            const Philox random(4, Stream::Symmetry);
            for (std::size_t i = 0; i < field.size(); ++i) field[i] = 0.3 * random.normal(i);
            const auto graph = build_graph(network, patterns_of(network, 0.2, 3), field);
            ApproximateMessagePassing amp(graph, {.damping = 0.5});
            BeliefPropagation bp(graph, {.damping = 0.5});
            converge(amp, coupling);
            converge(bp, coupling);
            CHECK(mean_square_distance(amp, bp, network.hidden) < 0.01);
            CHECK(amp.overlap() == doctest::Approx(bp.overlap()).epsilon(0.01));
            CHECK(std::abs(amp.free_entropy() - bp.free_entropy()) < 0.001);
            CHECK(std::abs(amp.focusing_overlaps().center - bp.focusing_overlaps().center) < 0.01);
        }
    }
}

TEST_CASE("random patterns: the entropy of replica theory" * doctest::test_suite("study")) {
    struct Family {
        const char* name;
        Network network;
        double
            largest_load;  // nearer to capacity the entropies of single problems scatter too much
    };
    std::ifstream file(std::string(STEPPE_TEST_DATA) + "/oracles/replica.csv");
    std::size_t compared = 0;
    for (std::string line; std::getline(file, line);) {
        for (const Family& family :
             {Family{"binary_perceptron", {2001, 1}, 0.75},
              Family{"binary_tree_committee_k3_sign", {2001, 3, Wiring::Tree}, 0.7},
              Family{"spherical_perceptron",
                     {2001, 1, Wiring::Full, Gate::Majority, WeightKind::Spherical},
                     1.6}}) {
            double load = 0.0, q = -1.0, entropy = 0.0;
            const std::string start = std::string(family.name) + ",";
            if (!line.starts_with(start)) continue;
            const std::string rest = line.substr(start.size());
            if (std::sscanf(rest.c_str(), "%lf,%lf,%lf", &load, &q, &entropy) != 3 &&
                std::sscanf(rest.c_str(), "%lf,,%lf", &load, &entropy) != 2) {
                continue;
            }
            if (load > family.largest_load) continue;
            ++compared;
            Network network = family.network;
            // The spherical perceptron near its capacity has larger corrections.
            if (network.weights == WeightKind::Spherical && load > 1.2) network.inputs = 8001;
            double mean = 0.0, mean_square = 0.0, mean_overlap = 0.0;
            for (std::uint64_t seed = 1; seed <= 10; ++seed) {
                ApproximateMessagePassing solver(
                    build_graph(network, patterns_of(network, load, seed)), {.damping = 0.5});
                for (int i = 0; i < 500 && solver.step().change() > 1e-4; ++i) continue;
                const double here = solver.free_entropy();
                mean += here / 10;
                mean_square += here * here / 10;
                mean_overlap += solver.overlap() / 10;
            }
            const double standard_error = std::sqrt((mean_square - mean * mean) / 9);
            CAPTURE(line);
            CHECK(std::abs(mean - entropy) < 3 * standard_error + 0.003);
            if (q >= 0.0) CHECK(std::abs(mean_overlap - q) < 0.01);
            MESSAGE(line << ": entropy " << mean << " +- " << standard_error);
        }
    }
    CHECK(compared == 10);
}

TEST_CASE("step by step the equations on a dense real matrix") {
    constexpr std::size_t n = 157, rows = 61;
    const auto patterns = gaussian_patterns(n, rows);
    ApproximateMessagePassingOptions options;
    options.damping = 0.3;
    ApproximateMessagePassing solver(build_graph({n, 1}, patterns), options);
    using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::ArrayXXd x =
        Eigen::Map<const Matrix>(patterns->values().data(), rows, n).cast<double>().array();
    const Eigen::MatrixXd squares = x.square().matrix();
    const std::vector<double> start = solver.fields(0);
    Eigen::ArrayXd h = Eigen::Map<const Eigen::ArrayXd>(start.data(), n);
    Eigen::ArrayXd g = Eigen::ArrayXd::Zero(rows);
    for (int step = 0; step < 30; ++step) {
        const Eigen::ArrayXd m = h.tanh();
        const Eigen::ArrayXd V = squares * (1.0 - m.square()).matrix();
        const Eigen::ArrayXd omega = (x.matrix() * m.matrix()).array() - V * g;
        Eigen::ArrayXd slope(rows);
        for (Eigen::Index a = 0; a < omega.size(); ++a) {
            const double t = omega[a] / std::sqrt(V[a]);
            const double tail = 0.5 * std::erfc(-t / std::sqrt(2.0));
            g[a] = std::exp(-0.5 * t * t) / std::sqrt(2.0 * std::acos(-1.0) * V[a]) / tail;
            slope[a] = -g[a] * (g[a] + omega[a] / V[a]);
        }
        const Eigen::ArrayXd C = -(squares.transpose() * slope.matrix()).array();
        h = 0.7 * ((x.matrix().transpose() * g.matrix()).array() + m * C) + 0.3 * h;
        solver.step();
        const std::vector<double> fields = solver.fields(0);
        CAPTURE(step);
        const double off =
            (Eigen::Map<const Eigen::ArrayXd>(fields.data(), n) - h).abs().maxCoeff();
        CHECK(off < 1e-4);
    }
    // Free entropy at what is now a fixed point, by its sum.
    const Eigen::ArrayXd m = h.tanh();
    const Eigen::ArrayXd V = squares * (1.0 - m.square()).matrix();
    const Eigen::ArrayXd z = (x.matrix() * m.matrix()).array(), omega = z - V * g;
    double total = ((2.0 * h.cosh()).log() - h * m).sum() + (0.5 * V * g.square()).sum();
    for (Eigen::Index a = 0; a < omega.size(); ++a)
        total += std::log(0.5 * std::erfc(-omega[a] / std::sqrt(2.0 * V[a])));
    for (int i = 0; i < 100; ++i) solver.step();
    CHECK(solver.free_entropy() == doctest::Approx(total / n).epsilon(1e-3));
}

TEST_CASE("+-1 inputs given as real numbers are the same problem") {
    for (const Network network : {Network{203, 1}, Network{67, 3}}) {
        const auto bits = patterns_of(network, 0.5, 6);
        const auto real = build_graph(network, as_real(*bits));
        ApproximateMessagePassing a(build_graph(network, bits), {.damping = 0.5}),
            b(real, {.damping = 0.5});
        for (int i = 0; i < 10; ++i) {
            a.step(focusing);
            b.step(focusing);
        }
        CHECK(mean_square_distance(a, b, network.hidden) < 1e-5);
        CHECK(a.overlap() == doctest::Approx(b.overlap()).epsilon(1e-5));
        CHECK(a.free_entropy() == doctest::Approx(b.free_entropy()).epsilon(1e-4));
        CHECK(count_violations(real, b.weights()) ==
              count_violations(build_graph(network, bits), b.weights()));
        CHECK_THROWS_WITH_AS(
            BeliefPropagation(real, {.accuracy = Accuracy::Exact}),
            "accuracy exact sums over +-1 inputs, and the patterns have real ones: use gaussian "
            "or relaxed",
            Error);
    }
}

TEST_CASE("plates may read different columns of the patterns, from anywhere") {
    // A tree: three units on 205 inputs each, so that words are shared between plates.
    const std::size_t n = 205, rows = 200;
    const auto patterns = std::make_shared<PatternSet>(random_patterns(3 * n + 5, rows, 8));
    const auto real = as_real(*patterns);
    const auto tree = [&](bool of_real) {
        FactorGraph graph;
        std::vector<Vertex> outputs;
        for (std::size_t k = 0; k < 3; ++k) {
            const std::string name = std::to_string(k + 1);
            const Vertex w = graph.add_plate({"w" + name, VariableKind::IsingWeight, n});
            const Vertex z = graph.add_plate({"z" + name, VariableKind::Preactivation, rows});
            const Vertex tau = graph.add_plate({"tau" + name, VariableKind::Output, rows});
            graph.add_prior(ising_prior(), w);
            const std::size_t first = 5 + k * n;
            graph.add_wiring(
                of_real ? LinearWiring{nullptr, first, n, real} : LinearWiring{patterns, first, n},
                w, z);
            graph.add_channel(sign_channel(), z, tau);
            outputs.push_back(tau);
        }
        graph.add_gate(majority_gate(), outputs);
        return graph;
    };
    ApproximateMessagePassing amp(tree(false), {.damping = 0.5}),
        dense(tree(true), {.damping = 0.5});
    BeliefPropagation bp(tree(false), {.damping = 0.5});
    for (MessagePassing* solver : std::vector<MessagePassing*>{&amp, &dense, &bp})
        converge(*solver);
    CHECK(mean_square_distance(amp, bp, 3) < 0.01);
    CHECK(mean_square_distance(amp, dense, 3) < 1e-5);
    CHECK(amp.free_entropy() == doctest::Approx(bp.free_entropy()).epsilon(0.005));
}

TEST_CASE("a running margin is a channel with that threshold") {
    const auto patterns = std::make_shared<PatternSet>(random_patterns(301, 90, 8));
    FactorGraph graph;
    const Vertex w = graph.add_plate({"w", VariableKind::IsingWeight, 301});
    const Vertex z = graph.add_plate({"z", VariableKind::Preactivation, 90});
    const Vertex tau = graph.add_plate({"tau", VariableKind::Output, 90});
    graph.add_prior(ising_prior(), w);
    graph.add_wiring({patterns, 0, 301}, w, z);
    graph.add_channel(sign_channel(0.2 * std::sqrt(301.0)), z, tau);
    graph.add_gate(imposed_gate(), {tau});
    ApproximateMessagePassing wanted(graph, {.damping = 0.5});
    ApproximateMessagePassing found(build_graph({301, 1}, patterns), {.damping = 0.5});
    found.set_margin(0.2);
    for (int i = 0; i < 20; ++i) {
        wanted.step();
        found.step();
    }
    CHECK(mean_square_distance(wanted, found, 1) < 1e-6);
    CHECK(wanted.free_entropy() == doctest::Approx(found.free_entropy()).epsilon(1e-6));
    CHECK_THROWS_AS(found.set_margin(std::nan("")), Error);
}

namespace {

struct Case {
    Network network;
    double load;
    bool real;
};

const Case cases[] = {
    {{257, 1}, 0.6, false}, {{2100, 1}, 0.6, false}, {{123, 3}, 0.4, false}, {{123, 3}, 0.4, true}};

ApproximateMessagePassing solver_of(const Case& c) {
    const auto patterns = patterns_of(c.network, c.load, 3);
    return {c.real ? build_graph(c.network, as_real(*patterns)) : build_graph(c.network, patterns),
            {.damping = 0.4, .start = 0.01, .seed = 5}};
}

}  // namespace

TEST_CASE("amp: the same to the last bit for 1, 2, 3 and 8 threads") {
    for (const Case& c : cases) {
        SolverState wanted;
        std::vector<double> numbers;
        for (const std::size_t threads : {1, 2, 3, 8}) {
            SolverState state;
            std::vector<double> here;
            Threads(threads).run([&] {
                ApproximateMessagePassing solver = solver_of(c);
                for (int i = 0; i < 6; ++i) {
                    here.push_back(solver.step(i < 3 ? Coupling{} : focusing).change());
                    here.push_back(solver.overlap());
                }
                here.push_back(solver.free_entropy());
                state = solver.save();
            });
            if (threads == 1) {
                wanted = state;
                numbers = here;
            }
            CAPTURE(c.network.inputs);
            CHECK(state == wanted);
            CHECK(here == numbers);
        }
    }
}

TEST_CASE("amp: every instruction set gives the same up to rounding") {
    for (const Case& c : cases) {
        std::vector<double> wanted;
        for (const std::string& target : simd_targets()) {
            limit_simd_target(target);
            ApproximateMessagePassing solver = solver_of(c);
            for (int i = 0; i < 10; ++i) solver.step(focusing);
            const std::vector<double> found = solver.magnetizations(0);
            if (wanted.empty()) wanted = found;
            double largest = 0.0;
            for (std::size_t i = 0; i < found.size(); ++i) {
                largest = std::max(largest, std::abs(found[i] - wanted[i]));
            }
            CAPTURE(target);
            CHECK(largest < 1e-4);
        }
        limit_simd_target("");
    }
}

TEST_CASE("amp: a restored solver goes on to the last bit") {
    for (const Case& c : cases) {
        ApproximateMessagePassing first = solver_of(c);
        first.set_margin(0.1);
        for (int i = 0; i < 4; ++i) first.step(focusing);
        first.set_damping(0.2);
        const SolverState kept = first.save();
        const double free_entropy = first.free_entropy();
        for (int i = 0; i < 4; ++i) first.step(focusing);

        ApproximateMessagePassing second = solver_of(c);
        second.step({2.0, 7.0});
        second.restore(kept);
        CHECK(second.iterations() == 4);
        CHECK(second.save() == kept);
        for (int i = 0; i < 4; ++i) second.step(focusing);
        CHECK(second.save() == first.save());
        CHECK(second.weights() == first.weights());
        second.restore(kept);
        CHECK(second.free_entropy() == doctest::Approx(free_entropy).epsilon(1e-5));

        SolverState cut = kept;
        cut.arrays.pop_back();
        CHECK_THROWS_AS(second.restore(cut), Error);
        CHECK_THROWS_AS(second.restore(solver_of(cases[&c == &cases[1] ? 0 : 1]).save()), Error);
        CHECK(second.save() == kept);
    }
}

TEST_CASE("amp: hopeless loads and infinite couplings leave every number finite") {
    const Network network{301, 1};
    ApproximateMessagePassing solver(build_graph(network, patterns_of(network, 3.0, 1)),
                                     {.damping = 0.0});
    for (int i = 0; i < 200; ++i) {
        const double gamma = i < 150 ? 0.02 * i : std::numeric_limits<double>::infinity();
        const IterationReport report = solver.step({gamma, 20.0});
        REQUIRE(std::isfinite(report.change()));
        REQUIRE(std::isfinite(solver.overlap()));
        for (const double h : solver.fields(0)) REQUIRE(std::abs(h) <= 30.0);
    }
}

TEST_CASE("amp: options and graphs that make no sense are refused") {
    const auto graph = build_graph({51, 1}, patterns_of({51, 1}, 0.5, 1));
    CHECK_THROWS_WITH_AS(ApproximateMessagePassing(graph, {.damping = 1.0}),
                         "damping is 1: it must be at least 0 and below 1", Error);
    CHECK_THROWS_WITH_AS(ApproximateMessagePassing(graph, {.damping = 0.5, .start = 0.0}),
                         "start is 0: it must be above 0 and at most 1", Error);
    ApproximateMessagePassing solver(graph, {.damping = 0.5});
    CHECK_THROWS_AS(solver.set_damping(-0.1), Error);
    CHECK_THROWS_AS(solver.magnetizations(1), Error);
    CHECK_THROWS_WITH_AS(solver.restore(BeliefPropagation(graph, {}).save()),
                         "the saved state is of 'belief-propagation-single', this solver is "
                         "'approximate-message-passing'",
                         Error);
}

TEST_CASE("amp: turning an input or permuting units does the same to the weights") {
    CHECK(rc::check("gauge and units", [] {
        const std::size_t n = 2 * *rc::gen::inRange<std::size_t>(20, 60) + 1;
        const Network network{n, *rc::gen::element<std::size_t>(1, 3)};
        const auto patterns = patterns_of(network, 0.2, *rc::gen::inRange<std::uint64_t>(1, 1000));
        const auto turn = *rc::gen::container<std::vector<bool>>(n, rc::gen::arbitrary<bool>());
        std::vector<signed char> signs = patterns->signs();
        for (std::size_t e = 0; e < signs.size(); ++e) {
            if (turn[e % n]) signs[e] = static_cast<signed char>(-signs[e]);
        }
        std::vector<double> field(network.weight_count()), other(field.size());
        const Philox random(3, Stream::Symmetry);
        for (std::size_t e = 0; e < field.size(); ++e) field[e] = 0.3 * random.normal(e);
        // Unit k of the second problem is unit k + 1 of the first.
        for (std::size_t e = 0; e < field.size(); ++e) {
            other[e] = field[(e + n) % field.size()] * (turn[e % n] ? -1 : 1);
        }
        ApproximateMessagePassing a(build_graph(network, patterns, field), {.damping = 0.5});
        ApproximateMessagePassing b(build_graph(network,
                                                std::make_shared<PatternSet>(PatternSet::from_signs(
                                                    n, patterns->patterns(), signs)),
                                                other),
                                    {.damping = 0.5});
        const Coupling weak{0.3, 2.0};
        for (int i = 0; i < 200; ++i) {
            a.step(weak);
            b.step(weak);
        }
        for (std::size_t k = 0; k < network.hidden; ++k) {
            const auto x = a.magnetizations((k + 1) % network.hidden), y = b.magnetizations(k);
            for (std::size_t i = 0; i < n; ++i) {
                RC_ASSERT(std::abs(x[i] - (turn[i] ? -1 : 1) * y[i]) < 1e-4);
            }
        }
        RC_ASSERT(std::abs(a.free_entropy() - b.free_entropy()) < 1e-4);
    }));
}

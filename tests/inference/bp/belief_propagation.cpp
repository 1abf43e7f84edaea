#include "steppe/inference/bp/belief_propagation.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "steppe/error.hpp"

using namespace steppe;

namespace {

std::shared_ptr<const PatternSet> some_patterns(std::size_t inputs, std::size_t patterns) {
    return std::make_shared<PatternSet>(random_patterns(inputs, patterns, 1));
}

/// The sign channel, without what a test leaves out.
class PartialSign : public Channel {
  public:
    explicit PartialSign(ChannelAbilities abilities) : abilities_(abilities) {}
    std::string name() const override { return "partial"; }
    ChannelAbilities abilities() const override { return abilities_; }
    void log_probability(const ChannelInput& in, std::span<double> plus,
                         std::span<double> minus) const override {
        sign_channel()->log_probability(in, plus, minus);
    }
    void derivatives(const ChannelInput& in, std::span<double> g,
                     std::span<double> g_prime) const override {
        sign_channel()->derivatives(in, g, g_prime);
    }
    int answer(std::uint32_t, double z) const override { return z > 0 ? 1 : -1; }

  private:
    ChannelAbilities abilities_;
};

FactorGraph perceptron(const std::shared_ptr<const PatternSet>& patterns,
                       std::shared_ptr<const Channel> channel, std::size_t first_input = 0,
                       std::size_t inputs = 0) {
    FactorGraph graph;
    if (inputs == 0) inputs = patterns->inputs();
    const Vertex w = graph.add_plate({"w", VariableKind::IsingWeight, inputs});
    const Vertex z = graph.add_plate({"z", VariableKind::Preactivation, patterns->patterns()});
    const Vertex tau = graph.add_plate({"tau", VariableKind::Output, patterns->patterns()});
    graph.add_prior(ising_prior(), w);
    graph.add_wiring({patterns, first_input, inputs}, w, z);
    graph.add_channel(std::move(channel), z, tau);
    graph.add_gate(imposed_gate(), {tau});
    return graph;
}

double difference(const BeliefPropagation& a, const BeliefPropagation& b) {
    const std::vector<double> x = a.magnetizations(0), y = b.magnetizations(0);
    double largest = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::abs(x[i] - y[i]));
    return largest;
}

}  // namespace

TEST_CASE("a plate may read columns from anywhere in the patterns, also within a word") {
    const auto wide = some_patterns(150, 40);
    for (const std::size_t first : {0, 3, 16, 37}) {
        // The same columns as a pattern set of their own.
        std::vector<signed char> signs;
        for (std::size_t a = 0; a < 40; ++a) {
            for (std::size_t i = 0; i < 90; ++i) {
                signs.push_back(static_cast<signed char>(wide->sign(a, first + i)));
            }
        }
        const auto narrow = std::make_shared<PatternSet>(PatternSet::from_signs(90, 40, signs));
        for (const Accuracy accuracy : {Accuracy::Relaxed, Accuracy::Gaussian, Accuracy::Exact}) {
            for (const std::size_t block : {0, 7}) {
                BeliefPropagationOptions options;
                options.damping = 0.5;
                options.accuracy = accuracy;
                options.precision = Precision::Double;
                options.block = block;
                BeliefPropagation part(perceptron(wide, sign_channel(), first, 90), options);
                BeliefPropagation whole(perceptron(narrow, sign_channel()), options);
                for (int i = 0; i < 8; ++i) {
                    part.step({0.5, 3.0});
                    whole.step({0.5, 3.0});
                }
                CAPTURE(first);
                CHECK(difference(part, whole) < 1e-12);
                CHECK(part.free_entropy() == doctest::Approx(whole.free_entropy()).epsilon(1e-11));
                CHECK(part.overlap() == doctest::Approx(whole.overlap()).epsilon(1e-12));
            }
        }
    }
}

TEST_CASE("the expansion of accuracy gaussian agrees with asking the channel for every weight") {
    // A channel that does not say it is a threshold gets no expansion.
    const auto patterns = some_patterns(801, 300);
    for (const Precision precision : {Precision::Single, Precision::Double}) {
        BeliefPropagationOptions options;
        options.damping = 0.5;
        options.accuracy = Accuracy::Gaussian;
        options.precision = precision;
        BeliefPropagation series(perceptron(patterns, sign_channel()), options);
        BeliefPropagation direct(
            perceptron(patterns, std::make_shared<PartialSign>(ChannelAbilities{true, true, true})),
            options);
        for (int i = 0; i < 25; ++i) {
            series.step();
            direct.step();
        }
        CHECK(difference(series, direct) < (precision == Precision::Single ? 2e-5 : 1e-12));
    }
}

TEST_CASE("a solver asks only for what its accuracy needs") {
    const auto patterns = some_patterns(31, 10);
    const auto solver = [&](ChannelAbilities abilities, Accuracy accuracy) {
        BeliefPropagationOptions options;
        options.damping = 0.5;
        options.accuracy = accuracy;
        BeliefPropagation bp(perceptron(patterns, std::make_shared<PartialSign>(abilities)),
                             options);
        bp.step();
        return bp.free_entropy();
    };
    CHECK(std::isfinite(solver({true, true, false}, Accuracy::Relaxed)));
    CHECK(std::isnan(solver({false, true, false}, Accuracy::Relaxed)));
    CHECK(std::isfinite(solver({true, false, false}, Accuracy::Gaussian)));
    CHECK(std::isfinite(solver({false, false, true}, Accuracy::Exact)));
    CHECK_THROWS_WITH_AS(solver({true, false, true}, Accuracy::Relaxed),
                         "channel 'partial': it does not give derivatives(), which belief "
                         "propagation at accuracy relaxed needs",
                         Error);
    CHECK_THROWS_AS(solver({false, true, true}, Accuracy::Gaussian), Error);
    CHECK_THROWS_AS(solver({true, true, false}, Accuracy::Exact), Error);
}

TEST_CASE("hopeless loads: every number stays finite" * doctest::test_suite("study")) {
    for (const std::size_t hidden : {1, 3}) {
        for (const Accuracy accuracy : {Accuracy::Relaxed, Accuracy::Gaussian, Accuracy::Exact}) {
            for (const double load : {1.5, 6.0}) {
                CAPTURE(hidden);
                CAPTURE(static_cast<int>(accuracy));
                CAPTURE(load);
                const std::size_t n = 41;
                BeliefPropagationOptions options;
                options.accuracy = accuracy;
                options.damping = 0.0;  // nothing to calm it
                BeliefPropagation solver(
                    build_graph({n, hidden}, some_patterns(n, static_cast<std::size_t>(load * 41))),
                    options);
                const double infinity = std::numeric_limits<double>::infinity();
                for (int i = 0; i < 120; ++i) {
                    const Coupling coupling = i < 30   ? Coupling{}
                                              : i < 80 ? Coupling{1.5, 20.0}
                                                       : Coupling{infinity, 20.0};
                    const IterationReport report = solver.step(coupling);
                    REQUIRE(std::isfinite(report.change()));
                    REQUIRE(std::isfinite(solver.overlap()));
                    // A row that cannot be leaves none.
                    if (i < 80) REQUIRE(!std::isinf(solver.free_entropy()));
                }
                CHECK(std::isnan(solver.free_entropy()));  // not defined at gamma = infinity
            }
        }
    }
}

TEST_CASE("contradictory and repeated patterns, one input, one pattern") {
    const auto run = [](std::size_t inputs, std::size_t patterns, std::vector<signed char> signs) {
        for (const Accuracy accuracy : {Accuracy::Relaxed, Accuracy::Gaussian, Accuracy::Exact}) {
            BeliefPropagationOptions options;
            options.damping = 0.5;
            options.accuracy = accuracy;
            BeliefPropagation solver(
                build_graph({inputs, 1}, std::make_shared<PatternSet>(
                                             PatternSet::from_signs(inputs, patterns, signs))),
                options);
            for (int i = 0; i < 60; ++i) solver.step({1.0, 5.0});
            for (const double h : solver.fields(0)) CHECK(std::isfinite(h));
            CHECK(!std::isinf(solver.free_entropy()));
        }
    };
    run(3, 2, {1, 1, -1, -1, -1, 1});
    run(3, 4, {1, 1, -1, 1, 1, -1, 1, 1, -1, 1, 1, -1});
    run(1, 1, {-1});
    run(1, 2, {-1, 1});
}

TEST_CASE("a channel that returns no number is stopped with its place, not passed on") {
    class Broken final : public PartialSign {
      public:
        Broken() : PartialSign({true, true, true}) {}
        void derivatives(const ChannelInput&, std::span<double> g,
                         std::span<double> g_prime) const override {
            for (double& x : g) x = std::nan("");
            for (double& x : g_prime) x = std::nan("");
        }
    };
    BeliefPropagation solver(perceptron(some_patterns(31, 10), std::make_shared<Broken>()),
                             {.damping = 0.5});
    CHECK_THROWS_WITH_AS(solver.step(),
                         "the field of weight 0 of plate 'w' is not finite after iteration 1; a "
                         "channel, gate or prior returned a value that is no number",
                         Error);
}

TEST_CASE("options that make no sense are refused") {
    const FactorGraph graph = build_graph({31, 1}, some_patterns(31, 10));
    const auto with = [&](auto change) {
        BeliefPropagationOptions options;
        change(options);
        BeliefPropagation solver(graph, options);
    };
    CHECK_THROWS_WITH_AS(with([](auto& o) { o.damping = 1.0; }),
                         "damping is 1: it must be at least 0 and below 1", Error);
    CHECK_THROWS_AS(with([](auto& o) { o.damping = std::nan(""); }), Error);
    CHECK_THROWS_WITH_AS(with([](auto& o) { o.start = 0.0; }),
                         "start is 0: it must be above 0 and at most 1", Error);
    BeliefPropagation solver(graph, {.damping = 0.5});
    CHECK_THROWS_AS(solver.set_damping(-0.1), Error);
    CHECK_THROWS_WITH_AS(solver.magnetizations(1),
                         "plate 1 does not exist: the graph has 1 plates of weights", Error);
    BeliefPropagationOptions exact;
    exact.accuracy = Accuracy::Exact;
    CHECK_THROWS_WITH_AS(
        BeliefPropagation(build_graph({1025, 1}, some_patterns(1025, 3)), exact),
        "accuracy exact costs the square of the inputs and takes at most 1024; a unit here has "
        "1025: use gaussian or relaxed",
        Error);
}

TEST_CASE("weights are the signs of the fields; fields saturate") {
    BeliefPropagation solver(build_graph({51, 3}, some_patterns(51, 20)), {.damping = 0.5});
    for (int i = 0; i < 30; ++i) solver.step({2.0, 30.0});
    const Weights weights = solver.weights();
    for (std::size_t k = 0; k < 3; ++k) {
        const std::vector<double> h = solver.fields(k), m = solver.magnetizations(k);
        for (std::size_t i = 0; i < 51; ++i) {
            CHECK(weights.sign(k, i) == (h[i] >= 0 ? 1 : -1));
            CHECK(std::abs(h[i]) <= 30.0);
            CHECK(m[i] == std::tanh(h[i]));
        }
    }
}

TEST_CASE("memory: at most 4.5 bytes a pattern-weight pair, known before there are patterns") {
    const Network large{10001, 1};
    const std::size_t patterns = 5000;
    const double pairs = 10001.0 * 5000.0;
    const std::size_t bytes = BeliefPropagation::memory_bytes(large, patterns, Precision::Single) +
                              PatternSet::memory_bytes(10001, patterns);
    CHECK(static_cast<double>(bytes) / pairs < 4.5);
    CHECK(static_cast<double>(bytes) / pairs > 4.0);
    const Network small{321, 5};
    const FactorGraph graph = build_graph(small, some_patterns(321, 100));
    for (const Precision precision : {Precision::Single, Precision::Double}) {
        CHECK(BeliefPropagation::memory_bytes(graph, precision) ==
              BeliefPropagation::memory_bytes(small, 100, precision));
        // Of real weights a precision a row, or at accuracy gaussian one a pair.
        Network real = small;
        real.weights = WeightKind::Spherical;
        const std::size_t relaxed = BeliefPropagation::memory_bytes(real, 100, precision),
                          gaussian = BeliefPropagation::memory_bytes(real, 100, precision,
                                                                     Accuracy::Gaussian);
        const std::size_t pairs = 100 * real.weight_count();
        const std::size_t number = precision == Precision::Single ? 4 : 8;
        CHECK(relaxed > pairs * number);
        CHECK(gaussian > 2 * pairs * number);
    }
}

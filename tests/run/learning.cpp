// Runs of the solvers that learn epoch by epoch.
#include "steppe/options/learning_options.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/run/solve.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

SolveOptions options_for(const Network& network, const std::string& solver) {
    SolveOptions options;
    options.network = network;
    options.solver = solver;
    return options;
}

}  // namespace

TEST_CASE("what is not asked for is chosen by solver, weights and patterns") {
    const Network tree = spherical(99, 3, Wiring::Tree), signs{99, 3};
    const auto chosen = [](const Network& network, const std::string& solver, bool correlated,
                           const LearningOptions& asked = {}) {
        SolveOptions options = options_for(network, solver);
        options.learning = asked;
        return options.resolved(options.conditions(solver, correlated)).learning;
    };
    const LearningOptions slow = chosen(tree, "sgd", false);
    CHECK(slow.at(0).beta == 0.5);
    CHECK(slow.at(1999).beta == doctest::Approx(200.0));
    CHECK(slow.at(7).gamma == 8.0);
    CHECK(*slow.momentum == 0.9);
    CHECK(chosen(tree, "sgd", true).at(0).gamma == 2.0);
    LearningOptions preset;
    preset.preset = LearningPreset::Fast;
    const LearningOptions fast = chosen(tree, "sgd", true, preset);
    CHECK(fast.at(0).beta == fast.at(999).beta);
    CHECK(fast.at(0).rate == 100.0);
    CHECK(*chosen(tree, "lal", false).batch == 1);
    CHECK(*chosen(tree, "elal", false).replicas == 10);
    const LearningOptions binary = chosen(signs, "rsgd", false);
    CHECK(binary.at(0).gamma == doctest::Approx(0.05));
    CHECK(binary.at(3999).gamma == doctest::Approx(2.05));
    CHECK(*binary.replicas == 7);
    // What is asked for stays.
    LearningOptions asked;
    asked.batch = 33;
    asked.rate = Ramp{1.0, 4.0, Ramp::Shape::Linear};
    asked.epochs = 4;
    const LearningOptions kept = chosen(tree, "sgd", true, asked);
    CHECK(*kept.batch == 33);
    CHECK(kept.at(2).rate == doctest::Approx(3.0));
}

TEST_CASE("a run ends when the wanted network stores every pattern, and its best weights count") {
    const Network network = spherical(303, 3, Wiring::Tree);
    const auto patterns = patterns_of(network, 250);
    for (const std::string solver : {"lal", "elal", "sgd", "rsgd"}) {
        CAPTURE(solver);
        SolveOptions options = options_for(network, solver);
        std::size_t epochs = 0;
        const SolveResult result = solve(options, patterns, [&](const SolveProgress& progress) {
            ++epochs;
            CHECK(progress.iteration == epochs);
            CHECK(progress.epoch.has_value());
            return true;
        });
        CHECK(result.summary.status == SolveStatus::Solved);
        CHECK(result.summary.iterations == epochs);
        CHECK(result.summary.best_iteration == epochs);
        CHECK(count_errors(network, result.weights, *patterns) == 0);
        CHECK(std::isnan(result.summary.overlap));
        CHECK(std::isnan(result.summary.free_entropy));

        options.continue_after_solution = true;
        options.learning.epochs = epochs + 20;
        const SolveResult longer = solve(options, patterns);
        CHECK(longer.summary.status == SolveStatus::Solved);
        CHECK(longer.summary.errors == 0);
    }
}

TEST_CASE("limits of epochs, of time and by the observer are kept") {
    const Network network{301, 1};
    const auto patterns = patterns_of(network, 450);
    SolveOptions options = options_for(network, "sbpi");
    options.learning.epochs = 30;
    CHECK(solve(options, patterns).summary.iterations == 30);
    options.max_iterations = 7;
    const SolveSummary few = solve(options, patterns).summary;
    CHECK(few.iterations == 7);
    CHECK(few.status == SolveStatus::Unsolved);
    options.max_iterations = 0;
    options.learning.epochs = 1'000'000;
    options.time_limit = 0.05;
    const SolveSummary late = solve(options, patterns).summary;
    CHECK(late.status == SolveStatus::TimeLimit);
    CHECK(late.seconds < 5.0);
    options.time_limit = 0.0;
    const SolveResult stopped = solve(
        options, patterns, [](const SolveProgress& progress) { return progress.iteration < 4; });
    CHECK(stopped.summary.status == SolveStatus::Interrupted);
    CHECK(stopped.summary.iterations == 4);
    CHECK(count_errors(network, stopped.weights, *patterns) == stopped.summary.errors);
}

TEST_CASE("contradictory, repeated and single patterns, and constant inputs") {
    const Network network = spherical(50, 3);
    const PatternSet some = random_patterns(50, 20, 1);
    std::vector<signed char> twice = some.signs(), opposite = some.signs();
    const std::vector<signed char> first(twice.begin(), twice.begin() + 50);
    twice.insert(twice.end(), first.begin(), first.end());
    for (const signed char sign : first) opposite.push_back(static_cast<signed char>(-sign));
    for (const std::string solver : {"lal", "elal", "sgd", "rsgd"}) {
        CAPTURE(solver);
        SolveOptions options = options_for(network, solver);
        options.learning.epochs = 400;
        CHECK(solve(options,
                    std::make_shared<const PatternSet>(PatternSet::from_signs(50, 21, twice)))
                  .summary.errors == 0);
        const SolveSummary impossible =
            solve(options,
                  std::make_shared<const PatternSet>(PatternSet::from_signs(50, 21, opposite)))
                .summary;
        CHECK(impossible.status == SolveStatus::Unsolved);
        CHECK(impossible.errors == 1);
        CHECK(
            solve(options, std::make_shared<const PatternSet>(PatternSet::from_signs(50, 1, first)))
                .summary.errors == 0);
        // An input that is always 0 has no gradient.
        std::vector<float> values;
        for (std::size_t a = 0; a < 20; ++a) {
            for (std::size_t i = 0; i < 50; ++i) {
                values.push_back(i == 7 ? 0.0f : 0.3f * static_cast<float>(some.sign(a, i)));
            }
        }
        const SolveResult real =
            solve(options,
                  std::make_shared<const RealPatterns>(RealPatterns::from_values(50, 20, values)));
        CHECK(real.summary.errors == 0);
        for (const double w : real.weights.values()) CHECK(std::isfinite(w));
    }
}

TEST_CASE("a rate that is far too large leaves weights that are numbers") {
    const Network network = spherical(99, 3);
    SolveOptions options = options_for(network, "sgd");
    options.learning.rate = Ramp{1e30, 1e38, Ramp::Shape::Geometric};
    options.learning.epochs = 50;
    const SolveResult result = solve(options, patterns_of(network, 60));
    for (const double w : result.weights.values()) CHECK(std::isfinite(w));
    CHECK(count_errors(network, result.weights, *patterns_of(network, 60)) ==
          result.summary.errors);
}

TEST_CASE("stop-at surrogate answers with the weights that it stopped for") {
    const Network network = spherical(303, 3, Wiring::Tree);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        SolveOptions options = options_for(network, "sgd");
        options.seed = seed;
        options.learning.stop_at = StopAt::Surrogate;
        const auto patterns = patterns_of(network, 200, seed);
        const SolveSummary summary = solve(options, patterns).summary;
        CHECK(summary.surrogate_errors == std::size_t{0});
        CHECK(summary.best_iteration == summary.iterations);
    }
    // A learner without a surrogate stops for the network.
    SolveOptions options = options_for(network, "lal");
    CHECK(solve(options, patterns_of(network, 200)).summary.errors == 0);
    options.learning.stop_at = StopAt::Surrogate;
    CHECK_THROWS_WITH_AS(solve(options, patterns_of(network, 200)),
                         "--stop-at belongs to --solver sgd or rsgd", Error);
}

TEST_CASE("replicas that stand still at their mean end the run") {
    const Network network = spherical(99, 3, Wiring::Tree);
    SolveOptions options = options_for(network, "elal");
    options.learning.rate = options.learning.pull = Ramp{1.0, 1.0, Ramp::Shape::Linear};
    const SolveSummary still = solve(options, patterns_of(network, 150)).summary;
    CHECK(still.iterations == 1);
    CHECK(still.status == SolveStatus::Unsolved);
    // By default after the seven hundred epochs in which the pull reaches 1.
    const SolveSummary lost =
        solve(options_for(network, "elal"), patterns_of(network, 400)).summary;
    CHECK(lost.iterations > 650);
    CHECK(lost.iterations < 750);
    CHECK(lost.converged);
}

TEST_CASE("errors on the way are those of weights, from the first epoch on") {
    const Network network = spherical(303, 3, Wiring::Tree);
    const auto patterns = patterns_of(network, 400);
    solve(options_for(network, "sgd"), patterns, [](const SolveProgress& progress) {
        CHECK(progress.errors <= 400);
        return progress.iteration < 20;
    });
}

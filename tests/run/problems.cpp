// Whole runs on the networks beside the binary perceptron and committee, on a few of the seeds
// that docs/measurements.md has.
#include <doctest/doctest.h>

#include <cmath>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/run/solve.hpp"

using namespace steppe;

namespace {

std::shared_ptr<const PatternSet> problem(const Network& network, double load, std::uint64_t seed) {
    const auto count =
        static_cast<std::size_t>(std::lround(load * static_cast<double>(network.weight_count())));
    PatternSet set = random_patterns(network.inputs, count, seed);
    if (!network.folds_labels()) set = set.with_labels(random_labels(count, seed));
    return std::make_shared<const PatternSet>(std::move(set));
}

/// How many of seeds 1 to `seeds` are solved, by a count that shares nothing with the solver.
std::size_t solved(SolveOptions options, double load, std::uint64_t seeds) {
    std::size_t count = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        options.seed = seed;
        const auto patterns = problem(options.network, load, seed);
        const SolveResult result = solve(options, patterns);
        const std::size_t errors = count_errors_plainly(options.network, result.weights.values(),
                                                        patterns->signs(), patterns->labels());
        CHECK(errors == result.summary.errors);
        count += errors == 0;
    }
    return count;
}

}  // namespace

TEST_CASE("spherical weights: tree committee, full committee, perceptron with margins" *
          doctest::test_suite("study")) {
    SolveOptions options;
    options.network = {999, 3, Wiring::Tree, Gate::Majority, WeightKind::Spherical};
    CHECK(solved(options, 2.0, 3) == 3);
    CHECK(solved(options, 2.5, 1) == 1);
    options.network = {784, 9, Wiring::Full, Gate::Majority, WeightKind::Spherical};
    CHECK(solved(options, 1.0, 1) == 1);
    options.network = {1001, 1, Wiring::Full, Gate::Majority, WeightKind::Spherical};
    CHECK(solved(options, 1.8, 10) == 10);
    options.network.margin = -0.5;
    CHECK(solved(options, 3.5, 10) == 10);
    options.network.margin = 0.5;
    CHECK(solved(options, 0.85, 5) == 5);  // capacity 0.961
}

TEST_CASE("parity of a tree, with labels that fold and with labels that do not" *
          doctest::test_suite("study")) {
    SolveOptions options;
    options.network = {999, 3, Wiring::Tree, Gate::Parity};
    CHECK(solved(options, 0.5, 10) >= 8);
    options.network = {1000, 2, Wiring::Tree, Gate::Parity};
    CHECK(solved(options, 0.4, 5) == 5);
    options.network = {333, 2, Wiring::Full, Gate::Parity};
    CHECK(solved(options, 0.2, 3) == 3);
    options.network = {999, 3, Wiring::Tree, Gate::Parity, WeightKind::Spherical};
    CHECK(solved(options, 0.8, 3) == 3);
    // Without the field nothing is decided.
    options.network.weights = WeightKind::Binary;
    options.symmetry_field = 0.0;
    options.restarts = 0;
    CHECK(solved(options, 0.4, 2) == 0);
}

TEST_CASE("belief propagation solves them as well" * doctest::test_suite("study")) {
    SolveOptions options;
    options.solver = "bp";
    options.network = {333, 3, Wiring::Tree, Gate::Majority, WeightKind::Spherical};
    CHECK(solved(options, 1.5, 3) == 3);
    options.accuracy = Accuracy::Gaussian;
    CHECK(solved(options, 1.5, 2) == 2);
    options.accuracy = Accuracy::Relaxed;
    options.network = {501, 1, Wiring::Full, Gate::Majority, WeightKind::Spherical, -0.5};
    CHECK(solved(options, 3.0, 3) == 3);
    options.network = {333, 3, Wiring::Tree, Gate::Parity};
    CHECK(solved(options, 0.3, 3) == 3);
    options.network = {501, 1, Wiring::Full, Gate::Majority, WeightKind::Binary, 0.3};
    CHECK(solved(options, 0.3, 3) == 3);
}

TEST_CASE("a committee of 255 units, a committee of one" * doctest::test_suite("study")) {
    SolveOptions options;
    options.network = {301, 255};
    CHECK(solved(options, 0.0016, 1) == 1);
    // One unit under either name is the perceptron.
    options.network = {501, 1, Wiring::Tree};
    CHECK(solved(options, 0.5, 1) == 1);
}

TEST_CASE("a teacher is learned with the errors of replica theory" * doctest::test_suite("study")) {
    struct Wanted {
        double load, gibbs, bayes, clipped;
    };
    for (const Wanted& wanted :
         {Wanted{0.5, 0.405, 0.3179, 0.3447}, Wanted{1.0, 0.311, 0.2306, 0.2574},
          Wanted{1.2, 0.267, 0.1952, 0.2196}}) {
        SolveOptions options;
        options.network = {10001, 1};
        options.schedule.kind = ScheduleKind::None;
        options.continue_after_solution = true;
        options.teacher = random_teacher(options.network, 1);
        const auto patterns = std::make_shared<const PatternSet>(teacher_labels(
            options.network, *options.teacher, *problem(options.network, wanted.load, 1)));
        const SolveSummary summary = solve(options, patterns).summary;
        CHECK(summary.converged);
        REQUIRE(summary.teacher);
        CHECK(std::abs(summary.teacher->gibbs - wanted.gibbs) < 0.01);
        CHECK(std::abs(summary.teacher->bayes - wanted.bayes) < 0.01);
        CHECK(std::abs(summary.teacher->clipped - wanted.clipped) < 0.01);
        CHECK(summary.teacher->overlap ==
              doctest::Approx(std::cos(M_PI * summary.teacher->clipped)).epsilon(0.03));
    }
}

TEST_CASE("errors against a teacher: what fresh patterns say" * doctest::test_suite("study")) {
    for (const Network& network :
         {Network{1001, 1, Wiring::Full, Gate::Majority, WeightKind::Spherical},
          Network{501, 3, Wiring::Full, Gate::Majority, WeightKind::Spherical},
          Network{999, 3, Wiring::Tree}, Network{999, 3, Wiring::Tree, Gate::Parity},
          Network{1002, 2, Wiring::Tree, Gate::Parity, WeightKind::Spherical}}) {
        SolveOptions options;
        options.network = network;
        options.teacher = random_teacher(network, 2);
        options.restarts = 0;
        const auto patterns = std::make_shared<const PatternSet>(
            teacher_labels(network, *options.teacher, *problem(network, 0.8, 2)));
        const SolveResult result = solve(options, patterns);
        const TeacherErrors& errors = result.summary.teacher.value();
        const PatternSet fresh =
            teacher_labels(network, *options.teacher, random_patterns(network.inputs, 20'000, 77));
        const double measured =
            static_cast<double>(count_errors(network, result.weights, fresh)) / 20'000;
        CAPTURE(network.name());
        CAPTURE(wiring_name(network.wiring));
        CHECK(std::abs(errors.clipped - measured) < 0.015);
        CHECK(errors.bayes <= errors.gibbs + 0.005);
        CHECK(errors.gibbs <= 0.51);
    }
    // The teacher itself makes none.
    const Network network{301, 3};
    const Weights teacher = random_teacher(network, 3);
    const TeacherErrors none = teacher_errors(network, teacher.values(), teacher, teacher);
    CHECK(none.overlap == doctest::Approx(1.0));
    CHECK(none.gibbs < 1e-3);
    CHECK(none.bayes < 1e-3);
    CHECK(none.clipped < 1e-3);
}

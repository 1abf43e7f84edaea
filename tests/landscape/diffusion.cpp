#include "steppe/landscape/diffusion.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/landscape/estimate.hpp"
#include "steppe/landscape/paths.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/run/solve.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

Network with_margin(std::size_t inputs, double margin) {
    Network network = spherical(inputs);
    network.margin = margin;
    return network;
}

double mean_square(const Weights& w) {
    double sum = 0.0;
    for (std::size_t i = 0; i < w.unit_inputs(); ++i) sum += w.value(0, i) * w.value(0, i);
    return sum / static_cast<double>(w.unit_inputs());
}

/// What two typical solutions of the same patterns have in common, over pairs.
struct Pairs {
    std::vector<double> overlaps, half, quarter;
};

Pairs pairs_of(const Network& network, std::size_t patterns, std::uint64_t pairs) {
    Pairs all;
    for (std::uint64_t p = 1; p <= pairs; ++p) {
        const Patterns set = patterns_of(network, patterns, p);
        const TypicalSolution a = typical_solution(network, set, {.seed = 2 * p, .step = 0.1});
        const TypicalSolution b = typical_solution(network, set, {.seed = 2 * p + 1, .step = 0.1});
        for (const TypicalSolution* one : {&a, &b}) {
            CHECK(one->converged());
            CHECK(one->overlap > 0.999);
            CHECK(one->errors <= patterns / 200);
        }
        all.overlaps.push_back(match_units(network, a.weights, b.weights).overlap);
        const auto path = error_along(network, a.weights, b.weights, set, Path::Straight, 5);
        all.half.push_back(path[2].error_rate);
        all.quarter.push_back(0.5 * (path[1].error_rate + path[3].error_rate));
    }
    return all;
}

/// The error that is allowed is there for the test to tell something.
void check_estimate(const std::vector<double>& values, double expected, double error) {
    const Estimate estimate = estimate_of(values);
    CAPTURE(estimate.mean);
    CAPTURE(estimate.error);
    CHECK(estimate.error < error);
    CHECK(std::abs(estimate.mean - expected) < 4.0 * estimate.error);
}

}  // namespace

TEST_CASE("two typical solutions have the overlap and the barrier of theory" *
          doctest::test_suite("study")) {
    // Replica-symmetric overlap, and error rates half-way and at a quarter of the normalised path,
    // of margin -0.5, for many inputs; computed once with an independent program.
    struct Theory {
        double load, overlap, half, quarter;
    };
    for (const Theory& theory :
         {Theory{1.0, 0.25952, 0.010029, 0.007059}, Theory{2.0, 0.50765, 0.008394, 0.006073}}) {
        CAPTURE(theory.load);
        const Network network = with_margin(401, -0.5);
        const auto patterns = static_cast<std::size_t>(theory.load * 401.0);
        const Pairs pairs = pairs_of(network, patterns, theory.load > 1.0 ? 20 : 40);
        check_estimate(pairs.overlaps, theory.overlap, 0.012);
        check_estimate(pairs.half, theory.half, 0.001);
        check_estimate(pairs.quarter, theory.quarter, 0.001);
    }
}

TEST_CASE("what focusing finds lies in one region without a barrier") {
    const Network network = with_margin(401, -0.5);
    const auto patterns = patterns_of(network, 401);
    std::vector<Weights> found;
    for (const std::uint64_t seed : {1u, 2u}) {
        SolveOptions options;
        options.network = network;
        options.solver = "amp";
        options.seed = seed;
        options.continue_after_solution = true;
        const SolveResult result = solve(options, patterns);
        REQUIRE(result.summary.errors == 0);
        found.push_back(result.weights);
    }
    // Nor between it and a typical one: it lies nearer to all of them than they do to each other.
    found.push_back(typical_solution(network, patterns).weights);
    for (std::size_t other : {1u, 2u}) {
        const auto path = error_along(network, found[0], found[other], patterns, Path::Straight, 9);
        CHECK(barrier_of(path).error_rate <= 0.001);
    }
    CHECK(match_units(network, found[0], found[2]).overlap > 0.35);
}

TEST_CASE("patterns that all weights store leave the whole sphere") {
    const Network network = with_margin(201, -15.0);
    const auto patterns = patterns_of(network, 5);
    std::vector<double> overlaps;
    std::vector<Weights> drawn;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        drawn.push_back(typical_solution(network, patterns, {.seed = seed}).weights);
        CHECK(mean_square(drawn.back()) == doctest::Approx(1.0));
        for (std::size_t j = 0; j + 1 < drawn.size(); ++j) {
            overlaps.push_back(match_units(network, drawn[j], drawn.back()).overlap);
        }
    }
    // Overlaps of independent directions have the variance 1/N.
    double squares = 0.0;
    for (const double overlap : overlaps) squares += 201.0 * overlap * overlap;
    const double count = static_cast<double>(overlaps.size());
    CHECK(std::abs(squares / count - 1.0) < 5.0 * std::sqrt(2.0 / count));
}

TEST_CASE("a path is repeated by its seed, by any number of threads and by turned patterns") {
    const Network network = with_margin(101, -0.3);
    const auto patterns = patterns_of(network, 80);
    const DiffusionOptions options{.seed = 4, .end_time = 20.0};
    const TypicalSolution found = typical_solution(network, patterns, options);
    CHECK(found.steps > 20);
    CHECK(found.iterations > 2 * found.steps);
    CHECK(found.errors == count_errors(network, found.weights, *patterns));
    CHECK(typical_solution(network, patterns, options).weights == found.weights);
    CHECK(typical_solution(network, patterns, {.seed = 5, .end_time = 20.0}).weights !=
          found.weights);
    Threads(1).run(
        [&] { CHECK(typical_solution(network, patterns, options).weights == found.weights); });
    // Labels that are not folded in yet.
    std::vector<signed char> signs = patterns->signs(), labels(80, 1);
    for (std::size_t i = 0; i < 101; ++i) signs[i] = static_cast<signed char>(-signs[i]);
    labels[0] = -1;
    const auto turned =
        std::make_shared<const PatternSet>(PatternSet::from_signs(101, 80, signs, labels));
    CHECK(typical_solution(network, turned, options).weights == found.weights);
}

TEST_CASE("what has no typical solutions is refused, and the observer ends it") {
    const auto patterns = patterns_of({9, 1}, 3);
    CHECK_THROWS_WITH_AS(typical_solution({9, 1}, patterns),
                         doctest::Contains("those of the network are +-1"), Error);
    CHECK_THROWS_WITH_AS(typical_solution(spherical(9, 3), patterns),
                         doctest::Contains("of one unit, and the network has 3"), Error);
    CHECK_THROWS_WITH_AS(typical_solution(spherical(9), patterns, {.end_time = 0.0}),
                         "end time is 0: it must be above 0 and at most 1e6", Error);
    CHECK_THROWS_WITH_AS(typical_solution(spherical(9), patterns, {.step = 1.5}),
                         "step is 1.5: it must be above 0 and at most 1", Error);
    CHECK_THROWS_WITH_AS(typical_solution(spherical(9), patterns, {.iterations_per_step = 0}),
                         "iterations per step are 0: take 1 or more", Error);
    CHECK_THROWS_WITH_AS(typical_solution(spherical(9), patterns, {.tolerance = 0.0}),
                         "tolerance is 0: it must be above 0", Error);
    CHECK_THROWS_WITH_AS(typical_solution(spherical(9), patterns, {.damping = 1.0}),
                         "damping is 1: it must be at least 0 and below 1", Error);
    CHECK_THROWS_WITH_AS(
        typical_solution(spherical(9), patterns, {}, [](double done) { return done < 0.5; }),
        "the measure was interrupted", Error);
}

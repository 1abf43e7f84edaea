// The convex problem to its end, after message passing and by itself.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "steppe/data/pattern_set.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/run/solve.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

SolveOptions options_for(std::size_t inputs, std::uint64_t seed, double margin = 0.0) {
    SolveOptions options;
    options.network = spherical(inputs);
    options.network.margin = margin;
    options.seed = seed;
    options.threads = 1;
    return options;
}

/// min_a z_a/sqrt(n), for weights whose squares sum to n.
double stability(const PatternSet& patterns, const Weights& weights) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t a = 0; a < patterns.patterns(); ++a) {
        double z = 0.0;
        for (std::size_t i = 0; i < patterns.inputs(); ++i) {
            z += patterns.sign(a, i) * weights.value(0, i);
        }
        least = std::min(least, z / std::sqrt(static_cast<double>(patterns.inputs())));
    }
    return least;
}

}  // namespace

TEST_CASE("what message passing leaves is stored or proved impossible") {
    std::size_t finished = 0, impossible = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        const SolveOptions options = options_for(61, seed);
        const auto patterns = patterns_of(options.network, 122, seed);
        const SolveResult result = solve(options, patterns);
        CHECK(result.summary.errors == count_errors(options.network, result.weights, *patterns));
        if (!result.summary.stability) {
            CHECK(result.summary.errors == 0);
            continue;
        }
        const StabilityReport& report = *result.summary.stability;
        CHECK((result.summary.errors == 0) != report.impossible);
        CHECK(report.stability ==
              doctest::Approx(stability(*patterns, result.weights)).epsilon(1e-9));
        CHECK(report.stability <= report.bound + 1e-9);
        finished += result.summary.errors == 0;
        impossible += report.impossible;
        if (report.impossible) {
            CHECK(result.summary.message.find("No weights store the patterns") == 0);
        }
    }
    CHECK(finished > 0);
    CHECK(impossible > 0);
}

TEST_CASE(
    "with a margin above the largest stability the proof is told, and the stability is that "
    "of the weights returned") {
    const SolveOptions options = options_for(101, 1, 0.3);
    const auto patterns = patterns_of(options.network, 162, 1);
    const SolveResult result = solve(options, patterns);
    REQUIRE(result.summary.stability);
    const StabilityReport& report = *result.summary.stability;
    CHECK(report.bound > 0.0);
    CHECK(report.bound < 0.3);
    CHECK(report.impossible);
    CHECK_FALSE(report.infeasible);
    CHECK(result.summary.tolerant_tries > 0);
    CHECK(report.stability == doctest::Approx(stability(*patterns, result.weights)).epsilon(1e-9));
    CHECK(result.summary.message.find("No weights store the patterns") == 0);
}

TEST_CASE("adatron by itself reaches the bound; the unit of the inputs is that of the file") {
    SolveOptions options = options_for(101, 1);
    options.solver = "adatron";
    const auto patterns = patterns_of(options.network, 120, 1);
    const SolveResult result = solve(options, patterns);
    const StabilityReport& report = *result.summary.stability;
    CHECK(report.ended);
    CHECK(report.stability == doctest::Approx(report.bound).epsilon(1e-9));
    CHECK(report.stability == doctest::Approx(stability(*patterns, result.weights)).epsilon(1e-9));

    std::vector<float> values;
    for (const signed char sign : patterns->signs()) {
        values.push_back(1e10f * static_cast<float>(sign));
    }
    const SolveResult large =
        solve(options, std::make_shared<const RealPatterns>(
                           RealPatterns::from_values(101, 120, std::move(values))));
    CHECK(large.summary.stability->stability ==
          doctest::Approx(1e10 * report.stability).epsilon(1e-6));
}

#include "steppe/run/solver_choice.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "steppe/numeric/random.hpp"

using namespace steppe;

namespace {

/// Inputs that are +1 with that probability.
PatternSet biased(std::size_t inputs, std::size_t patterns, double plus) {
    const Philox random(7, Stream::Patterns);
    std::vector<signed char> signs(inputs * patterns);
    for (std::size_t e = 0; e < signs.size(); ++e) signs[e] = random.uniform(e) < plus ? 1 : -1;
    return PatternSet::from_signs(inputs, patterns, signs);
}

/// Every input equal to the one before it with that probability.
PatternSet chained(std::size_t inputs, std::size_t patterns, double equal) {
    const Philox random(7, Stream::Patterns);
    std::vector<signed char> signs(inputs * patterns);
    for (std::size_t e = 0; e < signs.size(); ++e) {
        const bool first = e % inputs == 0;
        const auto before = first ? static_cast<signed char>(1) : signs[e - 1];
        const bool keep = random.uniform(e) < (first ? 0.5 : equal);
        signs[e] = keep ? before : static_cast<signed char>(-before);
    }
    return PatternSet::from_signs(inputs, patterns, signs);
}

/// For a network of one unit.
SolverChoice choose(const PatternSet& patterns) {
    return choose_solver({patterns.inputs(), 1}, patterns);
}

}  // namespace

TEST_CASE("random patterns of 200 inputs or more: approximate message passing") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        for (const std::size_t inputs : {200, 1001}) {
            const PatternSet patterns = random_patterns(inputs, inputs * 7 / 10, seed);
            CHECK(choose(patterns).solver == "amp");
        }
    }
    CHECK(choose(random_patterns(1001, 700, 1)).reason == "the patterns look independent");
    CHECK(std::abs(pattern_correlation(random_patterns(1001, 700, 1)) - 1.0) < 0.1);
    CHECK(choose(random_patterns(201, 2, 1)).solver != "auto");
}

TEST_CASE(
    "few inputs or one pattern: belief propagation; correlated patterns: expectation propagation") {
    const SolverChoice few = choose(random_patterns(199, 100, 1));
    CHECK(few.solver == "bp");
    CHECK(few.reason == "there are fewer than 200 inputs");
    const PatternSet wide = random_patterns(597, 300, 1);
    CHECK(choose(wide).solver == "amp");
    const SolverChoice tree = choose_solver({597, 3, Wiring::Tree}, wide);
    CHECK(tree.solver == "bp");
    CHECK(tree.reason == "there are fewer than 200 inputs to a unit");
    const SolverChoice one = choose(random_patterns(1001, 1, 1));
    CHECK(one.solver == "bp");
    CHECK(one.reason == "there is one pattern only");
    CHECK(std::isnan(pattern_correlation(random_patterns(1001, 1, 1))));
    for (const PatternSet& patterns :
         {biased(1001, 300, 0.75), chained(1001, 300, 0.9), chained(1001, 300, 0.1)}) {
        const SolverChoice choice = choose(patterns);
        CHECK(choice.solver == "ep");
        CHECK(choice.reason.find("the patterns are correlated (mean squared overlap") == 0);
    }
    // Its eigenvalue problem would take long.
    CHECK(choose(biased(2001, 2001, 0.75)).solver == "bp");
    // E (xi xi')^2 n = 1 + (n - 1) bias^4.
    CHECK(pattern_correlation(biased(1001, 300, 0.75)) ==
          doctest::Approx(1.0 + 1000.0 * 0.0625).epsilon(0.1));
}

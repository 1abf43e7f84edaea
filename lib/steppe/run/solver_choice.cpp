#include "steppe/run/solver_choice.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "steppe/numeric/random.hpp"
#include "steppe/options/solver.hpp"

namespace steppe {

namespace {

constexpr std::size_t most_pairs = 2000;

std::size_t pairs_of(std::size_t patterns) {
    return std::min(most_pairs, patterns * (patterns - 1) / 2);
}

/// Cosine of the angle between two patterns.
double overlap(const PatternSet& patterns, std::size_t a, std::size_t b) {
    constexpr std::size_t group = PatternSet::group_patterns;
    const std::size_t words = patterns.words_per_pattern();
    const auto at = [&](std::size_t pattern, std::size_t w) {
        return patterns.words()[(pattern / group * words + w) * group + pattern % group];
    };
    std::size_t differing = 0;
    for (std::size_t w = 0; w < words; ++w) {
        differing +=
            static_cast<std::size_t>(std::popcount(static_cast<unsigned>(at(a, w) ^ at(b, w))));
    }
    return 1.0 - 2.0 * static_cast<double>(differing) / static_cast<double>(patterns.inputs());
}

double overlap(const RealPatterns& patterns, std::size_t a, std::size_t b) {
    const std::size_t n = patterns.inputs();
    const float* x = patterns.values().data() + a * n;
    const float* y = patterns.values().data() + b * n;
    double product = 0.0, x_square = 0.0, y_square = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        const double xi = static_cast<double>(x[i]), yi = static_cast<double>(y[i]);
        product += xi * yi;
        x_square += xi * xi;
        y_square += yi * yi;
    }
    return product == 0.0 ? 0.0 : product / std::sqrt(x_square * y_square);
}

template <class Set>
double correlation_of(const Set& patterns) {
    const std::size_t count = patterns.patterns(), pairs = pairs_of(count);
    if (pairs == 0) return std::numeric_limits<double>::quiet_NaN();
    const Philox random(1, Stream::Order);
    double sum = 0.0;
    for (std::size_t p = 0; p < pairs; ++p) {
        const std::size_t a = random.below(count, p, 0);
        const std::size_t b = (a + 1 + random.below(count - 1, p, 1)) % count;
        const double cosine = overlap(patterns, a, b);
        sum += static_cast<double>(patterns.inputs()) * cosine * cosine;
    }
    return sum / static_cast<double>(pairs);
}

/// More than this is no chance: each square has mean 1 and variance 2 where patterns are
/// independent.
double most_by_chance(std::size_t patterns) {
    return 1.0 + std::max(0.25, 5.0 * std::sqrt(2.0 / static_cast<double>(pairs_of(patterns))));
}

template <class Set>
SolverChoice choose(const Network& network, const Set& patterns) {
    ProblemTraits problem{network, patterns.patterns()};
    problem.correlation = correlation_of(patterns);
    problem.correlated =
        problem.patterns > 1 && problem.correlation > most_by_chance(patterns.patterns());
    SolverChoice choice;
    for (const Solver* solver : all_solvers()) {
        if (!solver->suits) continue;
        const std::optional<std::string> reason = solver->suits(problem);
        if (reason) choice = {std::string(solver->name), *reason};
    }
    return choice;
}

}  // namespace

double pattern_correlation(const PatternSet& patterns) {
    return correlation_of(patterns);
}

double pattern_correlation(const RealPatterns& patterns) {
    return correlation_of(patterns);
}

bool are_correlated(const Patterns& patterns) {
    return patterns.patterns() > 1 && patterns.visit([](const auto& set) {
        return correlation_of(*set);
    }) > most_by_chance(patterns.patterns());
}

SolverChoice choose_solver(const Network& network, const PatternSet& patterns) {
    return choose(network, patterns);
}

SolverChoice choose_solver(const Network& network, const RealPatterns& patterns) {
    return choose(network, patterns);
}

}  // namespace steppe

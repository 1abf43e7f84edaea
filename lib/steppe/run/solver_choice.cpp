#include "steppe/run/solver_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "steppe/numeric/random.hpp"

namespace steppe {

namespace {

/// Rows shorter than this are no sums of many small terms.
constexpr std::size_t least_inputs = 200;
constexpr std::size_t most_pairs = 2000;

std::size_t pairs_of(const PatternSet& patterns) {
    const std::size_t count = patterns.patterns();
    return std::min(most_pairs, count * (count - 1) / 2);
}

/// Inputs in which two patterns differ.
std::size_t differing(const PatternSet& patterns, std::size_t a, std::size_t b) {
    constexpr std::size_t group = PatternSet::group_patterns;
    const std::size_t words = patterns.words_per_pattern();
    const auto at = [&](std::size_t pattern, std::size_t w) {
        return patterns.words()[(pattern / group * words + w) * group + pattern % group];
    };
    std::size_t count = 0;
    for (std::size_t w = 0; w < words; ++w) {
        count +=
            static_cast<std::size_t>(std::popcount(static_cast<unsigned>(at(a, w) ^ at(b, w))));
    }
    return count;
}

}  // namespace

std::string solver_name(SolverKind kind) {
    switch (kind) {
        case SolverKind::Auto:
            return "auto";
        case SolverKind::BeliefPropagation:
            return "bp";
        case SolverKind::ApproximateMessagePassing:
            return "amp";
    }
    return "?";
}

double pattern_correlation(const PatternSet& patterns) {
    const std::size_t pairs = pairs_of(patterns);
    if (pairs == 0) return std::numeric_limits<double>::quiet_NaN();
    const double n = static_cast<double>(patterns.inputs());
    const std::size_t count = patterns.patterns();
    const Philox random(1, Stream::Order);
    double sum = 0.0;
    for (std::size_t p = 0; p < pairs; ++p) {
        const std::size_t a = random.below(count, p, 0);
        const std::size_t b = (a + 1 + random.below(count - 1, p, 1)) % count;
        const double overlap = 1.0 - 2.0 * static_cast<double>(differing(patterns, a, b)) / n;
        sum += n * overlap * overlap;
    }
    return sum / static_cast<double>(pairs);
}

SolverChoice choose_solver(const Network& network, const PatternSet& patterns) {
    if (network.unit_inputs() < least_inputs) {
        return {SolverKind::BeliefPropagation,
                fmt::format("there are fewer than {} inputs{}", least_inputs,
                            network.hidden > 1 ? " to a unit" : "")};
    }
    const std::size_t pairs = pairs_of(patterns);
    if (pairs == 0) return {SolverKind::BeliefPropagation, "there is one pattern only"};
    // Each square has mean 1 and variance 2 where patterns are independent.
    const double correlation = pattern_correlation(patterns);
    const double most = 1.0 + std::max(0.25, 5.0 * std::sqrt(2.0 / static_cast<double>(pairs)));
    if (correlation > most) {
        return {SolverKind::BeliefPropagation,
                fmt::format("the patterns are correlated (mean squared overlap {:.2g} times that "
                            "of independent ones)",
                            correlation)};
    }
    return {SolverKind::ApproximateMessagePassing, "the patterns look independent"};
}

}  // namespace steppe

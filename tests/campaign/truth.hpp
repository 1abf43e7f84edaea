#pragma once

#include <cstddef>
#include <vector>

#include "problem.hpp"

/// What is so, by the definition of the manual (docs/problem.md) alone: written for the campaign,
/// in long double, and shares nothing with the library.
namespace steppe::campaign {

/// A number of wrong patterns that rounding leaves open: `least` are wrong in any arithmetic, more
/// than `most` in none.
struct WrongPatterns {
    std::size_t least = 0, most = 0;
    bool has(std::size_t errors) const { return least <= errors && errors <= most; }
};

/// weights: unit by unit.
WrongPatterns count_wrong(const Problem& problem, const std::vector<double>& weights);

/// All +-1 weights tried.
struct Enumeration {
    std::size_t fewest_wrong = 0;  ///< no weights have fewer errors
    /// Weights that store every pattern, and those that may.
    double solutions_least = 0.0, solutions_most = 0.0;
    /// Mean over the solutions of the square of each weight's mean (where they were asked for).
    double overlap = 0.0;
};

/// Whether enumerate() can be asked: +-1 weights, at most 20 of them, at most 64 patterns.
bool can_enumerate(const Problem& problem);
Enumeration enumerate(const Problem& problem, bool with_overlap);

}  // namespace steppe::campaign

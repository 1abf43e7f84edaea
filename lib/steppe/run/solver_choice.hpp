#pragma once

#include <cstddef>
#include <string>

#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// A solver for these patterns, and why it was taken.
struct SolverChoice {
    std::string solver;  ///< its name
    std::string reason;  ///< half a sentence: "the patterns look independent"
};

/// The solver that says of itself that it suits (Solver::suits): approximate message passing for
/// independent-looking patterns where a unit has many inputs; for correlated ones expectation
/// propagation, as long as its eigenvalue problem takes seconds; belief propagation for all others.
SolverChoice choose_solver(const Network& network, const PatternSet& patterns);
SolverChoice choose_solver(const Network& network, const RealPatterns& patterns);

/// Mean squared overlap of pairs of patterns, times the number of inputs (up to 2000 pairs, drawn
/// by a fixed seed): 1 on average for independent patterns with independent unbiased inputs,
/// more where patterns or inputs are correlated or biased. NaN of a single pattern.
double pattern_correlation(const PatternSet& patterns);
/// The same of real inputs, which count as directions: the overlap of two patterns is the cosine of
/// the angle between them.
double pattern_correlation(const RealPatterns& patterns);

/// Whether pattern_correlation is further above 1 than chance explains; never for one pattern.
bool are_correlated(const Patterns& patterns);

}  // namespace steppe

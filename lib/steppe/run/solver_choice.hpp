#pragma once

#include <string>

#include "steppe/data/pattern_set.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// How weights are found.
enum class SolverKind {
    Auto,                      ///< the one of the others that choose_solver takes
    BeliefPropagation,         ///< BeliefPropagation
    ApproximateMessagePassing  ///< ApproximateMessagePassing
};

/// "auto", "bp" or "amp".
std::string solver_name(SolverKind kind);

/// A solver for these patterns, and why it was taken.
struct SolverChoice {
    SolverKind kind;
    std::string reason;  ///< half a sentence: "the patterns look independent"
};

/// Approximate message passing for independent-looking patterns where a unit has at least 200
/// inputs, belief propagation for all others.
SolverChoice choose_solver(const Network& network, const PatternSet& patterns);

/// Mean squared overlap of pairs of patterns, times the number of inputs (up to 2000 pairs, drawn
/// by a fixed seed): 1 on average for independent patterns with independent unbiased inputs,
/// more where patterns or inputs are correlated or biased. NaN of a single pattern.
double pattern_correlation(const PatternSet& patterns);

}  // namespace steppe

#pragma once

#include "steppe/run/solve.hpp"

namespace steppe {

/// solve() for the solvers that learn epoch by epoch (internal; not installed). Labels are folded
/// in where the network folds them.
SolveResult learn(const SolveOptions& options, SolverKind solver, const Patterns& patterns,
                  const SolveObserver& observer);

/// Bytes that a learner holds besides the patterns as they were given.
std::size_t learner_bytes(const Network& network, std::size_t patterns, SolverKind solver,
                          const LearningOptions& options);

}  // namespace steppe

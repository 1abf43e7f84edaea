#pragma once

#include "steppe/options/solver.hpp"
#include "steppe/run/solve.hpp"

namespace steppe {

class Journal;

/// A run of a solver that learns epoch by epoch (internal; not installed). Labels are folded in
/// where the network folds them. journal: of checkpoints, or null.
SolveResult learn(const SolveOptions& options, const Solver& solver, const Patterns& patterns,
                  const SolveObserver& observer, Journal* journal);

}  // namespace steppe

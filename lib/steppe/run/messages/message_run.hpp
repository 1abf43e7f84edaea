#pragma once

#include "steppe/options/solver.hpp"
#include "steppe/run/solve.hpp"

namespace steppe {

class Journal;

/// A run of a solver that passes messages (internal; not installed): one try after another, each of
/// which walks the schedule. Labels are folded in where the network folds them. choice: why the
/// solver was taken, or "". journal: of checkpoints, or null.
SolveResult pass_messages(const SolveOptions& options, const Solver& solver,
                          const std::string& choice, const Patterns& patterns,
                          const SolveObserver& observer, Journal* journal);

}  // namespace steppe

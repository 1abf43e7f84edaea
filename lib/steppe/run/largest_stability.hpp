#pragma once

#include "steppe/run/solve.hpp"

/// Runs of AdaTron (internal; not installed): by themselves, and to the end of what message passing
/// left open.
namespace steppe {

class Journal;

/// Whether the problem is convex: one unit of real weights and a margin of 0 or more.
bool is_convex(const Network& network);

/// Throws Error, naming the network to take instead, where the problem is not convex.
void require_convex(const Network& network);

/// Whether finish_exactly() will follow message passing that leaves errors.
bool will_finish_exactly(const SolveOptions& options);

/// min_a z_a/sqrt(inputs) of weights of such a problem, in the unit of the inputs.
double stability_of(const Network& network, const Weights& weights, const Patterns& patterns);

/// --solver adatron: goes on to the largest stability. Labels must be folded in. journal: of
/// checkpoints, or null.
SolveResult find_largest_stability(const SolveOptions& options, const Patterns& patterns,
                                   const SolveObserver& observer, Journal* journal);

/// The result of message passing that ended with errors, with weights that store the patterns
/// instead, where there are any and limits of the run allow; else with the proof of how far they
/// cannot be stored. Other results are returned as they are.
SolveResult finish_exactly(const SolveOptions& options, const Patterns& patterns,
                           SolveResult result, const SolveObserver& observer, Journal* journal);

}  // namespace steppe

#pragma once

#include <string>
#include <vector>

#include "steppe/model/contradictions.hpp"
#include "steppe/run/solve.hpp"
#include "steppe/run/tries.hpp"

/// Runs in which patterns may be wrong (internal; not installed): where the plain run ends with
/// many errors they follow by themselves.
namespace steppe {

/// Runs once, where errors are left with other solvers (other_solvers.hpp), and where that leaves
/// many errors again, a few times, at different temperatures; the result with the fewest errors.
/// Contradictory patterns are tolerated from the start. Without focusing, with a temperature, a
/// schedule or a number of restarts there is the one run. It ends at SolveOptions::target_errors.
SolveResult run_tolerantly(const SolveOptions& options, const Contradictions& contradictions,
                           const std::vector<std::string>& others, const RunOnce& run,
                           const SolveObserver& observer);

/// Puts into the summary of any solver what contradictions and SolveOptions::target_errors make of
/// its end.
void describe_target(SolveSummary& summary, const SolveOptions& options,
                     const Contradictions& contradictions);

}  // namespace steppe

#pragma once

#include <string>
#include <vector>

#include "steppe/run/tries.hpp"

/// What follows the solver that was chosen for small problems, which no one solver masters
/// (internal; not installed).
namespace steppe {

/// Solvers that are to be tried, in this order, where the one that was chosen leaves errors: those
/// of units with too few inputs for amp, where solver, schedule, temperature and number of restarts
/// are left open; else none.
std::vector<std::string> solvers_to_follow(const SolveOptions& options, const Patterns& patterns,
                                           const std::string& chosen);

/// Adds runs of them until one leaves no error above the target; what Tries::add returns. More
/// errors than 20 and a tenth of the patterns, left by two solvers, are above what can be stored:
/// true without a further run. The summary says who found the weights, or who has tried.
bool try_others(Tries& tries, const SolveOptions& options, const std::vector<std::string>& others);

}  // namespace steppe

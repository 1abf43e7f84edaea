#pragma once

#include <string>

#include "steppe/run/solve.hpp"

namespace steppe {

/// What runs of either kind know of their end (internal; not installed).
struct Ending {
    std::string found;  ///< where a solution that was lost later was found; empty where none was
    std::string
        unsolved;  ///< why there is none, or what converged; a sentence without its full stop
    double time_limit = 0.0;
    std::string diverged;
};

/// The summary's message, from its status, errors and patterns.
std::string ending_message(const SolveSummary& summary, const Ending& ending);

}  // namespace steppe

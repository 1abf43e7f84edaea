#pragma once

#include <optional>
#include <string>
#include <vector>

#include "problem.hpp"

namespace steppe::campaign {

/// What became of a problem that was given to the library.
struct Answer {
    std::optional<SolveResult> result;
    std::string error;      ///< of a steppe::Error, where there is no result
    std::string exception;  ///< of anything else
    std::vector<SolveProgress> progress;
    double seconds = 0.0;  ///< of this thread
};

/// Solves it on so many threads.
Answer answer_to(const Problem& problem, std::size_t threads = 1);

/// What is different in two answers that should be the same to the last bit, the time and the
/// threads apart; empty where nothing is.
std::string difference(const Answer& a, const Answer& b);

}  // namespace steppe::campaign

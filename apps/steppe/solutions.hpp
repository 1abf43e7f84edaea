#pragma once

#include <string>
#include <vector>

#include "problem.hpp"
#include "steppe/run/solution_file.hpp"

namespace steppe::cli {

/// Solutions of one problem, with the problem.
struct SolvedProblem {
    std::vector<Solution> solutions;
    ProblemOptions::Problem problem;  ///< labels beside the patterns

    /// Whether solution i was found on these patterns; nothing where its file does not say.
    std::optional<bool> same_patterns(std::size_t i) const;
};

/// Reads solutions (there may be none), and the problem that options name; what they do not say of
/// the network is that of the first file. Throws Error for a file whose weights are not of that
/// network.
SolvedProblem read_solved(ProblemOptions& options, const std::vector<std::string>& files);

}  // namespace steppe::cli

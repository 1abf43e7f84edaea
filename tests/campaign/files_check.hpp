#pragma once

#include <string>

#include "answer.hpp"
#include "problem.hpp"

namespace steppe::campaign {

/// What was lost when patterns and weights were written to files (text and HDF5) and read; empty
/// where nothing was.
std::string files_keep(const Problem& problem, const Weights& weights);

/// What `steppe solve --json --out` on a file of the patterns says otherwise than the library, or
/// `steppe check` of what it wrote; empty where nothing is.
std::string program_says(const Problem& problem, const Answer& answer);

}  // namespace steppe::campaign

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "steppe/model/network.hpp"

namespace steppe {

/// Weights with what is known of where they came from (docs/files.md).
struct Solution {
    Weights weights;
    // Only in HDF5 files:
    std::optional<Network> network = {};             ///< what they are the weights of
    std::optional<std::uint64_t> pattern_hash = {};  ///< PatternSet::hash of the patterns solved
    std::string request = {};                        ///< the run's summary, JSON
    std::string version = {};                        ///< of the program that wrote the file
};

/// Writes a solution: HDF5 when path ends in .h5 or .hdf5, text (a hidden unit a line, gzip when it
/// ends in .gz; real weights with all their digits) otherwise, .csv, .tsv and .npy as promised. The
/// file appears whole or not at all. Throws Error where it cannot be written.
void write_solution(const Solution& solution, const std::string& path);

/// Reads either format, recognised by content. Weights of a text that are all +-1 are binary.
/// Throws Error with file, line and column for text that is no solution (rows of unequal length,
/// words that are no finite numbers, an empty file), and with the file and what is missing for
/// HDF5.
Solution read_solution(const std::string& path);

}  // namespace steppe

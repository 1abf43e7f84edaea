#pragma once

#include <string>
#include <variant>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/data/read_options.hpp"

/// Patterns as HDF5 (docs/files.md has the layout; internal: pattern_file.hpp is what others use).
namespace steppe {

using AnyPatterns = std::variant<PatternSet, RealPatterns>;

/// Reads a file in blocks of rows straight into the set, so that there is never a second copy.
/// Labels beside the patterns are those of the file, or `labels` (empty for none) where it has
/// none. Throws Error naming the file and what is wrong.
AnyPatterns read_hdf5_patterns(const std::string& path, std::vector<signed char> labels,
                               const ReadOptions& options = {});

/// Labels that a file named for them alone holds, in the dataset that options name, else `labels`.
std::vector<signed char> read_hdf5_labels(const std::string& path, const ReadOptions& options);

/// Bits or reals, with the labels where the set has some. provenance: where the patterns come from,
/// free text.
void write_hdf5_patterns(const PatternSet& patterns, const std::string& path,
                         const std::string& provenance);
void write_hdf5_patterns(const RealPatterns& patterns, const std::string& path,
                         const std::string& provenance);

}  // namespace steppe

#pragma once

#include <cstddef>
#include <vector>

#include "steppe/data/patterns.hpp"

namespace steppe {

/// Which patterns of a set have the same inputs, or all inputs turned: they are one constraint, or
/// contrary ones. Labels are not looked at.
struct RepeatedPatterns {
    /// For each pattern the lowest number of a pattern with its inputs, as they are or turned.
    std::vector<std::size_t> first;
    /// +1 where the inputs are those of `first`, -1 where they are those turned; +1 where all
    /// inputs are 0.
    std::vector<signed char> sign;
    /// Patterns that are the first of theirs: patterns() where none is repeated.
    std::size_t distinct = 0;
};

/// Compares the inputs of all patterns, by a hash of each and then input by input: one pass over
/// the set, in parallel, and 24 bytes a pattern. -0 and 0 are the same input.
RepeatedPatterns find_repeated(const Patterns& patterns);

/// The patterns, in order, without those that repeat an earlier one with the same inputs and the
/// same label (turned inputs are other inputs): each constraint once.
std::vector<std::size_t> distinct_patterns(const Patterns& patterns,
                                           const RepeatedPatterns& repeated);

/// The patterns of distinct_patterns(); the same set where none is repeated.
Patterns distinct(const Patterns& patterns);

}  // namespace steppe

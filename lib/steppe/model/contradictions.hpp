#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// Patterns that no weights answer as wanted together: the same inputs with both labels, and, where
/// the network's answer turns with its inputs, inputs and the same inputs turned with one label.
/// And those that no weights answer as wanted at all: of zeros alone, whose answer is always the
/// same.
struct Contradictions {
    /// Sets of patterns with the same or turned inputs in which some contradict each other.
    std::size_t groups = 0;
    /// Errors that any weights of the network have at least: in each group, all but the largest
    /// part that can be answered together; and all `zeros`.
    std::size_t least_errors = 0;
    /// Two patterns of each of the first groups (most_pairs at most) that contradict each other,
    /// the earlier one first; numbers from 0.
    std::vector<std::pair<std::size_t, std::size_t>> pairs;

    /// Patterns of zeros alone with the label that no weights give them, and the first of these;
    /// not among the groups.
    std::size_t zeros = 0, first_zeros = 0;
    /// Real weights: whether patterns turned into each other, both with label -1, are stored by
    /// sums of exactly 0 alone, which have no volume on the sphere.
    bool no_volume = false;

    static constexpr std::size_t most_pairs = 10;
};

/// Looks at equal and turned inputs alone (find_repeated), so that 0 errors at least does not say
/// that there is a solution. Labels may be folded in or stand beside the patterns. A sum of exactly
/// 0 is answered with -1 on the pattern as given: two patterns turned into each other, both with
/// label -1, contradict each other only where no sum can be 0 (+-1 weights and inputs, an odd
/// number of them), or a margin is asked for. A negative margin contradicts nothing where labels
/// are folded in.
Contradictions find_contradictions(const Network& network, const Patterns& patterns);

}  // namespace steppe

#pragma once

#include <cstddef>
#include <cstdint>

#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"

/// What counts as an answer of a run (internal; not installed). A unit of real weights is a point
/// of a sphere: one of zeros has no direction and answers nothing, whatever its sums are compared
/// with.
namespace steppe {

/// Whether every unit has one; +-1 weights always do.
bool have_directions(const Weights& weights);

/// The errors of candidate weights: all patterns where a unit has no direction, else count_errors.
std::size_t judged_errors(const Network& network, const Weights& weights, const Patterns& patterns);

/// The weights, with random directions (start_weights of the seed) for units that have none: what
/// is returned by a run that never had any.
Weights with_directions(const Network& network, const Weights& weights, std::uint64_t seed);

}  // namespace steppe

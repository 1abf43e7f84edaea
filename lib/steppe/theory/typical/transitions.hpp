#pragma once

#include <optional>

#include "steppe/theory/typical/replica_symmetric.hpp"

namespace steppe::theory {

/// Loads at which something happens, replica symmetric; nothing where it does not.
struct Transitions {
    /// Above it there are no solutions: the entropy is 0 (discrete weights), or q = 1 (spherical).
    std::optional<Value> capacity;
    /// Overlap of two solutions there.
    std::optional<Value> overlap;
    /// With a teacher and +-1 weights: above it the teacher is the only solution; below it, those
    /// far from the teacher outnumber it.
    std::optional<Value> first_order;
    /// Where these cease to be even metastable.
    std::optional<Value> spinodal;
    /// From here on, below the capacity, replica symmetry is unstable: the replicon is 1 (of
    /// spherical weights the line of de Almeida and Thouless).
    std::optional<Value> instability;
    /// The replicon at the capacity, or at the first-order point.
    std::optional<Value> replicon;
};

/// At finite beta there is no capacity: the load at which the entropy of what is met vanishes (a
/// frozen state of discrete weights) stands in its place.
Transitions transitions(const Model& model);

}  // namespace steppe::theory

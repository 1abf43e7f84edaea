#pragma once

#include <optional>

#include "steppe/theory/kernel.hpp"
#include "steppe/theory/value.hpp"

/// Random patterns stored by weights on a sphere, replica symmetric: Gardner's theory (J. Phys. A
/// 21:257, 1988), and the same for tree committees of infinitely many units. Loads are patterns per
/// weight of the whole network.
namespace steppe::theory {

/// What stores the patterns, and how well: each output field must exceed `margin`, any finite
/// number, in units in which the field has variance D(1). (A perceptron's field is
/// xi . w/|w|, of variance 1.)
struct SphericalStorage {
    std::optional<Unit> unit;  ///< of an infinite tree committee; nothing: a perceptron
    double margin = 0.0;
};

/// D(q), D'(q), D''(q) of its output field, q in [0, 1].
Kernel order_of(const SphericalStorage& storage, double q);

/// D(1) - D(1 - rest), right also where rest in [0, 1] is small.
double order_left(const SphericalStorage& storage, double rest);

/// The load at which the overlap of two typical solutions gets to 1: D'(1)/E (margin - sqrt(D(1))
/// z)_+^2. Infinite for sign units, whose capacity rises with their number. Above the truth where
/// symmetry breaks; exact for the perceptron with margin >= 0.
Value replica_symmetric_capacity(const SphericalStorage& storage);

}  // namespace steppe::theory

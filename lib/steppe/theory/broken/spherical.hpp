#pragma once

#include "steppe/theory/model.hpp"
#include "steppe/theory/value.hpp"

/// Random patterns stored by spherical weights, of perceptrons and of tree committees of infinitely
/// many units: Gardner's theory (J. Phys. A 21:257, 1988; internal, not installed).
namespace steppe::theory {

/// D(1) - D(1 - rest) of the field's order, right also where rest in [0, 1] is small.
double order_left(const Model& model, double rest);

/// The load at which the overlap of two typical solutions gets to 1: D'(1)/E (margin - sqrt(D(1))
/// z)_+^2. Infinite for sign units, whose capacity rises with their number. Above the truth where
/// symmetry breaks; exact for the perceptron with margin >= 0.
Value replica_symmetric_capacity(const Model& model);

}  // namespace steppe::theory

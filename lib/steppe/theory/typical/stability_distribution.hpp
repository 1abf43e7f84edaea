#pragma once

#include "steppe/theory/typical/replica_symmetric.hpp"

/// How the stabilities of typical solutions are distributed over the patterns (Kepler and Abbott,
/// J. Physique 49:1657, 1988).
namespace steppe::theory {

/// Density at h of the field that the rule acts on, of stored patterns with labels folded in:
/// p(h) = E_z [ normal density of mean sqrt(q) z and variance 1 - q, at h, where the rule is kept,
/// over P ]; at finite beta those that are not kept count exp(-beta). Of an infinite committee the
/// output field. Error for a few units.
double stability_density(const Model& model, const SaddlePoint& point, double h);

/// The part of patterns whose stability is between two values, from < to, infinite ones too.
Value stability_part(const Model& model, const SaddlePoint& point, double from, double to);

}  // namespace steppe::theory

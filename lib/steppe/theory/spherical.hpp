#pragma once

#include <optional>

#include "steppe/theory/kernel.hpp"
#include "steppe/theory/value.hpp"

/// Random patterns stored by weights on a sphere, replica symmetric: Gardner's theory (J. Phys. A
/// 21:257, 1988), and the same for tree committees of infinitely many units. Loads are patterns per
/// weight of the whole network.
///
/// With D(q) the order of the output field (kernel.hpp; the perceptron's is q), q the overlap of
/// two solutions, D z a standard normal, M = phi/H the inverse Mills ratio and
///   u = (margin - sqrt(D(q)) z) / sqrt(D(1) - D(q)),
/// the free entropy is log(1 - q)/2 + q/(2 (1 - q)) + load E log H(u), so that
///   q/(1 - q)^2 = load D'(q) E M(u)^2 / (D(1) - D(q)).
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

/// The overlap of two typical solutions at a load of at least 0. Beyond the capacity, or nearer to
/// it than 1e-12, is NoSaddlePoint. Whether replica symmetry is stable there: stability_end.
Value replica_symmetric_overlap(const SphericalStorage& storage, double load);

/// The load at which that overlap gets to 1: D'(1)/E (margin - sqrt(D(1)) z)_+^2. Infinite for sign
/// units, whose capacity rises with their number. Above the truth where symmetry breaks; exact for
/// the perceptron with margin >= 0.
Value replica_symmetric_capacity(const SphericalStorage& storage);

/// The load up to which replica symmetry is stable (de Almeida and Thouless, dAT): where
///   load (D'(q) (1 - q)/(D(1) - D(q)))^2 E M'(u)^2 + q D''(q)/D'(q) = 1,
/// for the perceptron load E M'(u)^2 = 1. (The second term comes from D'', times what the saddle
/// point says of E M^2; with units of which D'(0) = 0, h^2, the end is where q departs from 0.)
/// Stability is against small changes: at very negative margins (the perceptron's from about -2.8
/// down) this load is above that of one_step_capacity, so that symmetry breaks before, by a jump.
/// NoSaddlePoint where the end would be beyond the replica-symmetric capacity, as for the
/// perceptron with margin >= 0, which is stable throughout.
Value stability_end(const SphericalStorage& storage);

}  // namespace steppe::theory

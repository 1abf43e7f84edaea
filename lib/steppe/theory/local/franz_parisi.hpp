#pragma once

#include <vector>

#include "steppe/theory/local/reference.hpp"
#include "steppe/theory/value.hpp"

/// Local entropy round a reference configuration, replica symmetric (Franz and Parisi, J. Physique
/// I 5:1401, 1995; of perceptrons Huang and Kabashima, PRE 90:052813, 2014).
namespace steppe::theory {

/// Solutions at an overlap t with a reference w~ that was drawn on the same patterns.
struct LocalEntropyPoint {
    double overlap = 0.0;   ///< t, with the reference
    double distance = 0.0;  ///< (1 - t)/2
    /// Nats per weight, mean over references and patterns: logarithm of the number of solutions (of
    /// their volume relative to the sphere). Below 0 for weights +-1 it says that there are none
    /// for most references.
    Value entropy;
    /// What it would be without patterns: of weights +-1 the entropy of a distance, else
    /// log(1 - t^2)/2.
    double bound = 0.0;
    /// The external field along the reference that holds solutions there: -dS/dt.
    Value field;
    Value mutual;  ///< q, the overlap of two such solutions
    Value other;   ///< s, of such a solution with another reference
};

/// S(t) = extr over q, s and their conjugates of
///
///   weights +-1:  -q^(1 - q)/2 - t t^ + s s^ + E (1 + tanh x~) log 2cosh(x + t^ - s^),
///   spherical:    log(1 - q)/2 + (q - t^2 + (t - d)^2)/(2 (1 - q)),  d = (t - s)/(1 - q~),
///   both:         + load E log H((margin - y)/sqrt(1 - q)),
///
/// x~ and x normals of variances q~^, q^ and covariance s^; y = s omega/q~ + d (u - omega) + a
/// normal of variance q - s^2/q~ - d^2 (1 - q~), omega a normal of variance q~ and u the field that
/// a pattern has on the reference given omega (of a single minimiser, q~ = 1, a function of it, and
/// d an order parameter of its own). In committees of infinitely many units y, omega and u are
/// output fields, whose variances and covariances are the kernel's.
///
/// Model: weights +-1 or spherical, one unit or infinitely many, a majority, random labels, no
/// temperature; the reference of the same weights and units. Load: the reference's. Overlap above
/// 0 and below 1. NoSaddlePoint where there is none that an iteration from q = t^2 reaches.
LocalEntropyPoint franz_parisi(const Model& model, const Reference& reference, double overlap);

/// The same at several overlaps, in their order.
std::vector<LocalEntropyPoint> franz_parisi(const Model& model, const Reference& reference,
                                            const std::vector<double>& overlaps);

}  // namespace steppe::theory

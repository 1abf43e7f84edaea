#pragma once

#include "steppe/theory/typical/replica_symmetric.hpp"

namespace steppe::theory {

/// Solutions at a distance from the teacher that made the labels, replica symmetric.
struct PlantedPoint {
    double distance = 0.0;  ///< (1 - R)/2
    Value entropy;          ///< nats per weight
    double bound = 0.0;     ///< what it would be without patterns
    /// The external field along the teacher that holds weights there, -dS/dR.
    Value field;
    SaddlePoint saddle;
};

/// S(R) = extr_{q, q^, R^} { -q^(1-q)/2 - R R^ + E log 2cosh(sqrt(q^) z + R^) + load E log P }, P
/// as the labels of the teacher ask; of spherical weights 1/2 log(1-q) + (q-R^2)/(2(1-q)) for the
/// terms before the last. Overlap R of [0, 1). The model's labels must be a teacher's.
/// NoSaddlePoint where there is none.
PlantedPoint planted_local_entropy(const Model& model, double load, double overlap);

}  // namespace steppe::theory

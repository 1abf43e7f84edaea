#pragma once

#include "steppe/theory/typical/replica_symmetric.hpp"

/// Configurations round which solutions are counted (franz_parisi.hpp), and their order.
namespace steppe::theory {

/// How a reference configuration is drawn on the patterns: its replica-symmetric order.
struct Reference {
    enum class Measure {
        Solutions,    ///< of a margin, all alike
        CrossEntropy  ///< exp(-beta loss), or the minimiser of the loss (beta infinite)
    };

    Measure measure = Measure::Solutions;
    double load = 0.0;
    double margin = 0.0;     ///< of solutions
    double gamma = 0.0;      ///< of the cross-entropy
    double beta = 0.0;       ///< of the cross-entropy; infinite for spherical weights
    double overlap = 0.0;    ///< q~, that of two references; 1 for a single minimiser
    double conjugate = 0.0;  ///< q~^, of weights +-1
    /// beta (1 - q~), of the cross-entropy: a pattern whose field would be omega without it has the
    /// stability that minimises loss + (stability - omega)^2/(2 response).
    double response = 0.0;

    bool single() const { return overlap == 1.0; }
};

/// A solution of a margin drawn at random, of the same kind of network and the same random patterns
/// as the model's; margin may be other than the model's. NoSaddlePoint above the capacity of that
/// margin.
Reference typical_reference(const Model& model, double load, double margin);

}  // namespace steppe::theory

#pragma once

#include "steppe/theory/local/reference.hpp"

/// What patterns and weights say of configurations that are held near a reference (internal; not
/// installed).
namespace steppe::theory {

/// Orders of a student: with itself in another replica, and with its reference.
struct StudentOrder {
    double mutual = 0.0;  ///< q
    double drift = 0.0;   ///< d = (t - s)/(1 - q~)
};

/// The energetic term and its derivatives.
struct StudentChannel {
    double energy = 0.0;   ///< E log P
    double mutual = 0.0;   ///< times the load: q^
    double other = 0.0;    ///< times the load: (1 - q~) s^
    double overlap = 0.0;  ///< times the load: what the field is less than the weights' part
};

/// At overlap t with the reference.
StudentChannel student_channel(const Model& model, const Reference& reference, double overlap,
                               const StudentOrder& order, bool fine);

/// The order that weights have under q^ and (1 - q~) s^ while their overlap with the reference is
/// held at t.
struct StudentWeights {
    StudentOrder order;
    double entropy = 0.0;  ///< all terms of S but the energetic one
    double field = 0.0;    ///< the weights' part of -dS/dt
};
StudentWeights student_weights(WeightSet weights, const Reference& reference, double overlap,
                               double mutual, double other, bool fine);

}  // namespace steppe::theory

#pragma once

#include "steppe/theory/typical/replica_symmetric.hpp"

/// How well weights that were learned from a teacher's labels answer on patterns that were not
/// learned (Gyorgyi 1990; Seung, Sompolinsky and Tishby, PRA 45:6056, 1992).
namespace steppe::theory {

/// Each the part of random patterns that is answered otherwise than by the teacher; no margin is
/// asked for there.
struct LearningErrors {
    Value gibbs;  ///< of a solution drawn at random
    Value bayes;  ///< of the majority of the solutions
    /// Of the signs of the mean weights (+-1), of the normalised means (spherical).
    Value clipped;
};

/// Of a saddle point with a teacher: perceptrons, infinite tree committees, a few sign units under
/// either rule. Error where labels are random, or of a few units of another kind.
LearningErrors learning_errors(const Model& model, const SaddlePoint& point);

}  // namespace steppe::theory

#pragma once

#include <vector>

#include "steppe/theory/prior.hpp"
#include "steppe/theory/value.hpp"

/// Replica-symmetric theory of storing and of learning from a teacher (Gardner, J. Phys. A 21:257,
/// 1988; Krauth and Mezard, J. Physique 50:3057, 1989; Gyorgyi, PRA 41:7097, 1990).
namespace steppe::theory {

struct SaddlePoint {
    double load = 0.0;  ///< patterns per weight of the whole network
    Order order;
    Conjugates conjugates;
    Value overlap;  ///< q, that of two solutions
    Value teacher;  ///< R, with the teacher; 0 where there is none
    /// Nats per weight: logarithm of the number of solutions (of the volume, relative to the
    /// sphere). At finite beta of the configurations that are met: free entropy + load beta errors.
    Value entropy;
    /// At finite beta the logarithm of the sum of exp(-beta errors); else the entropy.
    Value free_entropy;
    Value errors;  ///< part of patterns that is not stored, at finite beta
    /// Below 1 replica symmetry is stable (de Almeida and Thouless).
    Value replicon;
    /// Zero entropy stands for the teacher itself: it is the only solution.
    bool teacher_alone = false;

    bool stable() const { return replicon.value < 1.0; }
};

/// The right saddle point at a load >= 0: of several that are stable against a change of the order
/// itself, of random labels that of the smallest free entropy, with a teacher that of the largest,
/// the teacher itself (q = 1) among them where weights are +-1; of ternary weights of the norm at
/// which the free entropy is largest. NoSaddlePoint where there is none.
SaddlePoint replica_symmetric(const Model& model, double load);

/// The same at several loads, what they share done once; in the order of `loads`.
std::vector<SaddlePoint> replica_symmetric(const Model& model, const std::vector<double>& loads);

/// All that are stable against a change of the order, by rising q.
std::vector<SaddlePoint> all_saddle_points(const Model& model, double load);

}  // namespace steppe::theory

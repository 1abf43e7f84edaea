#pragma once

#include <algorithm>
#include <limits>

#include "steppe/theory/model.hpp"
#include "steppe/theory/value.hpp"

/// Entropy of y clones: y solutions, +-1 weights, held at a mutual overlap.
namespace steppe::theory {

/// The saddle point. Overlaps are in [0, 1]: q1 within a group of y clones, q0 between groups.
struct CloneOrder {
    double clones = 1.0;   ///< y; infinity for the local entropy of wide regions
    double overlap = 0.0;  ///< q1, imposed
    double spread = 0.0;  ///< y (q1 - q0); y infinite: 0 at load 0, 1e50 if patterns are unfelt, or
                          ///< a band's groups have nothing in common
    double conjugate = 0.0;         ///< q0^
    double conjugate_spread = 0.0;  ///< y (q1^ - q0^)
    double teacher = 0.0;           ///< R, overlap with the teacher
    double conjugate_teacher = 0.0;

    /// q0; q1 where y is infinite.
    double between() const { return std::max(0.0, overlap - spread / clones); }
};

struct CloneEntropy {
    Value entropy;     ///< log of the number of groups of y clones, per weight and per clone
    Value slope;       ///< its derivative by the overlap q1
    Value load_slope;  ///< its derivative by the load
    CloneOrder order;
    double residual = 0.0;  ///< largest error with which a saddle-point equation is solved
};

constexpr double infinitely_many = std::numeric_limits<double>::infinity();

/// The saddle point of
///
///     S = -(q^ + s^/y) (1 - q1)/2 - (s q^ + q1 s^)/2 - R R^
///         + E_z L_y[log 2cosh](sqrt(q^) z + R^, s^) + load E_z w(z) L_y[g](sqrt(q0) z, s),
///
/// s and s^ the spreads, L_y[f](a, s) = (1/y) log E_x exp(y f(a + sqrt(s/y) x)), which tends to
/// max_x (-x^2/2 + f(a + sqrt(s) x)) for y -> infinity, g = log H((margin - .)/sqrt(1 - q1)), w = 1
/// (random labels) or 2 H(-R z/sqrt(q0 - R^2)) (a teacher's, R its typical overlap with the
/// clones). In a tree committee of infinitely many units q0 and q1 in the last term become D(q), 1
/// becomes D(1), s what follows from them. For a band q0 = 0, the annealed entropy of groups, where
/// that is stable against a little q0: at small loads.
///
/// One step of replica symmetry breaking whose Parisi parameter is y and whose q1 is imposed:
/// Baldassi, Ingrosso, Lucibello, Saglietti and Zecchina, Phys. Rev. Lett. 115, 128101 (2015);
/// Baldassi et al., PNAS 113, E7655 (2016), for the replicas without a centre. y = 2, 3, ...:
/// clones of the overlap-gap property. At y = 1 the entropy is the replica-symmetric one, whatever
/// q1.
///
/// Model: weights +-1, every pattern stored: perceptrons, symmetric perceptrons and infinitely many
/// units; with a teacher's labels perceptrons without margin. Any other is an Error.
///
/// load >= 0, clones >= 1, 0 < overlap < 1. Overlaps below those of typical solutions have no
/// saddle point with s >= 0: NoSaddlePoint. `near`, a saddle point of the same number of clones at
/// an overlap or load nearby, makes the search faster; of several saddle points the one continued
/// from small s is found.
CloneEntropy clone_entropy(const Model& model, double load, double clones, double overlap,
                           const CloneOrder* near = nullptr);

/// Only the order, without the entropy and the errors: three times as fast.
CloneOrder clone_order(const Model& model, double load, double clones, double overlap,
                       const CloneOrder* near = nullptr);

/// S at an order that need not be a saddle point.
double clone_free_entropy(const Model& model, double load, const CloneOrder& order);

}  // namespace steppe::theory

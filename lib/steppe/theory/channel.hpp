#pragma once

#include "steppe/theory/model.hpp"

/// What a pattern says of the weights, averaged over the patterns ("energetic term").
namespace steppe::theory {

/// Order parameters of a unit's weights, per weight: Q = w.w/n (1 but for ternary weights), overlap
/// q of two replicas, overlap R with the teacher.
struct Order {
    double norm = 1.0;     ///< Q
    double overlap = 0.0;  ///< q, in [0, Q)
    double teacher = 0.0;  ///< R, R^2 < q; in the Bayes-optimal case q
};

/// Averages over patterns, with P(omega) the probability that a pattern is stored when its fields
/// are normals of means omega and variance V = Q - q, g = d log P/d omega, and omega of variance q.
/// Each entry times the load is what its comment says.
struct ChannelAverages {
    double energy = 0.0;     ///< E log P
    double response = 0.0;   ///< E g^2: the conjugate q^
    double teacher = 0.0;    ///< d energy/dR: the conjugate R^
    double precision = 0.0;  ///< -E g' (one unit): the conjugate A = q^ + Q^
    /// sum over units k, l of E (d^2 log P/d omega_k d omega_l)^2, per unit: times the load and the
    /// prior's susceptibility it is the replicon, below 1 where replica symmetry is stable.
    double curvature = 0.0;
    double errors = 0.0;  ///< at finite beta the part of patterns that is not stored
};

/// At an order with 0 <= q < Q and R^2 <= q. `fine` has nodes at about half the distance: the
/// difference of the two is an error estimate. Without `with_curvature` of several units it is
/// quicker, and the curvature 0. The model must be valid.
ChannelAverages channel_averages(const Model& model, const Order& order, bool fine = false,
                                 bool with_curvature = true);

/// One unit: P and its derivatives by omega.
struct LocalChannel {
    double log_p = 0.0;
    double g = 0.0, dg = 0.0;
    double errors = 0.0;
};

/// Of fields of mean omega and standard deviation sigma > 0, under a margin: h > margin, or |h| <=
/// margin of a band; where it is not so it costs beta.
LocalChannel local_channel(const Model& model, double margin, double omega, double sigma);

}  // namespace steppe::theory

#pragma once

#include "steppe/theory/channel.hpp"

/// What the set of weights says of them ("entropic term").
namespace steppe::theory {

/// Conjugates of the order parameters: a weight feels the field sqrt(q^) z + R^, times the
/// teacher's weight, with z a standard normal, and the precision A (of Q^ + q^).
struct Conjugates {
    double overlap = 0.0;    ///< q^
    double teacher = 0.0;    ///< R^
    double precision = 0.0;  ///< A; of ternary weights alone
};

struct PriorAverages {
    Order order;
    /// E log sum_w exp(-A w^2/2 + field w), less the conjugates times the orders: with the
    /// channel's energy times the load it is the entropy per weight, at the saddle point.
    double entropy = 0.0;
    /// E (d mean/d field)^2.
    double susceptibility = 0.0;
};

/// Per weight, of all weights +-1 at an overlap in [0, 1) with given ones; of spherical weights the
/// logarithm of their volume, log(1 - overlap^2)/2.
double entropy_around(WeightSet weights, double overlap);

/// Order of weights under given conjugates.
PriorAverages prior_averages(WeightSet weights, const Conjugates& conjugates, bool fine = false);

}  // namespace steppe::theory

#pragma once

#include "steppe/theory/local/reference.hpp"
#include "steppe/theory/value.hpp"

/// Minimisers of the cross-entropy of random patterns at a fixed norm of a perceptron's weights
/// (Baldassi, Pittorino and Zecchina, PNAS 117:161, 2020). The loss of a pattern whose stability is
/// s is f(s) = -s/2 + log(2cosh(gamma s))/(2 gamma): gamma is the norm.
namespace steppe::theory {

/// Spherical weights: the minimiser, q -> 1 with beta (1 - q) finite (Griniasty and Gutfreund,
/// J. Phys. A 24:715, 1991). Weights +-1: configurations at the temperature at which the entropy
/// vanishes, below which nothing changes (frozen, as Krauth and Mezard have it).
struct CrossEntropyMinimum {
    Reference reference;
    Value loss;    ///< mean f per pattern
    Value errors;  ///< part of patterns with s < 0
    /// beta (1 - q): how far a pattern moves its own stability. Weights +-1: of the frozen point.
    Value response;
    /// Of weights +-1 the inverse temperature at which the entropy vanishes; infinite of spherical.
    Value beta;
    /// Below 1 replica symmetry is stable.
    Value replicon;

    bool stable() const { return replicon.value < 1.0; }
};

/// At a load above 0 and a gamma above 0. Binary or spherical weights. NoSaddlePoint where there is
/// none.
CrossEntropyMinimum cross_entropy_minimum(WeightSet weights, double load, double gamma);

/// Density of the stability s on the patterns that were learned.
double stability_density(const CrossEntropyMinimum& minimum, double s);

/// The load at which a part of the patterns, in (0, 1/2), has s < 0 at the minimiser with spherical
/// weights. There is no load at which errors begin: the part is above 0 at every one, but below
/// 1/patterns at small ones.
Value load_of_errors(double gamma, double part);

}  // namespace steppe::theory

#pragma once

namespace steppe {

/// Cross-entropy of an answer s to a pattern whose wanted output is +1, at inverse temperature
/// gamma > 0 (docs/learning.md): f(s) = -s/2 + log(2 cosh(gamma s))/(2 gamma), which is
/// log(1 + exp(-2 gamma s))/(2 gamma): 0 for s -> infinity, -s for s -> -infinity.
struct CrossEntropy {
    double gamma = 1.0;

    double value(double s) const;
    /// df/ds, between -1 and 0.
    double derivative(double s) const;
    /// d2f/ds2, between 0 and gamma/2.
    double second_derivative(double s) const;
};

}  // namespace steppe

#pragma once

/// Logarithms of the part of a normal that is above a value, or between two (internal; not
/// installed). Finite, with all their digits, also where that part is below 1e-300.
namespace steppe::theory {

/// A function of a field, and its first two derivatives.
struct Jet {
    double value = 0.0, slope = 0.0, curvature = 0.0;
};

/// log P(h > margin), h a normal of mean `field` and standard deviation `deviation` > 0:
/// log H((margin - field)/deviation), and its derivatives by `field`. Where it is near 0 it is
/// right to 1e-16 absolutely.
Jet log_above(double margin, double field, double deviation);

/// log P(|h| < half_width).
Jet log_within(double half_width, double field, double deviation);

/// log P(a < x < b) of a standard normal x, a < b; either may be infinite.
double log_between(double a, double b);

}  // namespace steppe::theory

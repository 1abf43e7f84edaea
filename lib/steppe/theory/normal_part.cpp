#include "steppe/theory/normal_part.hpp"

#include <cmath>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"

namespace steppe::theory {

Jet log_above(double margin, double field, double deviation) {
    const double u = (margin - field) / deviation;
    double value = 0.0, mills = 0.0;
    if (std::abs(u) < 8.0) {  // of one tail, for speed
        const double tail = gaussian_tail(u);
        value = std::log(tail);
        mills = normal_density(u) / tail;
    } else {
        value = log_gaussian_tail(u);
        mills = inverse_mills_ratio(u);
    }
    return {value, mills / deviation, -mills * (mills - u) / (deviation * deviation)};
}

Jet log_within(double half_width, double field, double deviation) {
    // By symmetry at a field >= 0: the difference of two tails, the nearer one taken out.
    const double side = field < 0.0 ? -1.0 : 1.0;
    const double near = (std::abs(field) - half_width) / deviation;
    const double far = (std::abs(field) + half_width) / deviation;
    const double log_near = log_gaussian_tail(near);
    const double log_ratio = log_gaussian_tail(far) - log_near;
    const double ratio = std::exp(log_ratio), rest = -std::expm1(log_ratio);
    const double at_near = inverse_mills_ratio(near), at_far = ratio * inverse_mills_ratio(far);
    const double slope = -(at_near - at_far) / rest;
    return {log_near + std::log(rest), side * slope / deviation,
            ((near * at_near - far * at_far) / rest - slope * slope) / (deviation * deviation)};
}

double log_between(double a, double b) {
    if (a < 0.0) {
        const double flipped = a;
        a = -b;
        b = -flipped;
    }
    if (a < 0.0) return std::log1p(-gaussian_tail(-a) - gaussian_tail(b));
    const double tail = log_gaussian_tail(a);
    return tail + std::log1p(-std::exp(log_gaussian_tail(b) - tail));
}

}  // namespace steppe::theory

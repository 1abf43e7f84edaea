#include "steppe/theory/broken/spherical.hpp"

#include <cmath>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"

namespace steppe::theory {

double order_left(const Model& model, double rest) {
    if (model.units != Model::infinite) return rest;
    switch (model.unit) {
        case Unit::Sign:
            return 4.0 / M_PI * std::asin(std::sqrt(0.5 * rest));
        case Unit::Square:
            return 2.0 * rest * (2.0 - rest);
        default:
            break;
    }
    const double left = field_order(model, 1.0).value - field_order(model, 1.0 - rest).value;
    if (rest > 1e-6) return left;
    // Differences have lost their digits: D'(1) - D''(1) rest/2, where D'' is finite, else the
    // slope in the middle (ReLU: D' = const - sqrt(2 rest)/(2 pi), whose mean is at 4/9 of rest).
    const double place = model.unit == Unit::Relu ? 4.0 / 9.0 : 0.5;
    return rest * field_order(model, 1.0 - place * rest).slope;
}

Value replica_symmetric_capacity(const Model& model) {
    const Kernel order = field_order(model, 1.0);
    if (std::isinf(order.slope)) return {order.slope, 0.0};
    // E (k - z)_+^2 = (1 + k^2) H(-k) + k phi(k), k the margin over the field's deviation. Far
    // below 0 the two terms cancel: there it is phi(k) times what is left of an asymptotic
    // integral.
    const double k = model.margin / std::sqrt(order.value);
    const Value mean =
        k > -1.0 ? Value{(1.0 + k * k) * gaussian_tail(-k) + k * normal_density(k), 0.0}
                 : integral([k](double x) { return x * x * std::exp(-0.5 * x * x + k * x); }, 0.0,
                            9.0, 1e-14);
    const double scale = k > -1.0 ? 1.0 : normal_density(k);
    const double load = order.slope / (order.value * mean.value * scale);
    return {load, load * (mean.error / mean.value + 1e-14)};
}

}  // namespace steppe::theory

#include "steppe/theory/spherical.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"
#include "steppe/theory/root.hpp"

namespace steppe::theory {

namespace {

void check(const SphericalStorage& storage) {
    if (!std::isfinite(storage.margin)) {
        throw Error(fmt::format("the margin {} is not a finite number", storage.margin));
    }
}

/// q by log(q/(1 - q)), so that both ends are as near as one likes.
struct Overlap {
    explicit Overlap(double logit)
        : q(1.0 / (1.0 + std::exp(-logit))), rest(1.0 / (1.0 + std::exp(logit))) {}
    double q, rest;
};

/// All that the equations take from one overlap.
struct Point {
    Kernel order;
    double left;             ///< D(1) - D(q)
    double square, squared;  ///< E M^2, E M'^2
};

Point point_at(const SphericalStorage& storage, const Overlap& at, std::size_t pieces) {
    Point point{order_of(storage, at.q), order_left(storage, at.rest), 0.0, 0.0};
    const double slope = std::sqrt(point.order.value), width = std::sqrt(point.left);
    const NormalRule rule = normal_rule(Bend{storage.margin / slope, width / slope}, pieces);
    for (std::size_t i = 0; i < rule.node.size(); ++i) {
        const double u = (storage.margin - slope * rule.node[i]) / width;
        const double mills = inverse_mills_ratio(u);
        // M' = M (M - u) tends to 1 - 1/u^2: the difference has no digits far out.
        const double derivative = u < 1e4 ? mills * (mills - u) : 1.0;
        point.square += rule.weight[i] * mills * mills;
        point.squared += rule.weight[i] * derivative * derivative;
    }
    return point;
}

/// The load at which two solutions have this overlap.
double load_at(const SphericalStorage& storage, double logit, std::size_t pieces = 1) {
    const Overlap at(logit);
    const Point point = point_at(storage, at, pieces);
    return at.q * point.left / (at.rest * at.rest * point.order.slope * point.square);
}

/// Below 0 where replica symmetry is stable, with the load that belongs to the overlap.
double instability(const SphericalStorage& storage, double logit, std::size_t pieces = 1) {
    const Overlap at(logit);
    const Point point = point_at(storage, at, pieces);
    return at.q * (point.order.slope * point.squared / (point.left * point.square) +
                   point.order.curvature / point.order.slope) -
           1.0;
}

/// A root found by the coarser rules, and how far from it the finer ones would have it.
template <class Function>
Value with_rules(const Value& root, Function&& f) {
    const double step = 1e-4;
    const double steepness = (f(root.value + step, 1) - f(root.value - step, 1)) / (2.0 * step);
    return {root.value, root.error + (std::abs(f(root.value, 2)) + 1e-13) / std::abs(steepness)};
}

/// The load at which q departs from 0; 0 unless D'(0) = 0.
double departure(const SphericalStorage& storage) {
    const Kernel order = order_of(storage, 0.0);
    if (order.slope > 0.0) return 0.0;
    const double variance = order_of(storage, 1.0).value;
    const double mills = inverse_mills_ratio(storage.margin / std::sqrt(variance));
    return variance / (order.curvature * mills * mills);
}

}  // namespace

Kernel order_of(const SphericalStorage& storage, double q) {
    if (storage.unit) return kernel(*storage.unit, q);
    return {q, 1.0, 0.0};
}

double order_left(const SphericalStorage& storage, double rest) {
    if (!storage.unit) return rest;
    switch (*storage.unit) {
        case Unit::Sign:
            return 4.0 / M_PI * std::asin(std::sqrt(0.5 * rest));
        case Unit::Square:
            return 2.0 * rest * (2.0 - rest);
        default:
            break;
    }
    const double left = kernel(*storage.unit, 1.0).value - kernel(*storage.unit, 1.0 - rest).value;
    if (rest > 1e-6) return left;
    // Differences have lost their digits: D'(1) - D''(1) rest/2, where D'' is finite, else the
    // slope in the middle (ReLU: D' = const - sqrt(2 rest)/(2 pi), whose mean is at 4/9 of rest).
    const double place = *storage.unit == Unit::Relu ? 4.0 / 9.0 : 0.5;
    return rest * kernel(*storage.unit, 1.0 - place * rest).slope;
}

Value replica_symmetric_capacity(const SphericalStorage& storage) {
    check(storage);
    const Kernel order = order_of(storage, 1.0);
    if (std::isinf(order.slope)) return {order.slope, 0.0};
    // E (k - z)_+^2 = (1 + k^2) H(-k) + k phi(k), k the margin over the field's deviation. Far
    // below 0 the two terms cancel: there it is phi(k) times what is left of an asymptotic
    // integral.
    const double k = storage.margin / std::sqrt(order.value);
    const Value mean =
        k > -1.0 ? Value{(1.0 + k * k) * gaussian_tail(-k) + k * normal_density(k), 0.0}
                 : integral([k](double x) { return x * x * std::exp(-0.5 * x * x + k * x); }, 0.0,
                            9.0, 1e-14);
    const double scale = k > -1.0 ? 1.0 : normal_density(k);
    const double load = order.slope / (order.value * mean.value * scale);
    return {load, load * (mean.error / mean.value + 1e-14)};
}

Value replica_symmetric_overlap(const SphericalStorage& storage, double load) {
    check(storage);
    if (!(load >= 0.0)) throw Error(fmt::format("the load {} is not a number >= 0", load));
    if (load <= departure(storage)) return {0.0, 0.0};
    const double capacity = replica_symmetric_capacity(storage).value;
    const auto excess = [&](double logit, std::size_t pieces = 1) {
        return std::log(load_at(storage, logit, pieces) / load);
    };
    std::vector<Value> roots;
    if (load < capacity) roots = roots_along(excess, even_grid(-36.0, 28.0, 65));
    if (roots.size() != 1) {
        throw NoSaddlePoint(
            fmt::format("no single replica-symmetric overlap at load {:.10g}, margin {:.6g}: the "
                        "replica-symmetric capacity is {:.10g}",
                        load, storage.margin, capacity));
    }
    const Overlap at(roots[0].value);
    return {at.q, at.q * at.rest * with_rules(roots[0], excess).error};
}

Value stability_end(const SphericalStorage& storage) {
    check(storage);
    const double capacity = replica_symmetric_capacity(storage).value;
    const NoSaddlePoint no_end(
        fmt::format("replica symmetry is stable up to its capacity, load {:.10g}, at margin {:.6g}",
                    capacity, storage.margin));
    if (const double first = departure(storage); first > 0.0) {
        if (first >= capacity) throw no_end;
        return {first, 1e-14 * first};
    }
    // At margin 0 the perceptron would meet the condition at the capacity itself.
    if (!storage.unit && storage.margin >= 0.0) throw no_end;
    const auto excess = [&](double logit, std::size_t pieces = 1) {
        return instability(storage, logit, pieces);
    };
    const std::vector<Value> roots = roots_along(excess, even_grid(-16.0, 20.0, 73));
    if (roots.empty() || load_at(storage, roots[0].value) >= capacity) throw no_end;
    const double logit = roots[0].value, step = 1e-4;
    const double load = load_at(storage, logit, 2);
    const double sensitivity =
        (load_at(storage, logit + step) - load_at(storage, logit - step)) / (2.0 * step);
    return {load, std::abs(sensitivity) * with_rules(roots[0], excess).error + 1e-13 * load};
}

}  // namespace steppe::theory

#pragma once

#include <algorithm>
#include <cmath>

#include "steppe/numeric/log_odds.hpp"
#include "steppe/theory/normal_part.hpp"

/// Averages over the field that y clones share: a normal, tilted by what the y clones say of it.
namespace steppe::theory {

/// A weight +-1 in a field: log 2cosh.
struct WeightPotential {
    static constexpr bool concave = false;

    Jet at(double field) const {
        const double tanh = std::tanh(field);
        return {log_2cosh(field), tanh, 1.0 - tanh * tanh};
    }
    /// Fields on either side of which the tilted density may have a maximum of its own.
    double reach(double width) const { return width; }
    double start(double mean, double width) const { return mean < 0.0 ? -width : width; }
    double scale() const { return 1.0; }
};

/// A pattern stored where its field and a normal of standard deviation `deviation` are together at
/// least `margin`: log H((margin - field)/deviation).
struct MarginPotential {
    static constexpr bool concave = true;
    double margin = 0.0, deviation = 1.0;

    Jet at(double field) const { return log_above(margin, field, deviation); }
    double reach(double) const { return 0.0; }
    double start(double, double) const { return 0.0; }
    double scale() const { return deviation; }
    double centre() const { return margin; }
    /// The mean field at which the maximum of y infinite turns from following the margin to 0:
    /// where phi(u) is about deviation^2/spread.
    double turn(double spread) const {
        return margin + deviation * std::sqrt(2.0 * std::log1p(spread / (deviation * deviation)));
    }
};

/// The same where together they are between -half_width and half_width.
struct BandPotential {
    static constexpr bool concave = true;
    double half_width = 1.0, deviation = 1.0;

    Jet at(double field) const { return log_within(half_width, field, deviation); }
    double reach(double) const { return 0.0; }
    double start(double, double) const { return 0.0; }
    double scale() const { return deviation; }
    double centre() const { return 0.0; }
    double turn(double) const { return 0.0; }  // one at either side
};

/// Of g, a potential, under the density in x proportional to exp(y (-x^2/2 + g(mean + width x))).
struct Tilted {
    double value =
        0.0;  ///< (1/y) log int dx sqrt(y/(2 pi)) exp(y (...)): the maximum for y infinite
    double first = 0.0;   ///< < g' >
    double second = 0.0;  ///< < g'^2 >
    double spread = 0.0;  ///< y (< g'^2 > - < g' >^2)
};

/// Where -x^2/2 + g(mean + width x) is largest, by Newton's rule: from outside all maxima where g
/// is not concave, kept between what encloses the one maximum where it is.
template <class Potential>
double tilted_maximum(const Potential& g, double mean, double width) {
    double x = g.start(mean, width), low = -1e300, high = 1e300;
    for (int step = 0; step < 200; ++step) {
        const Jet jet = g.at(mean + width * x);
        const double down = x - width * jet.slope;  // minus the derivative
        double next = x - down / (1.0 - width * width * jet.curvature);
        if constexpr (Potential::concave) {
            (down < 0.0 ? low : high) = x;
            if (next < low || next > high) next = 0.5 * (low + high);
        }
        const double change = std::abs(next - x);
        x = next;
        if (change <= 1e-13 * std::abs(x)) break;
    }
    return x;
}

/// y finite or infinite, width >= 0. For y finite by the trapezoidal rule, whose error falls as
/// exp(-2 (pi/step)^2) with its step (in standard deviations of the narrowest part).
template <class Potential>
Tilted tilted_average(const Potential& g, double mean, double width, double y, double step) {
    const double top = tilted_maximum(g, mean, width);
    const Jet peak = g.at(mean + width * top);
    const double highest = peak.value - 0.5 * top * top;
    const double along = width * width;
    if (std::isinf(y)) {
        const double variance = along / (1.0 - along * peak.curvature);  // of y width x
        return {highest, peak.slope, peak.slope * peak.slope,
                peak.curvature * peak.curvature * variance};
    }
    constexpr double negligible = 37.0;
    const double decay = std::sqrt(2.0 * negligible / y);
    // The narrowest part: curvature at the ends of what counts, where concave potentials bend most.
    double narrow = 1.0, h = 0.0;
    if constexpr (Potential::concave) {
        const double end = decay / std::sqrt(1.0 - along * peak.curvature);
        const double bend = std::max(-g.at(mean + width * (top - end)).curvature,
                                     -g.at(mean + width * (top + end)).curvature);
        narrow += along * bend;
        h = step / std::sqrt(y * narrow);
        // The powers of H have branch points, at imaginary distances of some deviations.
        if (bend * g.scale() * g.scale() > 1e-6) h = std::min(h, 0.9 * step * g.scale() / width);
    } else {
        h = step / std::sqrt(y);
        if (width > 0.0) h = std::min(h, 0.5 * step / width);  // those of cosh: pi/2 away
    }
    const double reach = g.reach(width);
    double sum = 0.0, first = 0.0, second = 0.0;
    const auto add = [&](double x) {
        const Jet jet = g.at(mean + width * x);
        const double size = y * (jet.value - 0.5 * x * x - highest);
        const double weight = std::exp(size);
        sum += weight;
        first += weight * jet.slope;
        second += weight * jet.slope * jet.slope;
        return size > -negligible;
    };
    add(top);
    for (const double side : {-1.0, 1.0}) {
        for (double x = top + side * h; add(x) || std::abs(x) < reach; x += side * h) {
        }
    }
    first /= sum;
    second /= sum;
    return {highest + std::log(sum * h * std::sqrt(y / (2.0 * M_PI))) / y, first, second,
            y * std::max(0.0, second - first * first)};
}

}  // namespace steppe::theory

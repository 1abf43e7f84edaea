#include "steppe/theory/kernel.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/theory/average.hpp"

namespace steppe::theory {

namespace {

struct Name {
    Unit unit;
    std::string_view name;
};

constexpr std::array<Name, 5> names{{{Unit::Sign, "sign"},
                                     {Unit::Relu, "relu"},
                                     {Unit::Erf, "erf"},
                                     {Unit::Tanh, "tanh"},
                                     {Unit::Square, "square"}}};

/// (2/pi) asin(r q), the order of erf(s h) with r = 2 s^2/(1 + 2 s^2), of signs with r = 1.
Kernel arc(double r, double q) {
    const double scale = 2.0 / M_PI;
    const double rest = (1.0 - r * q) * (1.0 + r * q);
    if (rest <= 0.0) {
        const double infinity = std::numeric_limits<double>::infinity();
        return {1.0, infinity, infinity};
    }
    const double root = std::sqrt(rest);
    return {scale * std::asin(r * q), scale * r / root, scale * r * r * r * q / (rest * root)};
}

Kernel relu(double q) {
    const double root = std::sqrt((1.0 - q) * (1.0 + q));
    const double angle = M_PI_2 + std::asin(q);
    const double scale = 0.5 / M_PI;
    // sqrt(1 - q^2) - 1, which is the mean taken off, without cancellation.
    return {scale * (q * angle - q * q / (1.0 + root)), scale * angle, scale / root};
}

/// The squares a_k^2 for k = 1, 3, 5, ...: those of even k vanish for an odd f.
std::vector<double> tanh_squares() {
    // tanh has poles at +-i pi/2, so a_k^2 falls like exp(-pi sqrt k): k^2 a_k^2 is below 1e-17 at
    // the last. The trapezoid rule on all of the line errs by less than exp(-2 pi (pi/2)/step), and
    // He_k, of wavelength above pi/sqrt(last), grows no faster than exp(h^2/4).
    constexpr std::size_t last = 301;
    constexpr double step = 0.04, reach = 18.0;
    std::vector<double> sums(last + 1, 0.0);
    for (double h = 0.5 * step; h < reach; h += step) {
        const double weight = 2.0 * step * normal_density(h) * std::tanh(h);
        // He_k/sqrt(k!) by its recursion.
        double before = 0.0, now = 1.0;
        for (std::size_t k = 0; k <= last; ++k) {
            sums[k] += weight * now;
            const auto n = static_cast<double>(k);
            const double next = (h * now - std::sqrt(n) * before) / std::sqrt(n + 1.0);
            before = now;
            now = next;
        }
    }
    std::vector<double> squares;
    for (std::size_t k = 1; k <= last; k += 2) squares.push_back(sums[k] * sums[k]);
    return squares;
}

Kernel series_of_tanh(double q) {
    static const std::vector<double> squares = tanh_squares();
    // Horner's scheme in q^2 for D(q)/q, D'(q) and D''(q)/q.
    Kernel sum;
    for (std::size_t i = squares.size(); i-- > 0;) {
        const auto k = static_cast<double>(2 * i + 1);
        sum.value = sum.value * q * q + squares[i];
        sum.slope = sum.slope * q * q + k * squares[i];
        if (i > 0) sum.curvature = sum.curvature * q * q + k * (k - 1.0) * squares[i];
    }
    return {q * sum.value, sum.slope, q * sum.curvature};
}

}  // namespace

Unit unit_of(std::string_view name) {
    for (const Name& entry : names) {
        if (entry.name == name) return entry.unit;
    }
    throw Error(fmt::format("unit '{}' is not one of sign, relu, erf, tanh, square", name));
}

std::string name_of(Unit unit) {
    for (const Name& entry : names) {
        if (entry.unit == unit) return std::string(entry.name);
    }
    throw Error("this unit has no name");
}

Kernel kernel(Unit unit, double q) {
    if (!(q >= 0.0 && q <= 1.0)) {
        throw Error(fmt::format("the overlap {} of a kernel is not in [0, 1]", q));
    }
    switch (unit) {
        case Unit::Sign:
            return arc(1.0, q);
        case Unit::Relu:
            return relu(q);
        case Unit::Erf:
            return arc(2.0 / 3.0, q);
        case Unit::Tanh:
            return series_of_tanh(q);
        case Unit::Square:
            return {2.0 * q * q, 4.0 * q, 4.0};
    }
    throw Error("this unit has no kernel");
}

}  // namespace steppe::theory

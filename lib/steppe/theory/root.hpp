#pragma once

#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "steppe/theory/value.hpp"

/// Roots and extrema of functions of one variable, by Boost.Math (internal; not installed).
namespace steppe::theory {

/// A root of f between two points where it has values of opposite sign (0 counts as either), to
/// `relative` of it; its error is half of what still encloses it.
template <class Function>
Value root_between(Function&& f, double low, double high, double f_low, double f_high,
                   double relative = 1e-13) {
    if (f_low == 0.0) return {low, 0.0};
    if (f_high == 0.0) return {high, 0.0};
    const auto close = [relative](double a, double b) {
        return std::abs(b - a) <= relative * std::max(std::abs(a), std::abs(b)) + 1e-300;
    };
    std::uintmax_t steps = 200;
    const auto ends = boost::math::tools::toms748_solve(f, low, high, f_low, f_high, close, steps);
    return {0.5 * (ends.first + ends.second), 0.5 * std::abs(ends.second - ends.first)};
}

/// The roots of f at which it changes its sign between neighbours of `grid` (rising), rising. NaN
/// has no sign: a grid point without a value is passed over.
template <class Function>
std::vector<Value> roots_along(Function&& f, const std::vector<double>& grid,
                               double relative = 1e-13) {
    std::vector<Value> out;
    bool has_last = false;
    double last_x = 0.0, last_y = 0.0;
    for (const double x : grid) {
        const double y = f(x);
        if (std::isnan(y)) continue;
        if (y == 0.0) {
            out.push_back({x, 0.0});
            has_last = false;
            continue;
        }
        if (has_last && (last_y < 0.0) != (y < 0.0)) {
            out.push_back(root_between(f, last_x, x, last_y, y, relative));
        }
        has_last = true;
        last_x = x;
        last_y = y;
    }
    return out;
}

/// Where f is smallest between two points, to about 1e-8 of its place (Brent), and its value.
template <class Function>
std::pair<double, double> minimum_between(Function&& f, double low, double high, int bits = 26) {
    std::uintmax_t steps = 200;
    return boost::math::tools::brent_find_minima(f, low, high, bits, steps);
}

/// count points from `low` to `high`, both among them, equal steps.
std::vector<double> even_grid(double low, double high, std::size_t count);

/// Points of (0, 1), dense near both ends: 1/(1 + exp(-t)), t in equal steps from -t_most to
/// t_most.
std::vector<double> unit_grid(std::size_t count, double t_most = 18.0);

}  // namespace steppe::theory

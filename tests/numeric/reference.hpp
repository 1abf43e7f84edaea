#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

/// 50-digit values of the functions of lib/steppe/numeric, and how far a result may be from them.
namespace steppe::reference {

struct GaussianRow {
    double x, tail, log_tail, inverse_mills, atanh_erf;
};
struct FieldRow {
    double h, log_2cosh, sech_squared;
};
struct ProductRow {
    double a, b, value;
};

#include "numeric/reference_values.inc"

/// Relative error; where the true value is below the smallest normal number, the absolute error in
/// units of that number (times the tolerance a caller uses, so that 1 is never reached there).
inline double error(double found, double wanted) {
    const double smallest = std::numeric_limits<double>::min();
    if (std::abs(wanted) < smallest) return std::abs(found - wanted) <= smallest ? 0.0 : 1.0;
    return std::abs(found - wanted) / std::abs(wanted);
}

/// Distance in units in the last place of the wanted value, rounded to single precision.
inline double units_in_last_place(float found, double wanted) {
    const double smallest = std::numeric_limits<float>::min();
    if (std::abs(wanted) < smallest) {
        return std::abs(static_cast<double>(found) - wanted) <= smallest ? 0.0 : 1e9;
    }
    const int exponent = std::ilogb(wanted);
    return std::abs(static_cast<double>(found) - wanted) / std::ldexp(1.0, exponent - 23);
}

inline constexpr double double_bound = 1e-13;
inline constexpr double float_bound = 4.0;

}  // namespace steppe::reference

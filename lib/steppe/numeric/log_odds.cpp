#include "steppe/numeric/log_odds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace steppe {

double log_2cosh(double h) {
    const double size = std::abs(h);
    return size + std::log1p(std::exp(-2.0 * size));
}

double sech_squared(double h) {
    const double e = std::exp(-2.0 * std::abs(h));
    return 4.0 * e / ((1.0 + e) * (1.0 + e));
}

double atanh_product(double a, double b) {
    const bool negative = std::signbit(a) != std::signbit(b);
    double low = std::abs(a);
    double high = std::abs(b);
    if (std::isnan(low) || std::isnan(high)) return std::numeric_limits<double>::quiet_NaN();
    if (low > high) std::swap(low, high);
    double size = low;
    if (low < 1.0) {
        // Small fields keep their relative accuracy only in this form.
        size = std::isinf(high) ? low : std::atanh(std::tanh(low) * std::tanh(high));
    } else if (!std::isinf(high)) {
        // atanh(tanh a tanh b) = 1/2 log(cosh(a + b)/cosh(a - b)), without overflow.
        size += 0.5 * (std::log1p(std::exp(-2.0 * (low + high))) -
                       std::log1p(std::exp(-2.0 * (high - low))));
    }
    // Rounding must not make a chain of couplings stronger than its weakest link.
    size = std::min(size, low);
    return negative ? -size : size;
}

double log_add_exp(double a, double b) {
    if (a < b) std::swap(a, b);
    if (std::isinf(a)) return a;  // both are -infinity, or one is +infinity
    return a + std::log1p(std::exp(b - a));
}

// Single precision is the double result, rounded.
float log_2cosh(float h) {
    return static_cast<float>(log_2cosh(static_cast<double>(h)));
}

float sech_squared(float h) {
    return static_cast<float>(sech_squared(static_cast<double>(h)));
}

float atanh_product(float a, float b) {
    return static_cast<float>(atanh_product(static_cast<double>(a), static_cast<double>(b)));
}

}  // namespace steppe

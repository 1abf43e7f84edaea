#pragma once

#include <span>

/// Algebra of +-1 variables in log-odds: a variable w has P(w) = exp(h w)/(2 cosh h),
/// magnetization m = tanh h, variance sech(h)^2. Fields, not magnetizations, are what is stored:
/// m near +-1 loses all its digits, h does not.
///
/// Accuracy as in gaussian.hpp: 1e-13 in double, 4 units in the last place in float, |h| <= 1e4.
namespace steppe {

/// Fields saturate at +-this, unless stated otherwise (tanh 30 is 1 in double precision).
inline constexpr double saturation_field = 30.0;

/// log(2 cosh h).
double log_2cosh(double h);
float log_2cosh(float h);

/// sech(h)^2 = 1 - tanh(h)^2, without its cancellation.
double sech_squared(double h);
float sech_squared(float h);

/// atanh(tanh(a) tanh(b)): the field a +-1 variable feels through a coupling a from one with
/// field b. Either may be +-infinity, which gives the other one (with the sign).
double atanh_product(double a, double b);
float atanh_product(float a, float b);

/// out[i] = atanh_product(a, b[i]) to 1e-13, for finite b; several values at a time with the
/// machine's SIMD instructions. out may be b itself. Sizes must agree (Error).
void atanh_product(double a, std::span<const double> b, std::span<double> out);

/// Sums over some magnetizations that move.
struct MagnetizationSums {
    double variance = 0.0;  ///< sum of sech(h)^2
    double squares = 0.0;   ///< sum of tanh(h)^2
    double change = 0.0;    ///< largest |new - old|
};

/// m[i] = tanh h with h = a[i] + b[i], finite, held within +-saturation_field; what m held before
/// is what the change is taken from. To 1e-13 and the rounding of m, with the machine's SIMD
/// instructions. Sizes must agree (Error).
MagnetizationSums magnetize(std::span<const double> a, std::span<const double> b,
                            std::span<float> m);

/// log(exp(a) + exp(b)); -infinity stands for probability zero.
double log_add_exp(double a, double b);

}  // namespace steppe

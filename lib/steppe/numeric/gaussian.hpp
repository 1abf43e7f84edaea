#pragma once

#include <span>

/// Tails of the standard normal distribution, phi(x) = exp(-x^2/2)/sqrt(2 pi) and
/// H(x) = P(normal > x) = erfc(x/sqrt 2)/2.
///
/// Every function is finite for every finite argument. Accuracy over |x| <= 1e4: relative error
/// 1e-13 in double, 4 units in the last place in float, where the result is a normal number;
/// absolute error below the smallest normal number where it is not (the left tail of log H).
namespace steppe {

/// H(x), the probability that a standard normal exceeds x.
double gaussian_tail(double x);
float gaussian_tail(float x);

/// log H(x).
double log_gaussian_tail(double x);
float log_gaussian_tail(float x);

/// phi(x)/H(x), the inverse Mills ratio: -d log H / dx. Tends to 0 for x -> -infinity, x for
/// x -> infinity.
double inverse_mills_ratio(double x);
float inverse_mills_ratio(float x);

/// atanh(erf(x/sqrt 2)) = (log H(-x) - log H(x))/2: the log-odds that a normal of mean x and
/// variance 1 is positive. Odd in x.
double atanh_erf(double x);
float atanh_erf(float x);

/// out[i] = log H(x[i]), as log_gaussian_tail to 1e-13; several values at a time with the
/// machine's SIMD instructions. out may be x itself. Sizes must agree.
void log_gaussian_tail(std::span<const double> x, std::span<double> out);

}  // namespace steppe

#include "steppe/sgd/cross_entropy.hpp"

#include <cmath>

namespace steppe {

double CrossEntropy::value(double s) const {
    const double x = 2.0 * gamma * s;
    return (x > 0.0 ? std::log1p(std::exp(-x)) : std::log1p(std::exp(x)) - x) / (2.0 * gamma);
}

double CrossEntropy::derivative(double s) const {
    // -1/2 + tanh(gamma s)/2 without its cancellation.
    return -1.0 / (1.0 + std::exp(2.0 * gamma * s));
}

double CrossEntropy::second_derivative(double s) const {
    // gamma/2 over the square of cosh(gamma s), which may not overflow.
    const double e = std::exp(-2.0 * gamma * std::abs(s));
    return 2.0 * gamma * e / ((1.0 + e) * (1.0 + e));
}

}  // namespace steppe

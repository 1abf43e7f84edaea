#include "steppe/inference/bp/gaussian_series.hpp"

#include <array>
#include <cmath>

namespace steppe {

template <class Real>
bool gaussian_series(const Channel& channel, std::uint32_t pattern, double omega, double variance,
                     double v, kernels::GaussianRow<Real>& row, double& bound) {
    using Row = kernels::GaussianRow<Real>;
    double shift = 0.0;
    if (variance < 2.0 || !channel.threshold(pattern, shift)) return false;
    const double deviation = std::sqrt(variance);
    const double x0 = (omega - shift) / deviation;
    // |w| <= 1 and v_i <= 1 bound how far from x0 the two values of one weight are.
    const double largest_delta = 1.0 / std::sqrt(variance - 1.0);
    const double reach = std::abs(x0) * (largest_delta * deviation - 1.0) + 2.0 * largest_delta;
    if (reach > Row::expansion_radius) return false;

    // r(x0) = sqrt(V) g. Then the Taylor coefficients of r' = -r (x + r), one after the other:
    // (n + 1) r_(n+1) = -(x0 r_n + r_(n-1) + sum_k r_k r_(n-k)).
    std::array<double, 1> g{};
    std::array<double, 1> g_prime{};
    const std::array<std::uint32_t, 1> rows{pattern};
    const std::array<double, 1> at_omega{omega};
    const std::array<double, 1> at_variance{variance};
    const std::array<double, 1> at_v{v};
    channel.derivatives({rows, at_omega, at_variance, at_v}, g, g_prime);
    std::array<double, Row::order + 1> r{};
    r[0] = g[0] * deviation;
    for (std::size_t n = 0; n < Row::order; ++n) {
        double sum = x0 * r[n] + (n > 0 ? r[n - 1] : 0.0);
        for (std::size_t k = 0; k <= n; ++k) sum += r[k] * r[n - k];
        r[n + 1] = -sum / static_cast<double>(n + 1);
    }
    bound = 0.0;
    double power = largest_delta;
    for (std::size_t n = 0; n <= Row::order; ++n) {
        bound += std::abs(r[n]) * power;
        power *= reach;
    }
    if (!std::isfinite(bound)) return false;

    row.x0 = static_cast<Real>(x0);
    row.inverse_deviation = static_cast<Real>(1.0 / deviation);
    row.inverse_variance = static_cast<Real>(1.0 / variance);
    // r^(2k)/(2k+1)!: the coefficient of c^n is r_(n+2k) (n+2k)!/(n! (2k+1)!).
    for (std::size_t k = 0; k < Row::odd_terms; ++k) {
        for (std::size_t n = 0; n + 2 * k <= Row::order; ++n) {
            double factor = 1.0 / static_cast<double>(2 * k + 1);
            for (std::size_t j = 1; j <= 2 * k; ++j) {
                factor *= static_cast<double>(n + j) / static_cast<double>(j);
            }
            row.coefficient[k][n] = static_cast<Real>(r[n + 2 * k] * factor);
        }
    }
    return true;
}

template bool gaussian_series(const Channel&, std::uint32_t, double, double, double,
                              kernels::GaussianRow<float>&, double&);
template bool gaussian_series(const Channel&, std::uint32_t, double, double, double,
                              kernels::GaussianRow<double>&, double&);

}  // namespace steppe

#pragma once

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <cstddef>
#include <vector>

#include "steppe/theory/value.hpp"

/// Averages over a standard normal z, E_z f(z) = int dz exp(-z^2/2)/sqrt(2 pi) f(z), by Boost.Math
/// (internal; not installed).
namespace steppe::theory {

/// Beyond it the normal density is below 1e-22.
constexpr double normal_reach = 10.0;

/// exp(-z^2/2)/sqrt(2 pi).
inline double normal_density(double z) {
    return std::exp(-0.5 * z * z) * 0.39894228040143267794;
}

/// Where an integrand turns fastest: a kink, or a step of this width round the centre. The ranges
/// of integration end there, at the centre and some widths to either side of it.
struct Bend {
    double centre = 0.0;
    double width = 1.0;
};

/// Ends of the ranges into which bends cut [-normal_reach, normal_reach], rising.
std::vector<double> ranges_round(const std::vector<Bend>& bends);

/// int_from^to f by adaptive Gauss-Kronrod rules: halved until the error is below `tolerance` of
/// the value, 12 times at most.
template <class Function>
Value integral(Function&& f, double from, double to, double tolerance = 1e-12) {
    Value out;
    out.value = boost::math::quadrature::gauss_kronrod<double, 31>::integrate(
        f, from, to, 12, tolerance, &out.error);
    return out;
}

/// E f(z), with the error that the rules estimate.
template <class Function>
Value normal_average(Function&& f, const Bend& bend = {}, double tolerance = 1e-12) {
    const std::vector<double> ends = ranges_round({bend});
    Value sum;
    for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
        const Value part = integral([&](double z) { return normal_density(z) * f(z); }, ends[i],
                                    ends[i + 1], tolerance);
        sum.value += part.value;
        sum.error += part.error;
    }
    return sum;
}

/// The same with nodes and weights that are there once, for averages within averages and for
/// integrands with several values: E f is about sum_i weight[i] f(node[i]). Weights below 1e-18 are
/// left out.
struct NormalRule {
    std::vector<double> node, weight;

    template <class Function>
    auto operator()(Function&& f) const {
        auto sum = weight[0] * f(node[0]);
        for (std::size_t i = 1; i < node.size(); ++i) sum += weight[i] * f(node[i]);
        return sum;
    }
};

/// Gauss-Legendre rules of 15 nodes on each range, ranges as ranges_round(bend) gives them, each
/// cut into `pieces` equal ones. Smooth integrands are right to about 1e-12 with one piece: compare
/// with two for an error.
NormalRule normal_rule(const Bend& bend = {}, std::size_t pieces = 1);
NormalRule normal_rule(const std::vector<Bend>& bends, std::size_t pieces = 1);

/// The Gauss-Hermite rule of `count` nodes, for averages over several normals: of smooth integrands
/// it needs the fewest.
NormalRule hermite_rule(std::size_t count);

}  // namespace steppe::theory

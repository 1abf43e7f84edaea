#pragma once

#include <string>
#include <string_view>

/// What a hidden unit makes of its field, and the order of a tree committee of infinitely many of
/// them.
namespace steppe::theory {

/// f(h): the sign of h, max(h, 0), erf h, tanh h, h^2.
enum class Unit { Sign, Relu, Erf, Tanh, Square };

/// "sign", "relu", "erf", "tanh" or "square"; any other name is an error.
Unit unit_of(std::string_view name);
std::string name_of(Unit unit);

/// D(q) = E f(h) f(h') - (E f)^2 for standard normals h, h' of correlation q, its slope D'(q) =
/// E f'(h) f'(h') and its curvature D''(q) = E f''(h) f''(h').
///
/// In a tree committee of K -> infinity such units, whose weights have overlap q in two replicas,
/// the output field sum_k c_k f(h_k)/sqrt K, with c_k = +-1 in equal numbers, is a normal of
/// variance D(1) and of covariance D(q) between the replicas.
struct Kernel {
    double value = 0.0, slope = 0.0, curvature = 0.0;
};

/// At q in [0, 1]; outside is an error. Slope and curvature of sign units, and the curvature of
/// ReLU units, are infinite at 1. Relative errors: 1e-14 (closed forms), 1e-13 (tanh, a series).
///
/// Sources: sign and erf, Williams, "Computing with infinite networks", NIPS 9 (1997); ReLU, Cho
/// and Saul, "Kernel methods for deep learning", NIPS 22 (2009); tanh, Mehler's formula: with
/// a_k = E f(h) He_k(h)/sqrt(k!) it is D(q) = sum_{k > 0} a_k^2 q^k.
Kernel kernel(Unit unit, double q);

}  // namespace steppe::theory

#pragma once

#include <cstddef>
#include <vector>

#include "steppe/theory/prior.hpp"

/// Approximate message passing in the limit of many weights: what its overlaps are after every
/// iteration (Bolthausen, CMP 325:333, 2014; Bayati and Montanari, IEEE Trans. Inf. Theory 57:764,
/// 2011; Javanmard and Montanari, Information and Inference 2:115, 2013).
namespace steppe::theory {

/// The orders of the means before the first iteration, then after each: out[t + 1] follows from
/// out[t] by one channel and one prior, and saddle points are what stays. Without damping, without
/// focusing. `start`: overlap q of the means with themselves, R with the teacher.
std::vector<Order> state_evolution(const Model& model, double load, std::size_t iterations,
                                   const Order& start = {});

}  // namespace steppe::theory

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "steppe/model/network.hpp"

namespace steppe {

/// Real weights that learning starts from: independent normal numbers (Stream::Init), unit by unit,
/// each unit scaled to sum_i w_i^2 = norm^2 unit_inputs. Replicas have numbers of their own.
std::vector<float> start_weights(const Network& network, double norm, std::uint64_t seed,
                                 std::uint32_t replica = 0);

/// Scales `count` weights of one unit to sum_i w_i^2 = count; a unit of zeros stays as it is.
template <class Real>
void normalise_unit(Real* weights, std::size_t count);

/// Weights of real numbers, unit by unit, normalised.
Weights normalised_weights(const Network& network, const std::vector<float>& values);

}  // namespace steppe

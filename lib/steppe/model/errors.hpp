#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "steppe/model/network.hpp"

namespace steppe {

/// Sums z = sum_i xi_i w_i of every unit on every pattern, by XOR and popcount of the packed bits:
/// z = n - 2 * (number of bits that differ). out[unit * patterns + a]. Parallel over patterns.
void preactivations(const Weights& weights, const PatternSet& patterns,
                    std::span<std::int32_t> out);

/// Number of patterns whose answer is not the wanted output (+1, or the label that is not folded
/// in). A unit's output is +1 when z > 0, else -1. Bits only (XOR and popcount, SIMD).
/// Throws Error when the shapes of network, weights and patterns disagree.
std::size_t count_errors(const Network& network, const Weights& weights,
                         const PatternSet& patterns);

/// The same number by a plain loop over signs, one multiplication at a time: shares nothing with
/// count_errors or the solvers, and exists to check them.
std::size_t count_errors_plainly(const Network& network, std::span<const signed char> weights,
                                 std::span<const signed char> inputs,
                                 std::span<const signed char> labels);

}  // namespace steppe

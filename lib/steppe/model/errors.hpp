#pragma once

#include <cstddef>
#include <span>

#include "steppe/data/pattern_set.hpp"
#include "steppe/data/real_patterns.hpp"
#include "steppe/model/network.hpp"

/// What a network answers. A unit's output on a pattern as it was given is +1 where
/// z = sum_i xi_i w_i exceeds the network's threshold, else -1. Where the network folds labels
/// (Network::folds_labels), a pattern of label -1 is answered with its inputs turned and the wanted
/// answer is +1; otherwise the wanted answer is the label. Turning changes no answer, also where z
/// is exactly 0: see Network::tie_is_positive.
namespace steppe {

/// Sums z of every unit on every pattern, labels not folded in: out[unit * patterns + a]. Binary
/// weights by XOR and popcount of the packed bits, real ones in double precision. Parallel over
/// patterns. Throws Error when the shapes disagree.
void preactivations(const Network& network, const Weights& weights, const PatternSet& patterns,
                    std::span<double> out);
/// The same on real inputs, in double precision.
void preactivations(const Network& network, const Weights& weights, const RealPatterns& patterns,
                    std::span<double> out);

/// Number of patterns whose answer is not the wanted one. Binary weights: bits only (XOR and
/// popcount, SIMD). Real weights: sums in single precision, and those near the threshold again in
/// double, so that the number is the one of double precision. Throws Error when network, weights
/// and patterns disagree.
std::size_t count_errors(const Network& network, const Weights& weights,
                         const PatternSet& patterns);
/// The same on real inputs, in double precision.
std::size_t count_errors(const Network& network, const Weights& weights,
                         const RealPatterns& patterns);

/// The same number by a plain loop, one multiplication at a time: shares nothing with count_errors
/// or the solvers, and exists to check them. inputs: pattern after pattern; labels: empty (all +1)
/// or one a pattern.
std::size_t count_errors_plainly(const Network& network, std::span<const double> weights,
                                 std::span<const signed char> inputs,
                                 std::span<const signed char> labels);
std::size_t count_errors_plainly(const Network& network, std::span<const double> weights,
                                 std::span<const float> inputs,
                                 std::span<const signed char> labels);

}  // namespace steppe

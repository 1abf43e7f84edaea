#pragma once

#include <cstdint>
#include <vector>

#include "steppe/landscape/flatness.hpp"

/// Errors of each perturbation at each size, [size * perturbations + b] (internal; not installed).
/// Random numbers are the words and normals of Stream::Noise, sub the perturbation's number, one
/// for each weight.
namespace steppe {

using NoiseCounts = std::vector<std::uint32_t>;

/// Perturbations between two looks at the observer.
inline constexpr std::size_t noise_look_interval = 256;

/// Of multiplicative and additive noise.
NoiseCounts count_with_real_noise(const Network& network, const Weights& weights,
                                  const Patterns& patterns, const FlatnessOptions& options,
                                  const LandscapeObserver& observer);

/// Of flips.
NoiseCounts count_with_flips(const Network& network, const Weights& weights,
                             const Patterns& patterns, const FlatnessOptions& options,
                             const LandscapeObserver& observer);

}  // namespace steppe

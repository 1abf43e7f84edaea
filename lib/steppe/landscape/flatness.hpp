#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/landscape/estimate.hpp"
#include "steppe/landscape/observer.hpp"
#include "steppe/model/network.hpp"
#include "steppe/model/weights.hpp"

/// How many more patterns are answered wrongly when noise is put on the weights: the less, the
/// flatter the region that they lie in (Baldassi, Pittorino and Zecchina, PNAS 117:161, 2020).
namespace steppe {

/// What noise of size s makes of a weight, z standard normal.
enum class Noise {
    Multiplicative,  ///< w (1 + s z); of real weights
    Additive,        ///< w + s z, in units of the root mean square weight of its unit, and the unit
                     ///< scaled back to its norm; of real weights
    Flips            ///< turned with probability s, in [0, 1]; of +-1 weights
};

/// "multiplicative", "additive" or "flips".
std::string noise_name(Noise noise);

struct FlatnessOptions {
    Noise noise = Noise::Multiplicative;
    /// Each from 0 to 1e6, of flips to 1.
    std::vector<double> sizes;
    /// At each size, 1 or more; at all sizes together 1e8 at most. Every size sees the same random
    /// numbers: curves are smooth, and values at two sizes are not independent.
    std::size_t perturbations = 1000;
    /// Names the random numbers (Stream::Noise).
    std::uint64_t seed = 1;
};

struct FlatnessPoint {
    double size = 0.0;
    /// Part of the patterns that is answered wrongly, less that without noise; over perturbations.
    Estimate added;
};

struct FlatnessCurve {
    double error_rate = 0.0;  ///< without noise, by count_errors
    std::vector<FlatnessPoint> points;

    /// The size at which the added part reaches `added`, linear between two points; nothing where
    /// the curve does not reach it. With 0.1 the size of noise at which training accuracy has
    /// fallen by 0.1, a deviation (the square root of a variance), not a variance.
    std::optional<double> size_at(double added) const;
};

/// Patterns are counted as count_errors counts them, margin included. Results do not depend on the
/// number of threads. Throws Error for shapes or options that make no sense, and where the observer
/// ends it.
FlatnessCurve flatness_curve(const Network& network, const Weights& weights,
                             const Patterns& patterns, const FlatnessOptions& options,
                             const LandscapeObserver& observer = {});

}  // namespace steppe

#include "steppe/landscape/flatness.hpp"

#include <fmt/format.h>

#include <cmath>

#include "steppe/error.hpp"
#include "steppe/landscape/noise_counts.hpp"
#include "steppe/model/errors.hpp"

namespace steppe {

namespace {

/// Noise beyond this is noise alone, and single precision ends some way beyond.
constexpr double largest_size = 1e6;

/// Of perturbations at all sizes: a gigabyte with what is made of them.
constexpr double most_counts = 1e8;

void validate(const Network& network, const FlatnessOptions& options) {
    const bool flips = options.noise == Noise::Flips;
    if (flips != (network.weights == WeightKind::Binary)) {
        throw Error(fmt::format("{} noise is not of {} weights: {}", noise_name(options.noise),
                                weight_kind_name(network.weights),
                                flips ? "take multiplicative or additive" : "take flips"));
    }
    if (options.perturbations == 0) throw Error("perturbations is 0: it must be 1 or more");
    for (const double size : options.sizes) {
        if (size >= 0.0 && size <= (flips ? 1.0 : largest_size)) continue;
        throw Error(fmt::format("a size of noise is {}: it must be {}", size,
                                flips ? "a probability" : "from 0 to 1e6"));
    }
    const auto sizes = static_cast<double>(options.sizes.size());
    if (sizes * static_cast<double>(options.perturbations) > most_counts) {
        throw Error(
            fmt::format("{} sizes of noise with {} perturbations each are too many: in all "
                        "they may be {:.0f}",
                        options.sizes.size(), options.perturbations, most_counts));
    }
}

std::size_t count_of(const Network& network, const Weights& weights, const Patterns& patterns) {
    return patterns.visit([&](const auto& set) { return count_errors(network, weights, *set); });
}

}  // namespace

std::string noise_name(Noise noise) {
    return noise == Noise::Multiplicative ? "multiplicative"
           : noise == Noise::Additive     ? "additive"
                                          : "flips";
}

std::optional<double> FlatnessCurve::size_at(double added) const {
    double last_size = 0.0, last = 0.0;
    for (const FlatnessPoint& point : points) {
        const double here = point.added.mean;
        if (here >= added && point.size >= last_size) {
            if (here == last) return last_size;
            return last_size + (point.size - last_size) * (added - last) / (here - last);
        }
        last_size = point.size;
        last = here;
    }
    return std::nullopt;
}

FlatnessCurve flatness_curve(const Network& network, const Weights& weights,
                             const Patterns& patterns, const FlatnessOptions& options,
                             const LandscapeObserver& observer) {
    validate(network, options);
    const auto count = static_cast<double>(patterns.patterns());
    FlatnessCurve curve;
    const auto errors = static_cast<double>(count_of(network, weights, patterns));
    curve.error_rate = errors / count;
    const NoiseCounts wrong =
        options.noise == Noise::Flips
            ? count_with_flips(network, weights, patterns, options, observer)
            : count_with_real_noise(network, weights, patterns, options, observer);
    for (std::size_t s = 0; s < options.sizes.size(); ++s) {
        std::vector<double> added(options.perturbations);
        for (std::size_t b = 0; b < options.perturbations; ++b) {
            added[b] = (static_cast<double>(wrong[s * options.perturbations + b]) - errors) / count;
        }
        curve.points.push_back({options.sizes[s], estimate_of(added)});
    }
    return curve;
}

}  // namespace steppe

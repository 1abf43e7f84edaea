#include "steppe/landscape/stabilities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"

namespace steppe {

std::vector<double> stabilities(const Network& network, const Weights& weights,
                                const Patterns& patterns) {
    std::vector<double> z(weights.units() * patterns.patterns());
    patterns.visit([&](const auto& set) { preactivations(network, weights, *set, z); });
    const double root = std::sqrt(static_cast<double>(network.unit_inputs()));
    for (double& value : z) value /= root;
    return z;
}

Histogram histogram_of(const std::vector<double>& values, double from, double to,
                       std::size_t bins) {
    if (bins == 0 || !(from < to)) {
        throw Error(fmt::format("{} bins from {} to {} are no histogram", bins, from, to));
    }
    Histogram histogram{from, to, std::vector<std::size_t>(bins, 0)};
    for (const double value : values) {
        const double at = (value - from) / (to - from) * static_cast<double>(bins);
        const double bin = std::clamp(std::floor(at), 0.0, static_cast<double>(bins - 1));
        ++histogram.counts[static_cast<std::size_t>(bin)];
    }
    return histogram;
}

}  // namespace steppe

#include "steppe/model/judge.hpp"

#include <algorithm>

#include "steppe/model/errors.hpp"
#include "steppe/model/start_weights.hpp"

namespace steppe {

namespace {

bool has_direction(const Weights& weights, std::size_t unit) {
    return std::ranges::any_of(weights.unit_values(unit), [](double w) { return w != 0.0; });
}

}  // namespace

bool have_directions(const Weights& weights) {
    if (weights.kind() == WeightKind::Binary) return true;
    for (std::size_t k = 0; k < weights.units(); ++k) {
        if (!has_direction(weights, k)) return false;
    }
    return true;
}

std::size_t judged_errors(const Network& network, const Weights& weights,
                          const Patterns& patterns) {
    if (network.weights == WeightKind::Spherical && !have_directions(weights)) {
        return patterns.patterns();
    }
    return patterns.visit([&](const auto& set) { return count_errors(network, weights, *set); });
}

Weights with_directions(const Network& network, const Weights& weights, std::uint64_t seed) {
    if (network.weights == WeightKind::Binary || have_directions(weights)) return weights;
    std::vector<double> values = weights.values();
    const std::vector<float> random = start_weights(network, 1.0, seed);
    const std::size_t inputs = weights.unit_inputs();
    for (std::size_t k = 0; k < weights.units(); ++k) {
        if (has_direction(weights, k)) continue;
        for (std::size_t i = k * inputs; i < (k + 1) * inputs; ++i) {
            values[i] = static_cast<double>(random[i]);
        }
    }
    Weights whole = Weights::from_values(inputs, weights.units(), std::move(values));
    whole.normalise();
    return whole;
}

}  // namespace steppe

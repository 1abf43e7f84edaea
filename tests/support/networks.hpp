#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "steppe/data/pattern_set.hpp"
#include "steppe/model/network.hpp"
#include "steppe/model/start_weights.hpp"
#include "steppe/model/weights.hpp"

/// Problems that several tests are about.
namespace steppe::test {

inline Network spherical(std::size_t inputs, std::size_t hidden = 1, Wiring wiring = Wiring::Full,
                         Gate gate = Gate::Majority) {
    return {inputs, hidden, wiring, gate, WeightKind::Spherical};
}

inline std::shared_ptr<const PatternSet> patterns_of(const Network& network, std::size_t count,
                                                     std::uint64_t seed = 3) {
    PatternSet set = random_patterns(network.inputs, count, seed);
    if (!network.folds_labels()) set = set.with_labels(random_labels(count, seed));
    return std::make_shared<const PatternSet>(std::move(set));
}

/// Weights without a meaning, of either kind.
inline Weights some_weights(const Network& network, std::uint64_t seed = 5) {
    const std::vector<float> start = start_weights(network, 1.0, seed);
    if (network.weights == WeightKind::Spherical) return normalised_weights(network, start);
    std::vector<signed char> signs;
    for (const float w : start) signs.push_back(w < 0.0f ? -1 : 1);
    return Weights::from_signs(network.unit_inputs(), network.hidden, signs);
}

}  // namespace steppe::test

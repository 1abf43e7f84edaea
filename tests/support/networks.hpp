#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "steppe/data/pattern_set.hpp"
#include "steppe/model/network.hpp"

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

}  // namespace steppe::test

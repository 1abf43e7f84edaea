#pragma once

#include <cstddef>

#include "steppe/data/pattern_set.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/learner.hpp"

namespace steppe::test {

/// Epochs until no error is left, at most so many (most + 1 where some is); grow(knobs) moves the
/// knobs after each.
template <class Grow>
std::size_t learn(Learner& learner, const Network& network, const PatternSet& patterns,
                  LearningKnobs knobs, std::size_t most, const Grow& grow) {
    for (std::size_t e = 1; e <= most; ++e) {
        learner.epoch(knobs);
        grow(knobs);
        if (count_errors(network, learner.weights(), patterns) == 0) return e;
    }
    return most + 1;
}

inline std::size_t learn(Learner& learner, const Network& network, const PatternSet& patterns,
                         const LearningKnobs& knobs, std::size_t most) {
    return learn(learner, network, patterns, knobs, most, [](LearningKnobs&) {});
}

}  // namespace steppe::test

#pragma once

#include <cstddef>
#include <optional>

#include "steppe/model/learner.hpp"
#include "steppe/schedule/ramp.hpp"

namespace steppe {

/// Named settings of gradient learning.
enum class LearningPreset {
    Slow,  ///< beta and gamma grow a little every epoch from small values
    Fast   ///< both are moderately large from the first epoch on
};

/// Of which network zero errors end a run of gradient learning.
enum class StopAt {
    Network,    ///< the one asked for, whose units answer by sign
    Surrogate,  ///< the differentiable one that is trained
    Both
};

/// Options of the learners (docs/learning.md). What is not set is chosen by
/// SolveOptions::resolved().
struct LearningOptions {
    std::optional<LearningPreset> preset;
    std::optional<StopAt> stop_at;
    /// Learning rate.
    std::optional<Ramp> rate;
    /// Slope of tanh units.
    std::optional<Ramp> beta;
    /// Inverse temperature of the cross-entropy. Of rsgd with +-1 weights, how sharply the
    /// replicas' sum decides (BinaryReplicatedSgd).
    std::optional<Ramp> gamma;
    /// Of replicas towards their mean.
    std::optional<Ramp> pull;
    /// Epochs after which the run ends, over which the ramps go.
    std::optional<std::size_t> epochs;
    /// Patterns of a mini-batch.
    std::optional<std::size_t> batch;
    std::optional<double> momentum;
    std::optional<std::size_t> replicas;
    /// Norm of the start weights over the root of a unit's inputs.
    std::optional<double> start_norm;

    /// The knobs of epoch e, from 0; 0 what a solver does not have. Needs the number of epochs.
    LearningKnobs at(std::size_t e) const;
};

}  // namespace steppe

#pragma once

#include <cstddef>
#include <optional>

#include "steppe/model/learner.hpp"
#include "steppe/model/network.hpp"
#include "steppe/options/solver_kind.hpp"
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

/// Options of the learners (docs/learning.md). What is not set is chosen by resolved(), from the
/// table of settings (options/settings.hpp).
struct LearningOptions {
    LearningPreset preset = LearningPreset::Slow;
    StopAt stop_at = StopAt::Network;
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

    /// correlated: whether the patterns are (are_correlated).
    LearningOptions resolved(SolverKind solver, const Network& network, bool correlated) const;
    /// The knobs of epoch e, from 0, of resolved options.
    LearningKnobs at(std::size_t e) const;
    /// Throws Error naming the option and the value it rejects.
    void validate() const;
};

}  // namespace steppe

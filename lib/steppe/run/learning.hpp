#pragma once

#include <cstddef>
#include <optional>

#include "steppe/model/learner.hpp"
#include "steppe/model/network.hpp"
#include "steppe/run/solver_choice.hpp"
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

/// Options of the learners (docs/learning.md). What is not set is chosen by resolved().
struct LearningOptions {
    LearningPreset preset = LearningPreset::Slow;
    StopAt stop_at = StopAt::Network;
    /// Learning rate. Not set: 0.1 for lal and elal; 3 for sgd and rsgd, 10 on correlated patterns,
    /// 100 with preset Fast; 2 for rsgd with +-1 weights.
    std::optional<Ramp> rate;
    /// Slope of tanh units. Not set: geometric from 0.5 to 200; 1.5 with preset Fast.
    std::optional<Ramp> beta;
    /// Inverse temperature of the cross-entropy. Not set: 8; 2 on correlated patterns; 3 with
    /// preset Fast. Of rsgd with +-1 weights, how sharply the replicas' sum decides
    /// (BinaryReplicatedSgd); not set: linear from 0.05 to 2.05.
    std::optional<Ramp> gamma;
    /// Of replicas towards their mean. Not set: geometric from 0.01 to 200 for elal (1 % an epoch),
    /// from 0.001 to 1 for rsgd; 0.75 for rsgd with +-1 weights.
    std::optional<Ramp> pull;
    /// Epochs after which the run ends, over which the ramps go. Not set: 2000 for sgd and rsgd
    /// with preset Slow, 4000 for rsgd with +-1 weights, 3000 for sbpi, else 1000.
    std::optional<std::size_t> epochs;
    /// Patterns of a mini-batch. Not set: 1 for lal and sbpi, 10 for elal, 80 for rsgd with +-1
    /// weights, else 100.
    std::optional<std::size_t> batch;
    /// Not set: 0.9; 0 with preset Fast.
    std::optional<double> momentum;
    /// Not set: 10 for elal, 7 for rsgd.
    std::optional<std::size_t> replicas;
    /// Norm of the start weights over the root of a unit's inputs. Not set: 1.
    std::optional<double> start_norm;

    /// correlated: whether the patterns are (are_correlated).
    LearningOptions resolved(SolverKind solver, const Network& network, bool correlated) const;
    /// The knobs of epoch e, from 0, of resolved options.
    LearningKnobs at(std::size_t e) const;
    /// Throws Error naming the option and the value it rejects.
    void validate() const;
};

}  // namespace steppe

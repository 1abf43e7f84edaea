#pragma once

#include <string>

namespace steppe {

/// How weights are found.
enum class SolverKind {
    Auto,                       ///< the one of the others that choose_solver takes
    BeliefPropagation,          ///< BeliefPropagation
    ApproximateMessagePassing,  ///< ApproximateMessagePassing
    ExpectationPropagation,     ///< ExpectationPropagation
    LeastAction,                ///< LeastAction
    EntropicLeastAction,        ///< EntropicLeastAction
    Sbpi,                       ///< Sbpi
    Sgd,                        ///< Sgd
    ReplicatedSgd,              ///< ReplicatedSgd; BinaryReplicatedSgd of +-1 weights
    AdaTron                     ///< AdaTron
};

/// Whether it is one of those that learn epoch by epoch (Learner), and passes no messages.
bool is_learner(SolverKind kind);

/// "auto", "bp", "amp", "ep", "lal", "elal", "sbpi", "sgd", "rsgd" or "adatron".
std::string solver_name(SolverKind kind);

}  // namespace steppe

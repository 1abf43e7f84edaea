#include "steppe/options/solver_kind.hpp"

namespace steppe {

std::string solver_name(SolverKind kind) {
    switch (kind) {
        case SolverKind::Auto:
            return "auto";
        case SolverKind::BeliefPropagation:
            return "bp";
        case SolverKind::ApproximateMessagePassing:
            return "amp";
        case SolverKind::ExpectationPropagation:
            return "ep";
        case SolverKind::LeastAction:
            return "lal";
        case SolverKind::EntropicLeastAction:
            return "elal";
        case SolverKind::Sbpi:
            return "sbpi";
        case SolverKind::Sgd:
            return "sgd";
        case SolverKind::ReplicatedSgd:
            return "rsgd";
        case SolverKind::AdaTron:
            return "adatron";
    }
    return "?";
}

bool is_learner(SolverKind kind) {
    return kind >= SolverKind::LeastAction && kind != SolverKind::AdaTron;
}

}  // namespace steppe

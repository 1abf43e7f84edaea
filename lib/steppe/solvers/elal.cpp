// Entropic least-action learning.
#include "steppe/options/solve_options.hpp"
#include "steppe/search/least_action.hpp"
#include "steppe/solvers/learning.hpp"

namespace steppe::solvers {

namespace {

constexpr Default settings[] = {
    {"batch", when::always, "10"},
    {"pull", when::always, "0.01:200:geometric"},
};

std::unique_ptr<Learner> make(const SolveOptions& options, const Patterns& patterns) {
    const LearningOptions& how = options.learning;
    return std::make_unique<EntropicLeastAction>(
        options.network, patterns,
        EntropicLeastActionOptions{{how.batch.value(), how.start_norm.value(), options.seed},
                                   how.replicas.value()});
}

}  // namespace

const Solver& elal() {
    static const Solver solver{
        .name = "elal",
        .title = "entropic least-action learning",
        .purpose = "replicas of lal",
        .options = {"rate", "batch", "epochs", "replicas", "pull", "start-norm"},
        .settings = {settings},
        .refuses = [](const Network& n, bool) { return sign_units_alone("elal", n); },
        .memory = [](const Network& n, std::size_t p,
                     const SolveOptions& o) { return mini_batch_bytes("elal", n, p, o); },
        .memory_of = "mini-batches",
        .make_learner = make};
    return solver;
}

}  // namespace steppe::solvers

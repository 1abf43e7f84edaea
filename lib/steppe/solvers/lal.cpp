// Least-action learning.
#include "steppe/options/solve_options.hpp"
#include "steppe/search/least_action.hpp"
#include "steppe/solvers/learning.hpp"

namespace steppe::solvers {

namespace {

constexpr Default settings[] = {{"batch", when::always, "1"}};

std::unique_ptr<Learner> make(const SolveOptions& options, const Patterns& patterns) {
    const LearningOptions& how = options.learning;
    return std::make_unique<LeastAction>(
        options.network, patterns,
        LeastActionOptions{how.batch.value(), how.start_norm.value(), options.seed});
}

}  // namespace

const Solver& lal() {
    static const Solver solver{
        .name = "lal",
        .title = "least-action learning",
        .purpose = "for comparison",
        .options = {"rate", "batch", "epochs", "start-norm"},
        .settings = {settings},
        .refuses = [](const Network& n, bool) { return sign_units_alone("lal", n); },
        .memory = [](const Network& n, std::size_t p,
                     const SolveOptions& o) { return mini_batch_bytes("lal", n, p, o); },
        .memory_of = "mini-batches",
        .make_learner = make};
    return solver;
}

}  // namespace steppe::solvers

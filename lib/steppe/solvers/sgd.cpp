// Stochastic gradient descent.
#include "steppe/sgd/sgd.hpp"

#include "steppe/options/solve_options.hpp"
#include "steppe/solvers/learning.hpp"

namespace steppe::solvers {

namespace {

std::unique_ptr<Learner> make(const SolveOptions& options, const Patterns& patterns) {
    const LearningOptions& how = options.learning;
    return std::make_unique<Sgd>(options.network, patterns,
                                 SgdOptions{how.batch.value(), how.momentum.value(), options.seed});
}

}  // namespace

const Solver& sgd() {
    static const Solver solver{
        .name = "sgd",
        .title = "stochastic gradient descent",
        .purpose = "for comparison",
        .options = {"preset", "rate", "batch", "epochs", "momentum", "beta", "gamma", "stop-at"},
        .settings = {gradient_settings},
        .memory = [](const Network& n, std::size_t p,
                     const SolveOptions& o) { return mini_batch_bytes("sgd", n, p, o); },
        .memory_of = "mini-batches",
        .make_learner = make};
    return solver;
}

}  // namespace steppe::solvers

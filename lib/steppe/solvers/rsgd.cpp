// Replicated stochastic gradient descent, of real or +-1 weights.
#include "steppe/options/solve_options.hpp"
#include "steppe/sgd/binary_replicated_sgd.hpp"
#include "steppe/sgd/replicated_sgd.hpp"
#include "steppe/solvers/learning.hpp"

namespace steppe::solvers {

namespace {

using namespace when;

constexpr Default settings[] = {
    {"replicas", always, "7"},
    {"pull", always, "0.001:1:geometric"},
    {"pull", binary, "0.75"},
};

std::unique_ptr<Learner> make(const SolveOptions& options, const Patterns& patterns) {
    const LearningOptions& how = options.learning;
    if (options.network.weights == WeightKind::Binary) {
        return std::make_unique<BinaryReplicatedSgd>(
            options.network, patterns,
            BinaryReplicatedSgdOptions{how.batch.value(), how.replicas.value(), options.seed});
    }
    return std::make_unique<ReplicatedSgd>(
        options.network, patterns,
        ReplicatedSgdOptions{{how.batch.value(), how.momentum.value(), options.seed},
                             how.replicas.value()});
}

}  // namespace

const Solver& rsgd() {
    static const Solver solver{
        .name = "rsgd",
        .title = "replicated stochastic gradient descent",
        .purpose = "",
        .options = {"preset", "rate", "batch", "epochs", "momentum", "beta", "gamma", "replicas",
                    "pull", "stop-at"},
        .settings = {settings, gradient_settings},
        .memory = [](const Network& n, std::size_t p,
                     const SolveOptions& o) { return mini_batch_bytes("rsgd", n, p, o); },
        .memory_of = "mini-batches",
        .make_learner = make};
    return solver;
}

}  // namespace steppe::solvers

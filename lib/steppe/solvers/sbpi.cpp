// Stochastic learning inspired by belief propagation.
#include "steppe/search/sbpi.hpp"

#include "steppe/error.hpp"
#include "steppe/options/solve_options.hpp"
#include "steppe/solvers/learning.hpp"

namespace steppe::solvers {

namespace {

constexpr Default settings[] = {{"epochs", when::always, "3000"}};

std::string refuses(const Network& network, bool real_inputs) {
    if (real_inputs) {
        return "sbpi takes +-1 inputs, and the patterns have real ones: use rsgd, bp or amp";
    }
    return sign_units_alone("sbpi", network);
}

double memory(const Network& network, std::size_t patterns, const SolveOptions&) {
    // Inputs as signs.
    return static_cast<double>(patterns) * static_cast<double>(network.inputs) +
           4.0 * static_cast<double>(network.weight_count());
}

std::unique_ptr<Learner> make(const SolveOptions& options, const Patterns& patterns) {
    return patterns.visit([&](const auto& set) -> std::unique_ptr<Learner> {
        if constexpr (std::is_same_v<std::decay_t<decltype(*set)>, PatternSet>) {
            return std::make_unique<Sbpi>(options.network, set, SbpiOptions{.seed = options.seed});
        } else {
            throw Error(refuses(options.network, true));
        }
    });
}

}  // namespace

const Solver& sbpi() {
    static const Solver solver{.name = "sbpi",
                               .title = "learning inspired by belief propagation",
                               .purpose = "binary weights",
                               .options = {"epochs"},
                               .settings = {settings},
                               .refuses = refuses,
                               .memory = memory,
                               .memory_of = "mini-batches",
                               .make_learner = make};
    return solver;
}

}  // namespace steppe::solvers

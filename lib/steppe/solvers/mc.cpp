// The Metropolis sampler.
#include <fmt/format.h>

#include "steppe/error.hpp"
#include "steppe/options/solve_options.hpp"
#include "steppe/search/metropolis.hpp"
#include "steppe/solvers/learning.hpp"

namespace steppe::solvers {

namespace {

using namespace when;

constexpr Default settings[] = {
    {"epochs", always, "2000"},
    {"tau", always, "0.3:0.01:geometric"},
    {"strength", always, "1"},
};

std::vector<Option> own_options() {
    using M = MetropolisOptions;
    return {
        {"tau", "Learning", "A[:B[:SHAPE]]", ramps().from(M::least_tau).up_to(M::most_tau),
         "how soft the energy of mc is, a number or a range over the epochs: small, patterns that "
         "are wrong or barely right decide; large, all do"},
        {"strength", "Learning", "G", numbers().above(0).up_to(M::most_strength),
         "factor of the energy of mc, an inverse temperature"},
    };
}

std::string refuses(const Network& network, bool real_inputs) {
    if (real_inputs) {
        return "mc takes +-1 inputs, and the patterns have real ones: use rsgd, bp or amp";
    }
    return sign_units_alone("mc", network);
}

double memory(const Network& network, std::size_t patterns, const SolveOptions&) {
    // Inputs as signs; places, bounds and energies of patterns; a table by sums.
    const auto rows = static_cast<double>(patterns), n = static_cast<double>(network.inputs);
    return rows * (n + 12.0) + 24.0 * n;
}

std::unique_ptr<Learner> make(const SolveOptions& options, const Patterns& patterns) {
    return patterns.visit([&](const auto& set) -> std::unique_ptr<Learner> {
        if constexpr (std::is_same_v<std::decay_t<decltype(*set)>, PatternSet>) {
            return std::make_unique<Metropolis>(
                options.network, set,
                MetropolisOptions{.sweeps = options.learning.epochs.value(),
                                  .tau = Ramp::parse_knob(options.other("tau")),
                                  .strength = options.other_number("strength"),
                                  .seed = options.seed});
        } else {
            throw Error(refuses(options.network, true));
        }
    });
}

}  // namespace

const Solver& mc() {
    static const Solver solver{.name = "mc",
                               .title = "the Metropolis sampler",
                               .purpose = "one unit of binary weights",
                               .options = {"epochs"},
                               .own_options = own_options(),
                               .settings = {settings},
                               .refuses = refuses,
                               .memory = memory,
                               .memory_of = "signs",
                               .make_learner = make};
    return solver;
}

}  // namespace steppe::solvers

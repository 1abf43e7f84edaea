// Expectation propagation.
#include "steppe/inference/ep/expectation_propagation.hpp"

#include <algorithm>

#include "steppe/solvers/message_passing.hpp"

namespace steppe::solvers {

namespace {

using namespace when;

constexpr Default settings[] = {
    {"damping", spherical, "0.8"},
    {"damping", binary, "0.9"},
    {"restarts", always, "3"},
    // Without a field the units of a committee of +-1 weights end alike.
    {"symmetry-field", binary | majority, "0.03"},
    {"symmetry-field", spherical, "1:0.7"},
    {"steps", spherical, "20"},
    {"iterations-per-step", always, "10"},
    {"free-iterations", spherical | focused, "40"},
    {"step-tolerance", binary, "0.1/(1-D)"},
    {"step-tolerance", spherical, "0.005/(1-D)"},
    {"replicas", binary, "1000"},
    {"replicas", spherical, "30"},
    {"coupling-range", binary, "0.02:2"},
    {"coupling-range", spherical, "0.5:30:geometric"},
};

std::optional<std::string> suits(const ProblemTraits& problem) {
    if (!problem.correlated ||
        std::min(problem.patterns, problem.network.unit_inputs()) > default_count("ep-side")) {
        return std::nullopt;
    }
    return correlated_words(problem);
}

double memory(const Network& network, std::size_t patterns, const SolveOptions&) {
    return static_cast<double>(ExpectationPropagation::memory_bytes(network, patterns));
}

std::unique_ptr<MessagePassing> make(const FactorGraph& graph, const SolveOptions& options,
                                     const std::function<void()>& poll) {
    ExpectationPropagationOptions how;
    how.damping = options.damping.value();
    how.seed = options.seed;
    how.poll = poll;
    return std::make_unique<ExpectationPropagation>(graph, how);
}

}  // namespace

const Solver& ep() {
    static const Solver solver{
        .name = "ep",
        .title = "expectation propagation",
        .purpose = "correlated patterns",
        .options = message_options(),
        .settings = {settings, message_settings},
        .suits = suits,
        .memory = memory,
        .memory_of = "covariances",
        .saves_memory = [](const SolveOptions&) { return std::string("amp"); },
        .make_messages = make,
        .takes_correlations = true,
        .dear_to_make = true};
    return solver;
}

}  // namespace steppe::solvers

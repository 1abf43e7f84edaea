// Belief propagation.
#include "steppe/inference/bp/belief_propagation.hpp"

#include <fmt/format.h>

#include "steppe/options/option_text.hpp"
#include "steppe/solvers/message_passing.hpp"

namespace steppe::solvers {

namespace {

using namespace when;

// Tries end with errors that scatter like Poisson numbers, so that one of many has none where few
// are left, and none ever where many are.
constexpr Default settings[] = {
    {"accuracy", always, "relaxed"},
    {"precision", always, "single"},
    // 0: all patterns.
    {"block", always, "0"},
    {"block", correlated, "50"},
    // Units of real weights that see the same inputs fall into oscillations.
    {"damping", spherical | shared_inputs, "0.8"},
    {"damping", spherical | correlated, "0.9"},
    {"damping", binary | correlated, "0.95"},
    {"restarts", binary | correlated, "10"},
    {"step-tolerance", spherical, "0.4"},
    {"step-tolerance", spherical | shared_inputs, "1"},
};

std::string block_wrong(const SolveOptions& options, std::size_t patterns) {
    return *options.block <= patterns
               ? ""
               : fmt::format("{} is more than the {} patterns there are", *options.block, patterns);
}

std::vector<Option> own_options() {
    return {
        {"accuracy", "Solver", "NAME", words<Accuracy>(),
         "how a pattern's message to a weight is computed: exact (up to 1024 inputs), gaussian, or "
         "relaxed (fastest)",
         stands_at([](auto& o) -> auto& { return o.accuracy; })},
        {"precision", "Solver", "NAME", words<Precision>(),
         "numbers messages are stored in: single (4 bytes a pattern-weight pair) or double",
         stands_at([](auto& o) -> auto& { return o.precision; })},
        {.name = "block",
         .group = "Solver",
         .value = "ROWS",
         .values = counts(0),
         .help = "patterns that are updated together, in a fresh random order each iteration; 0: "
                 "all",
         .place = stands_at([](auto& o) -> auto& { return o.block; }),
         .why_wrong = block_wrong},
    };
}

/// For everything that the others do not take.
std::optional<std::string> suits(const ProblemTraits& problem) {
    if (problem.patterns < 2) return "there is one pattern only";
    if (problem.correlated) return correlated_words(problem);
    return fmt::format("there are fewer than {} inputs{}", default_count("amp-inputs"),
                       problem.network.hidden > 1 ? " to a unit" : "");
}

double memory(const Network& network, std::size_t patterns, const SolveOptions& options) {
    const SolveOptions how = options.resolved(options.conditions("bp", false));
    return static_cast<double>(
        BeliefPropagation::memory_bytes(network, patterns, *how.precision, *how.accuracy));
}

std::string saves_memory(const SolveOptions& options) {
    return options.precision == Precision::Double ? "amp, single precision" : "amp";
}

std::unique_ptr<MessagePassing> make(const FactorGraph& graph, const SolveOptions& options,
                                     const std::function<void()>&) {
    BeliefPropagationOptions how;
    how.accuracy = options.accuracy.value();
    how.precision = options.precision.value();
    how.block = options.block.value();  // more than there are is all
    how.damping = options.damping.value();
    how.seed = options.seed;
    return std::make_unique<BeliefPropagation>(graph, how);
}

}  // namespace

const Solver& bp() {
    static const Solver solver{.name = "bp",
                               .title = "belief propagation",
                               .purpose = "small and difficult problems",
                               .options = message_options(),
                               .own_options = own_options(),
                               .settings = {settings, row_settings, message_settings},
                               .suits = suits,
                               .memory = memory,
                               .memory_of = "messages",
                               .saves_memory = saves_memory,
                               .make_messages = make};
    return solver;
}

}  // namespace steppe::solvers

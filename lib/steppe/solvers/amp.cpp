// Approximate message passing.
#include "steppe/inference/amp/approximate_message_passing.hpp"

#include "steppe/options/option_text.hpp"
#include "steppe/solvers/message_passing.hpp"

namespace steppe::solvers {

namespace {

using namespace when;

constexpr Default settings[] = {
    {"damping", one_unit, "0.3"},
    {"damping", spherical | own_inputs, "0.3"},
    {"damping", spherical | shared_inputs, "0.8"},
    {"damping", correlated, "0.99"},
    // The units of a parity may answer either way.
    {"running-margin", always, "0.05"},
    {"running-margin", parity, "0"},
    {"running-margin", priced, "0"},
    // Tries end with errors that scatter like Poisson numbers, so that one of many has none where
    // few are left, and none ever where many are.
    {"restarts", always, "1000"},
    {"restarts", many_left, "10"},
    {"restarts", spherical, "10"},
    // Of real weights, which have no bound, a few keep moving far on trees.
    {"step-tolerance", one_unit, "0.15"},
    {"step-tolerance", large, "0.03"},
    {"step-tolerance", spherical, "0.7"},
    {"step-tolerance", spherical | shared_inputs, "2.5"},
    // At 10001 weights and load 0.75 a try ends with 7 errors if followed as loosely as small ones,
    // with 2 if closely.
    {"patience", binary | independent | large, "200"},
};

std::vector<Option> own_options() {
    return {{"running-margin", "Solver", "KAPPA", numbers().from(0),
             "patterns are to be stored with this margin while running, in units of the root of "
             "the inputs, beyond --margin; it vanishes as the overlap goes to 1",
             stands_at([](auto& o) -> auto& { return o.running_margin; })}};
}

std::optional<std::string> suits(const ProblemTraits& problem) {
    if (problem.patterns < 2 || problem.correlated ||
        problem.network.unit_inputs() < default_count("amp-inputs")) {
        return std::nullopt;
    }
    return "the patterns look independent";
}

double memory(const Network& network, std::size_t patterns, const SolveOptions&) {
    return static_cast<double>(ApproximateMessagePassing::memory_bytes(network, patterns));
}

std::unique_ptr<MessagePassing> make(const FactorGraph& graph, const SolveOptions& options,
                                     const std::function<void()>&) {
    ApproximateMessagePassingOptions how;
    how.damping = options.damping.value();
    how.seed = options.seed;
    return std::make_unique<ApproximateMessagePassing>(graph, how);
}

void prepare(MessagePassing& solver, const SolveOptions& options) {
    auto& amp = static_cast<ApproximateMessagePassing&>(solver);
    amp.set_margin(*options.running_margin * (1.0 - amp.overlap()));
}

}  // namespace

const Solver& amp() {
    static const Solver solver{
        .name = "amp",
        .title = "approximate message passing",
        .purpose = "a bit a pattern-weight pair, for independent patterns",
        .options = message_options(),
        .own_options = own_options(),
        .settings = {settings, row_settings, message_settings},
        .suits = suits,
        .memory = memory,
        .memory_of = "fields",
        .make_messages = make,
        .prepare = prepare,
        // A count costs a tenth of an iteration, and more where the patterns do not fit into the
        // cache.
        .count_interval = 5,
        .calms = true,
        .steadier =
            "belief propagation is steadier than approximate message passing (--solver bp)"};
    return solver;
}

}  // namespace steppe::solvers

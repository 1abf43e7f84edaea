#include "steppe/run/other_solvers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "steppe/run/largest_stability.hpp"

namespace steppe {

namespace {

/// Errors that no other solver makes good where two have left them: more than this, and than this
/// part of the patterns.
constexpr std::size_t hopeless_errors = 20;
constexpr double hopeless_share = 0.1;

}  // namespace

std::vector<SolverKind> solvers_to_follow(const SolveOptions& options, const Patterns& patterns,
                                          SolverKind chosen) {
    const Network& network = options.network;
    if (options.solver != SolverKind::Auto || options.schedule.kind != ScheduleKind::Auto ||
        options.temperature || options.restarts || options.continue_after_solution ||
        network.unit_inputs() >= least_inputs_of_amp || will_finish_exactly(options)) {
        return {};
    }
    using enum SolverKind;
    // The one that leaves fewest first (docs/solver.md, "Small problems").
    std::vector<SolverKind> all{ApproximateMessagePassing, BeliefPropagation,
                                ExpectationPropagation};
    if (network.activation == Activation::Sign) {
        if (network.weights == WeightKind::Spherical) all.push_back(EntropicLeastAction);
        if (network.weights == WeightKind::Binary && !patterns.real()) all.push_back(Sbpi);
    }
    std::erase(all, chosen);
    return all;
}

bool try_others(Tries& tries, const SolveOptions& options, const std::vector<SolverKind>& others) {
    const auto share = static_cast<std::size_t>(
        hopeless_share * static_cast<double>(tries.result().summary.patterns));
    for (const SolverKind kind : others) {
        const std::size_t before = tries.result().summary.errors;
        // One solver may have run away on what the next one stores at once; two have not.
        if (tries.several() && before > std::max(hopeless_errors, share)) return true;
        const std::string tried = tries.solvers();
        SolveOptions other = options;
        other.solver = kind;
        const bool more = tries.add(other);
        SolveSummary& summary = tries.result().summary;
        if (summary.errors < before) {
            summary.choice =
                fmt::format("{} left {} error{}", tried, before, before == 1 ? "" : "s");
        }
        if (!more) return false;
    }
    if (!others.empty()) {
        SolveSummary& summary = tries.result().summary;
        summary.message = fmt::format(
            "No solution was found in {} tries by {}; the best weights have {} error{} on {} "
            "patterns.",
            summary.tries, tries.solvers(), summary.errors, summary.errors == 1 ? "" : "s",
            summary.patterns);
    }
    return true;
}

}  // namespace steppe

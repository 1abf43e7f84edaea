#include "steppe/run/other_solvers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "steppe/options/settings.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/run/largest_stability.hpp"

namespace steppe {

namespace {

/// Errors that no other solver makes good where two have left them: more than this, and than this
/// part of the patterns.
constexpr std::size_t hopeless_errors = 20;
constexpr double hopeless_share = 0.1;

}  // namespace

std::vector<std::string> solvers_to_follow(const SolveOptions& options, const Patterns& patterns,
                                           const std::string& chosen) {
    const Network& network = options.network;
    if (options.solver != "auto" || options.schedule.kind != ScheduleKind::Auto ||
        options.temperature || options.restarts || options.continue_after_solution ||
        network.unit_inputs() >= default_count("amp-inputs") || will_finish_exactly(options)) {
        return {};
    }
    std::istringstream words(default_text(
        "solvers-tried", network.weights == WeightKind::Binary ? when::binary : when::spherical));
    std::vector<std::string> all;
    for (std::string name; words >> name;) {
        const Solver& solver = solver_named(name);
        const bool refuses = solver.refuses && !solver.refuses(network, patterns.real()).empty();
        if (name != chosen && !refuses) all.push_back(name);
    }
    return all;
}

bool try_others(Tries& tries, const SolveOptions& options, const std::vector<std::string>& others) {
    const auto share = static_cast<std::size_t>(
        hopeless_share * static_cast<double>(tries.result().summary.patterns));
    for (const std::string& name : others) {
        const std::size_t before = tries.result().summary.errors;
        // One solver may have run away on what the next one stores at once; two have not.
        if (tries.several() && before > std::max(hopeless_errors, share)) return true;
        const std::string tried = tries.solvers();
        SolveOptions other = options;
        other.solver = name;
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

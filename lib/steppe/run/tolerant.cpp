#include "steppe/run/tolerant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <sstream>
#include <utility>

#include "steppe/options/settings.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/run/other_solvers.hpp"
#include "steppe/run/tries.hpp"

namespace steppe {

namespace {

/// Errors that are many: more than this, or than this part of the patterns.
constexpr std::size_t many_errors = 20;
constexpr double many_share = 0.02;

/// Temperatures of the tries that follow a plain run, one after the other (docs/solver.md has what
/// each reaches).
std::vector<Ramp> temperatures(WeightKind weights) {
    std::istringstream words(default_text(
        "temperatures-tried", weights == WeightKind::Binary ? when::binary : when::spherical));
    std::vector<Ramp> all;
    for (std::string word; words >> word;) all.push_back(Ramp::parse_knob(word));
    return all;
}

bool passes_messages(const SolveSummary& summary) {
    return solver_named(summary.solver).passes_messages();
}

bool many(const SolveSummary& summary) {
    const auto share = static_cast<std::size_t>(many_share * static_cast<double>(summary.patterns));
    return summary.errors > std::min(many_errors, share);
}

/// "patterns 1 and 61", counted from 1 as lines are.
std::string pair_words(const std::pair<std::size_t, std::size_t>& pair) {
    return fmt::format("{} and {}", pair.first + 1, pair.second + 1);
}

/// "Patterns 1 and 61 contradict each other, and pattern 3 is of zeros alone, ...".
std::string contradiction_words(const Contradictions& contradictions) {
    std::string words;
    const std::size_t named = std::min<std::size_t>(3, contradictions.pairs.size());
    for (std::size_t p = 0; p < named; ++p) {
        const bool last = p + 1 == contradictions.groups;
        words += (p == 0 ? "Patterns "
                  : last ? " and "
                         : ", ") +
                 pair_words(contradictions.pairs[p]);
    }
    if (contradictions.groups > named) {
        words += fmt::format(" and {} more pairs", contradictions.groups - named);
    }
    if (named > 0) words += " contradict each other";
    if (contradictions.zeros == 0) return words;
    const std::size_t first = contradictions.first_zeros + 1, more = contradictions.zeros - 1;
    const std::string whose = more == 0 ? fmt::format("attern {} is", first)
                                        : fmt::format("attern {} and {} more are", first, more);
    return words + (words.empty() ? "P" : ", and p") + whose +
           " of zeros alone, whose answer no weights change";
}

/// What tries in which patterns may be wrong leave to say. before: "the plain run ended with 3
/// errors", or "" where they came first.
void describe_tolerant(SolveSummary& summary, std::size_t count, const std::string& before) {
    summary.tolerant_tries = count;
    if (summary.temperature) {
        // Not what was asked for: of the measure without wrong patterns there is neither.
        summary.expected_errors = summary.free_entropy = std::numeric_limits<double>::quiet_NaN();
        summary.free_entropy_note = "patterns may be wrong";
    }
    if (summary.errors == 0) return;
    const std::string what =
        fmt::format("{} tr{} in which patterns may be wrong", count, count == 1 ? "y" : "ies");
    const std::string best =
        fmt::format("the best weights have {} error{} on {} patterns", summary.errors,
                    summary.errors == 1 ? "" : "s", summary.patterns);
    // One of several tries may have diverged: the whole of them ended without a solution.
    if (summary.status == SolveStatus::Diverged) summary.status = SolveStatus::Unsolved;
    if (was_stopped(summary)) return;  // The sentence that says so stands.
    if (summary.stability && summary.stability->impossible) {
        summary.message = fmt::format(
            "No weights store the patterns, as multipliers prove; after {} {}.", what, best);
    } else if (before.empty()) {
        summary.message = fmt::format("After {} {}.", what, best);
    } else {
        summary.message =
            fmt::format("No solution was found, {}; after {} {}.", before, what, best);
    }
}

}  // namespace

SolveResult run_tolerantly(const SolveOptions& options, const Contradictions& contradictions,
                           const std::vector<std::string>& others, const RunOnce& run,
                           const SolveObserver& observer) {
    Tries tries(options, run, observer);
    const bool measures = options.temperature || options.schedule.kind == ScheduleKind::None;
    const bool hopeless = contradictions.least_errors > 0 && !measures;
    const bool alone =
        measures ||
        (!hopeless && (options.restarts || options.schedule.kind != ScheduleKind::Auto));
    if (!hopeless) {
        const bool more = tries.add(options) && try_others(tries, options, others);
        if (!more || alone || !many(tries.result().summary)) {
            return std::move(tries.result());
        }
    }
    std::string before;
    if (!hopeless) {
        const std::size_t plain = tries.result().summary.errors;
        before = fmt::format("{} ended with {} error{}",
                             tries.several() ? "plain runs of " + tries.solvers() : "the plain run",
                             plain, plain == 1 ? "" : "s");
    }
    std::size_t count = 0;
    bool more = true;
    const std::vector<Ramp> all = temperatures(options.network.weights);
    const std::size_t most = std::min(all.size(), options.restarts.value_or(all.size()) + 1);
    for (const Ramp& temperature : all) {
        if (!more || count == most) break;
        SolveOptions tolerant = options;
        tolerant.temperature = temperature;
        tolerant.restarts = 0;
        tolerant.continue_after_solution = false;
        more = tries.add(tolerant);
        ++count;
    }
    describe_tolerant(tries.result().summary, count, before);
    return std::move(tries.result());
}

void describe_target(SolveSummary& summary, const SolveOptions& options,
                     const Contradictions& contradictions) {
    summary.contradictions = contradictions;
    summary.target_errors = options.target_errors;
    const std::size_t least = contradictions.least_errors;
    if (least > 0) {
        summary.message +=
            fmt::format(" {}: no weights have fewer than {} error{}.",
                        contradiction_words(contradictions), least, least == 1 ? "" : "s");
    }
    // There is no solution whose number could have a logarithm.
    if ((least > 0 || contradictions.no_volume) && !options.temperature &&
        passes_messages(summary)) {
        summary.free_entropy = -std::numeric_limits<double>::infinity();
        summary.free_entropy_note =
            contradictions.groups > 0  ? "no weights store contradictory patterns"
            : contradictions.zeros > 0 ? "no weights store patterns of zeros with that label"
                                       : "opposite patterns with label -1 leave no volume";
    }
    const bool ended = was_stopped(summary) || summary.status == SolveStatus::Diverged;
    if (options.target_errors && summary.errors > 0 && summary.errors <= *options.target_errors &&
        !ended) {
        summary.status = SolveStatus::Target;
        summary.message = fmt::format("No more than {} error{} asked for. ", *options.target_errors,
                                      *options.target_errors == 1 ? " was" : "s were") +
                          summary.message;
    }
}

}  // namespace steppe

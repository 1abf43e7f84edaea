#include "steppe/run/solve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "steppe/data/derived_patterns.hpp"
#include "steppe/data/fnv.hpp"
#include "steppe/data/repeated_patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/model/folded.hpp"
#include "steppe/model/sizes.hpp"
#include "steppe/numeric/memory.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/run/ending.hpp"
#include "steppe/run/journal.hpp"
#include "steppe/run/largest_stability.hpp"
#include "steppe/run/learning_run.hpp"
#include "steppe/run/messages/message_run.hpp"
#include "steppe/run/other_solvers.hpp"
#include "steppe/run/solver_choice.hpp"
#include "steppe/run/tolerant.hpp"

namespace steppe {

namespace {

/// Of the solvers that may run the one that stores least.
const Solver& thriftiest(const SolveOptions& options, std::size_t patterns) {
    if (options.solver != "auto") return solver_named(options.solver);
    const auto bytes = [&](const Solver* solver) {
        return solver->suits ? solver->memory(options.network, patterns, options)
                             : std::numeric_limits<double>::infinity();
    };
    return **std::ranges::min_element(all_solvers(), {}, bytes);
}

}  // namespace

void require_memory(const SolveOptions& options, std::size_t patterns, std::size_t pattern_bytes) {
    require_countable(options.network, patterns);
    const Solver& solver = thriftiest(options, patterns);
    const std::string shortage = memory_shortage(solver.memory(options.network, patterns, options) +
                                                 static_cast<double>(pattern_bytes));
    if (shortage.empty()) return;
    throw Error(fmt::format(
        "{} patterns and the {} of {} weights need {}: use {}fewer patterns or fewer inputs",
        patterns, solver.memory_of, options.network.weight_count(), shortage,
        solver.saves_memory ? solver.saves_memory(options) + ", " : ""));
}

namespace {

/// The power of two that brings the mean square of real inputs nearest to 1.
double unit_factor(const Patterns& patterns) {
    const double size = root_mean_square(patterns);
    if (!(size > 0.0)) return 1.0;
    // No logarithm, which would round a size between two powers to either.
    int exponent = 0;
    const double part = std::frexp(size, &exponent);  // in [1/2, 1)
    return std::ldexp(1.0, part < std::numbers::sqrt2 / 2.0 ? 1 - exponent : -exponent);
}

/// One run of a solver on patterns near 1; given: as the caller has them.
SolveResult run_solver(const SolveOptions& options, const Solver& solver, const std::string& choice,
                       const Patterns& patterns, const Patterns& given, double given_margin,
                       const SolveObserver& observer, Journal* journal) {
    if (solver.learns()) return learn(options, solver, patterns, observer, journal);
    // AdaTron takes inputs of any unit, and stabilities are in theirs.
    SolveOptions in_own_unit = options;
    in_own_unit.network.margin = given_margin;
    if (!solver.passes_messages()) {
        return find_largest_stability(in_own_unit, given, observer, journal);
    }
    return finish_exactly(in_own_unit, given,
                          pass_messages(options, solver, choice, patterns, observer, journal),
                          observer, journal);
}

/// The plain run and those that follow it.
SolveResult run_all(const SolveOptions& options, const SolverChoice& choice,
                    const Contradictions& contradictions, const Patterns& patterns,
                    const Patterns& given, double given_margin, const SolveObserver& observer,
                    Journal* journal) {
    const auto run = [&](const SolveOptions& once, const SolveObserver& watch) {
        const bool chosen = once.solver == options.solver;
        return run_solver(once, solver_named(chosen ? choice.solver : once.solver),
                          chosen ? choice.reason : "", patterns, given, given_margin, watch,
                          journal);
    };
    if (!solver_named(choice.solver).passes_messages()) return run(options, observer);
    SolveResult result =
        run_tolerantly(options, contradictions, solvers_to_follow(options, patterns, choice.solver),
                       run, observer);
    // Of the weights that are returned, whichever run found them.
    SolveSummary& summary = result.summary;
    if (summary.stability && summary.tolerant_tries > 0) {
        Network network = options.network;
        network.margin = given_margin;
        summary.stability->stability = stability_of(network, result.weights, given);
    }
    return result;
}

/// Runs that follow each other have settings of their own; what the caller set is told as it was
/// set, with what completes it.
void tell_what_was_set(const SolveOptions& asked, SolveOptions& told) {
    const SolveOptions whole = asked.resolved(asked.conditions(told.solver, false));
    for (const Option* option : all_options()) {
        if (option->name == "solver" || !option->get(asked)) continue;
        const std::optional<std::string> text = option->get(whole);
        if (option->get(told) != text) option->set(told, *text);
    }
}

std::vector<std::pair<std::string, std::string>> request_of(const SolveOptions& options) {
    std::vector<std::pair<std::string, std::string>> request;
    for (const Option* option : all_options()) {
        const std::optional<std::string> text = option->get(options);
        if (text) request.emplace_back(option->name, *text);
    }
    return request;
}

std::string words_for(const Network& network) {
    return fmt::format("{} of {} {} unit{} of {} weights ({} wiring) on {} inputs", network.name(),
                       network.hidden, activation_name(network.activation),
                       network.hidden == 1 ? "" : "s", weight_kind_name(network.weights),
                       wiring_name(network.wiring), network.inputs);
}

std::uint64_t hash_of(const Patterns& patterns) {
    Fnv1a hash;
    hash.add(patterns.hash(), 8);
    for (const unsigned char turned : patterns.turned()) hash.add(turned, 1);
    return hash.value();
}

/// Of settled options and folded patterns.
RunIdentity identity_of(const SolveOptions& options, const std::string& solver,
                        const Patterns& patterns) {
    RunIdentity identity{words_for(options.network), solver, patterns.patterns(), hash_of(patterns),
                         ""};
    const auto add = [&](const std::string& name, const std::string& value) {
        identity.request += fmt::format("{} = {}\n", name, value);
    };
    for (const auto& [name, value] : request_of(options)) {
        if (name != "time-limit" && name != "threads") add(name, value);
    }
    add("seed", std::to_string(options.seed));
    add("margin", fmt::format("{}", options.network.margin));
    if (options.schedule.kind == ScheduleKind::File) {
        const ScheduleOptions& from = options.schedule;
        const FocusingSchedule schedule =
            from.couplings ? *from.couplings : FocusingSchedule::from_file(from.file);
        for (std::size_t s = 0; s < schedule.steps(); ++s) {
            add(fmt::format("step {} of the schedule", s + 1),
                fmt::format("{} {}", schedule.at(s).gamma, schedule.at(s).replicas));
        }
    }
    if (options.teacher) {
        Fnv1a hash;
        for (const double w : options.teacher->values())
            hash.add(std::bit_cast<std::uint64_t>(w), 8);
        add("teacher", std::to_string(hash.value()));
    }
    return identity;
}

bool wants(const CheckpointOptions& options) {
    return !options.file.empty() || !options.resume.empty() || !options.start_from.empty();
}

}  // namespace

SolveResult solve(const SolveOptions& asked, Patterns patterns, const SolveObserver& observer,
                  const CheckpointOptions& checkpoints) {
    asked.validate();
    if (patterns.empty()) throw Error("solve: the pattern set is a null pointer");
    SolveOptions options = asked;
    settle(options, patterns.patterns());
    patterns = folded(options.network, patterns);
    const SolverChoice choice = options.solver == "auto"
                                    ? distinct(patterns).visit([&](const auto& set) {
                                          return choose_solver(options.network, *set);
                                      })
                                    : SolverChoice{options.solver, ""};
    SolveOptions wanted = options;
    wanted.solver = choice.solver;
    require_memory(wanted, patterns.patterns(), patterns.memory_bytes());
    wanted.solver = options.solver;
    std::optional<Journal> journal;
    if (wants(checkpoints)) {
        journal.emplace(checkpoints, identity_of(options, choice.solver, patterns));
    }
    // Seconds are counted from the first beginning, the limit from now.
    const double before = journal ? journal->seconds_before() : 0.0;
    if (options.time_limit > 0.0) wanted.time_limit += before;
    std::optional<SolveResult> result;
    const Threads threads(options.threads);
    threads.run([&] {
        // Inputs near 1, with the threshold kappa sqrt(n) in the same unit: the same problem, digit
        // by digit.
        const double factor = unit_factor(patterns);
        wanted.network.margin *= factor;
        const Patterns near_one = scaled(patterns, factor);
        const Contradictions contradictions = find_contradictions(wanted.network, near_one);
        if (contradictions.least_errors > 0 && options.schedule.kind != ScheduleKind::None) {
            wanted.target_errors =
                std::max(options.target_errors.value_or(0), contradictions.least_errors);
        }
        result = run_all(wanted, choice, contradictions, near_one, patterns, options.network.margin,
                         observer, journal ? &*journal : nullptr);
        if (before > 0.0 && result->summary.status == SolveStatus::TimeLimit) {
            result->summary.message =
                ending_message(result->summary, {"", "", options.time_limit, ""});
        }
        if (journal) journal->close();
        describe_target(result->summary, options, contradictions);
    });
    SolveSummary& summary = result->summary;
    summary.network = summary.options.network = options.network;
    tell_what_was_set(options, summary.options);
    summary.request = request_of(options);
    summary.threads = threads.count();
    return *result;
}

std::string version() {
    return STEPPE_VERSION;
}

}  // namespace steppe

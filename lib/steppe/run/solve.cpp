#include "steppe/run/solve.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t iterations_without_focusing = 1000;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<double> symmetry_field(const SolveOptions& options) {
    std::vector<double> field;
    if (options.symmetry_field == 0.0) return field;
    const Philox random(options.solver.seed, Stream::Symmetry);
    for (std::size_t i = 0; i < options.network.weight_count(); ++i) {
        field.push_back(options.symmetry_field * random.normal(i));
    }
    return field;
}

/// The run itself: walks the schedule, keeps the best weights.
class Run {
  public:
    Run(const SolveOptions& options, std::shared_ptr<const PatternSet> patterns,
        const SolveObserver& observer)
        : options_(options),
          patterns_(std::move(patterns)),
          observer_(observer),
          schedule_(options.schedule.build()),
          best_(options.network.unit_inputs(), options.network.hidden),
          start_(Clock::now()),
          solver_(build_graph(options.network, patterns_, symmetry_field(options)),
                  options.solver) {
        summary_.network = options.network;
        summary_.solver = options.solver;
        summary_.schedule = options.schedule;
        summary_.patterns = patterns_->patterns();
        summary_.weights = options.network.weight_count();
        summary_.load =
            static_cast<double>(summary_.patterns) / static_cast<double>(summary_.weights);
        // Also the starting point counts, should nothing better come.
        best_ = solver_.weights();
        summary_.errors = count_errors(options_.network, best_, *patterns_);
    }

    SolveResult finish() {
        walk();
        summary_.seconds = seconds_since(start_);
        summary_.iterations = iterations_;
        summary_.edge_updates_per_second = rate();
        summary_.overlap = solver_.overlap();
        summary_.free_entropy =
            diverged_ ? std::numeric_limits<double>::quiet_NaN() : solver_.free_entropy();
        describe();
        return {summary_, best_};
    }

  private:
    enum class Next { GoOn, NextStep, Stop };

    void walk() {
        const bool focused = options_.schedule.kind != ScheduleKind::None;
        const std::size_t stay = focused ? options_.schedule.iterations_per_step : max_iterations();
        for (std::size_t step = 0; step < schedule_.steps(); ++step) {
            for (std::size_t t = 0; t < stay; ++t) {
                const Next next = iterate(step, t + 1);
                if (next == Next::Stop) return;
                if (next == Next::NextStep) break;
            }
            summary_.steps_done = step + 1;
        }
        end_ = SolveStatus::Unsolved;
    }

    std::size_t max_iterations() const {
        if (options_.max_iterations != 0) return options_.max_iterations;
        return options_.schedule.kind == ScheduleKind::None
                   ? iterations_without_focusing
                   : std::numeric_limits<std::size_t>::max();
    }

    Next iterate(std::size_t step, std::size_t iteration_in_step) {
        const Coupling& coupling = schedule_.at(step);
        IterationReport report;
        try {
            report = solver_.step(coupling);
        } catch (const Error& error) {
            diverged_ = error.what();
            end_ = SolveStatus::Diverged;
            return Next::Stop;
        }
        ++iterations_;
        const Weights now = solver_.weights();
        const std::size_t errors = count_errors(options_.network, now, *patterns_);
        // Of equally good weights the later ones are kept: they are further along the focusing.
        if (errors <= summary_.errors) {
            summary_.errors = errors;
            summary_.best_iteration = iterations_;
            best_ = now;
        }
        lost_ = errors > 0 && summary_.errors == 0;
        summary_.converged = report.change() <= options_.tolerance;
        if (observer_) {
            SolveProgress progress{iterations_,
                                   step + 1,
                                   schedule_.steps(),
                                   iteration_in_step,
                                   coupling,
                                   errors,
                                   summary_.errors,
                                   solver_.overlap(),
                                   report,
                                   seconds_since(start_),
                                   rate()};
            if (!observer_(progress)) return stop(SolveStatus::Interrupted);
        }
        if (errors == 0 && !options_.continue_after_solution) return stop(SolveStatus::Solved);
        if (iterations_ >= max_iterations()) return stop(SolveStatus::Unsolved);
        if (options_.time_limit > 0.0 && seconds_since(start_) > options_.time_limit) {
            return stop(SolveStatus::TimeLimit);
        }
        if (options_.schedule.kind == ScheduleKind::None) {
            return summary_.converged ? stop(SolveStatus::Unsolved) : Next::GoOn;
        }
        return report.change() <= options_.schedule.step_tolerance ? Next::NextStep : Next::GoOn;
    }

    Next stop(SolveStatus why) {
        end_ = why;
        return Next::Stop;
    }

    double rate() const {
        return static_cast<double>(summary_.patterns) * static_cast<double>(summary_.weights) *
               static_cast<double>(iterations_) / std::max(seconds_since(start_), 1e-9);
    }

    void describe() {
        summary_.status = summary_.errors == 0 ? SolveStatus::Solved : end_;
        const std::string best =
            fmt::format("the best weights have {} error{} on {} patterns", summary_.errors,
                        summary_.errors == 1 ? "" : "s", summary_.patterns);
        switch (summary_.status) {
            case SolveStatus::Solved:
                summary_.message =
                    lost_ ? fmt::format(
                                "A solution was found at iteration {} and lost further along "
                                "the schedule; it is the answer.",
                                summary_.best_iteration)
                          : "Every pattern is stored.";
                break;
            case SolveStatus::Unsolved:
                summary_.message =
                    fmt::format("No solution was found {}; {}.",
                                options_.schedule.kind == ScheduleKind::None && summary_.converged
                                    ? "before belief propagation converged (without focusing it "
                                      "need not end in one)"
                                : iterations_ >= max_iterations() ? "within the iterations allowed"
                                                                  : "by the end of the schedule",
                                best);
                break;
            case SolveStatus::TimeLimit:
                summary_.message = fmt::format("The time limit of {} s was reached; {}.",
                                               options_.time_limit, best);
                break;
            case SolveStatus::Interrupted:
                summary_.message = fmt::format("Interrupted; {}.", best);
                break;
            case SolveStatus::Diverged:
                summary_.message = fmt::format("Diverged: {}; {}.", *diverged_, best);
                break;
        }
    }

    const SolveOptions& options_;
    std::shared_ptr<const PatternSet> patterns_;
    const SolveObserver& observer_;
    FocusingSchedule schedule_;
    SolveSummary summary_;
    Weights best_;
    Clock::time_point start_;
    BeliefPropagation solver_;
    std::size_t iterations_ = 0;
    SolveStatus end_ = SolveStatus::Unsolved;
    bool lost_ = false;
    std::optional<std::string> diverged_;
};

}  // namespace

FocusingSchedule ScheduleOptions::build() const {
    switch (kind) {
        case ScheduleKind::None:
            return FocusingSchedule::none();
        case ScheduleKind::Reinforcement:
            return FocusingSchedule::reinforcement(steps, form);
        case ScheduleKind::PseudoReinforcement:
            return FocusingSchedule::pseudo_reinforcement(steps, exponent);
        case ScheduleKind::Scoping:
            return FocusingSchedule::scoping(replicas, coupling_range, steps);
        case ScheduleKind::File:
            return FocusingSchedule::from_file(file);
    }
    throw Error("schedule: no such kind");
}

std::string ScheduleOptions::name() const {
    switch (kind) {
        case ScheduleKind::None:
            return "none";
        case ScheduleKind::Reinforcement:
            return "reinforcement";
        case ScheduleKind::PseudoReinforcement:
            return "pseudo-reinforcement";
        case ScheduleKind::Scoping:
            return "scoping";
        case ScheduleKind::File:
            return file;
    }
    return "?";
}

void SolveOptions::validate() const {
    network.validate();
    solver.validate();
    if (schedule.iterations_per_step == 0) {
        throw Error("iterations-per-step is 0: it must be 1 or more");
    }
    if (!(schedule.step_tolerance >= 0.0)) {
        throw Error(
            fmt::format("step-tolerance is {}: it must be 0 or more", schedule.step_tolerance));
    }
    if (!(tolerance > 0.0))
        throw Error(fmt::format("tolerance is {}: it must be above 0", tolerance));
    if (!(time_limit >= 0.0)) {
        throw Error(
            fmt::format("time-limit is {}: it must be 0 (none) or more seconds", time_limit));
    }
    if (!(symmetry_field >= 0.0) || !std::isfinite(symmetry_field)) {
        throw Error(fmt::format("symmetry-field is {}: it must be 0 or more", symmetry_field));
    }
    schedule.build();
}

void require_memory(const Network& network, std::size_t patterns, Precision precision) {
    const double needed =
        static_cast<double>(BeliefPropagation::memory_bytes(network, patterns, precision)) +
        static_cast<double>(PatternSet::memory_bytes(network.inputs, patterns));
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page = sysconf(_SC_PAGE_SIZE);
    if (pages <= 0 || page <= 0) return;
    const double there = static_cast<double>(pages) * static_cast<double>(page);
    if (needed <= there) return;
    throw Error(
        fmt::format("{} patterns and the messages of {} weights need {:.1f} GB, and this machine "
                    "has {:.1f}: use single precision, fewer patterns or fewer inputs",
                    patterns, network.weight_count(), needed / 1e9, there / 1e9));
}

SolveResult solve(const SolveOptions& options, std::shared_ptr<const PatternSet> patterns,
                  const SolveObserver& observer) {
    options.validate();
    if (!patterns) throw Error("solve: the pattern set is a null pointer");
    if (!patterns->labels().empty()) {
        patterns = std::make_shared<const PatternSet>(patterns->fold_labels());
    }
    require_memory(options.network, patterns->patterns(), options.solver.precision);
    std::optional<SolveResult> result;
    const Threads threads(options.threads);
    threads.run([&] { result = Run(options, patterns, observer).finish(); });
    result->summary.threads = threads.count();
    return *result;
}

std::string version() {
    return STEPPE_VERSION;
}

}  // namespace steppe

#include "steppe/run/largest_stability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "steppe/error.hpp"
#include "steppe/model/judge.hpp"
#include "steppe/run/ending.hpp"
#include "steppe/search/adatron.hpp"

namespace steppe {

namespace {

using Clock = std::chrono::steady_clock;

/// Sweeps unless the caller says otherwise, where no active set follows: the bound falls with one
/// over their number at worst.
constexpr std::size_t most_sweeps = 1000;

/// Where a run ends.
enum class Goal {
    LargestStability,
    Stored  ///< the first weights that store the patterns, or the proof that there are none
};

class StabilityRun {
  public:
    StabilityRun(const SolveOptions& options, Goal goal, const Patterns& patterns,
                 const SolveObserver& observer)
        : options_(options),
          goal_(goal),
          patterns_(patterns),
          observer_(observer),
          start_(Clock::now()),
          adatron_(options.network, patterns, {.seed = options.seed}),
          best_(adatron_.weights()),
          errors_(judged_errors(options.network, best_, patterns)) {}

    /// Before it: what the run has done so far.
    void run(const SolveSummary& before) {
        while (!stopped_) iterate(before);
    }

    const Weights& best() const { return best_; }
    std::size_t errors() const { return errors_; }
    std::size_t iterations() const { return iterations_; }
    std::size_t best_iteration() const { return best_iteration_; }
    std::optional<SolveStatus> stopped_by() const { return stopped_by_; }
    double stability_of(const Weights& weights) const { return adatron_.stability_of(weights); }
    std::vector<double> multipliers() const { return adatron_.proof().multipliers; }
    double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

    StabilityReport report() const {
        StabilityReport report;
        report.bound = adatron_.bound();
        report.infeasible = adatron_.proof().infeasible;
        const double margin = options_.network.margin;
        report.impossible = report.infeasible || (margin > 0.0 && report.bound <= margin);
        report.ended = adatron_.done();
        report.iterations = iterations_;
        report.seconds = seconds();
        return report;
    }

  private:
    void iterate(const SolveSummary& before) {
        const bool more = adatron_.iterate();
        ++iterations_;
        look();
        stopped_ = !more || reached();
        if (observer_) {
            SolveProgress progress;
            progress.iteration = before.iterations + iterations_;
            progress.attempt = std::max<std::size_t>(before.tries, 1);
            progress.step = before.steps_done;
            progress.errors = last_errors_;
            progress.best_errors = std::min(errors_, before.errors);
            progress.overlap = std::numeric_limits<double>::quiet_NaN();
            progress.report.weight_change = progress.report.message_change =
                std::numeric_limits<double>::quiet_NaN();
            progress.seconds = before.seconds + seconds();
            progress.edge_updates_per_second = static_cast<double>(patterns_.patterns()) *
                                               static_cast<double>(patterns_.inputs()) *
                                               static_cast<double>(iterations_) /
                                               std::max(seconds(), 1e-9);
            if (!observer_(progress)) stop(SolveStatus::Interrupted);
        }
        if (options_.max_iterations > 0 &&
            before.iterations + iterations_ >= options_.max_iterations) {
            stopped_ = true;
        }
        if (options_.max_iterations == 0 && !adatron_.ends() && iterations_ >= most_sweeps) {
            stopped_ = true;
        }
        if (options_.time_limit > 0.0 && before.seconds + seconds() > options_.time_limit) {
            stop(SolveStatus::TimeLimit);
        }
    }

    void stop(SolveStatus why) {
        if (stopped_) return;
        stopped_ = true;
        stopped_by_ = why;
    }

    /// Weights that store the patterns and more stable ones after them; before that those with the
    /// fewest errors.
    void look() {
        const bool stores = adatron_.stability() > options_.network.margin;
        const Weights now = stores ? adatron_.weights() : adatron_.present_weights();
        last_errors_ = judged_errors(options_.network, now, patterns_);
        if (last_errors_ > errors_) return;
        errors_ = last_errors_;
        best_iteration_ = iterations_;
        best_ = now;
    }

    bool reached() const {
        return goal_ == Goal::Stored &&
               (errors_ == 0 || adatron_.bound() <= options_.network.margin);
    }

    const SolveOptions& options_;
    Goal goal_;
    const Patterns& patterns_;
    const SolveObserver& observer_;
    Clock::time_point start_;
    AdaTron adatron_;
    Weights best_;
    std::size_t errors_, last_errors_ = 0;
    std::size_t iterations_ = 0, best_iteration_ = 0;
    bool stopped_ = false;
    std::optional<SolveStatus> stopped_by_;
};

/// Half a sentence for weights that leave errors.
std::string what_is_proved(const Network& network, const StabilityReport& report) {
    if (report.infeasible) return "No weights store the patterns, as multipliers prove";
    if (network.margin > 0.0 && report.bound <= network.margin) {
        return fmt::format(
            "No weights store the patterns with margin {:g}: multipliers prove that none has a "
            "stability above {:.6g}",
            network.margin, report.bound);
    }
    if (report.ended) {
        return fmt::format(
            "No weights store the patterns with a stability above {:.2g}, as multipliers prove",
            report.bound);
    }
    return fmt::format("No solution was found; none has a stability above {:.4g}", report.bound);
}

/// Puts what the run found into a result.
void conclude(SolveResult& result, const SolveOptions& options, const Patterns& patterns,
              const StabilityRun& run) {
    SolveSummary& summary = result.summary;
    summary.stability = run.report();
    summary.unit_overlap = unit_overlap(options.network, run.best());
    if (run.errors() <= summary.errors) {
        summary.best_iteration = summary.iterations + run.best_iteration();
        summary.errors = run.errors();
        result.weights = run.best();
        if (options.teacher) {
            summary.teacher = teacher_errors(options.network, result.weights.values(),
                                             result.weights, *options.teacher);
        }
    }
    summary.stability->stability = run.stability_of(result.weights);
    summary.iterations += run.iterations();
    summary.seconds += run.seconds();
    summary.edge_updates_per_second =
        static_cast<double>(patterns.patterns()) * static_cast<double>(patterns.inputs()) *
        static_cast<double>(summary.iterations) / std::max(summary.seconds, 1e-9);
    summary.status = summary.errors == 0 ? SolveStatus::Solved
                                         : run.stopped_by().value_or(SolveStatus::Unsolved);
    summary.message = ending_message(
        summary, {"", what_is_proved(options.network, *summary.stability), options.time_limit, ""});
    result.multipliers = run.multipliers();
}

}  // namespace

bool is_convex(const Network& network) {
    return network.hidden == 1 && network.weights == WeightKind::Spherical && network.margin >= 0.0;
}

void require_convex(const Network& network) {
    if (is_convex(network)) return;
    throw Error(
        network.hidden > 1 || network.weights == WeightKind::Binary
            ? "adatron finds the largest stability of one unit of real weights: use it for a "
              "perceptron with spherical weights, and amp, bp or ep for others"
            : fmt::format("adatron takes margins of 0 or more, and the margin is {:g}: use amp or "
                          "bp",
                          network.margin));
}

bool will_finish_exactly(const SolveOptions& options) {
    return options.finish && is_convex(options.network) &&
           options.schedule.kind != ScheduleKind::None && !options.continue_after_solution &&
           !options.temperature;
}

double stability_of(const Network& network, const Weights& weights, const Patterns& patterns) {
    return AdaTron(network, patterns).stability_of(weights);
}

SolveResult find_largest_stability(const SolveOptions& options, const Patterns& patterns,
                                   const SolveObserver& observer) {
    require_convex(options.network);
    StabilityRun run(options, Goal::LargestStability, patterns, observer);
    SolveResult result{{}, run.best(), {}};
    SolveSummary& summary = result.summary;
    summary.network = options.network;
    summary.solver = SolverKind::AdaTron;
    summary.seed = options.seed;
    summary.schedule.kind = ScheduleKind::None;
    summary.patterns = patterns.patterns();
    summary.weights = options.network.weight_count();
    summary.load = static_cast<double>(summary.patterns) / static_cast<double>(summary.weights);
    summary.errors = summary.patterns;
    summary.overlap = summary.free_entropy = std::numeric_limits<double>::quiet_NaN();
    run.run(summary);
    summary.tries = 1;
    conclude(result, options, patterns, run);
    summary.converged = summary.stability->ended;
    return result;
}

SolveResult finish_exactly(const SolveOptions& options, const Patterns& patterns,
                           SolveResult result, const SolveObserver& observer) {
    const SolveStatus status = result.summary.status;
    const bool used_up =
        options.max_iterations > 0 && result.summary.iterations >= options.max_iterations;
    if (!will_finish_exactly(options) || used_up || result.summary.errors == 0 ||
        (status != SolveStatus::Unsolved && status != SolveStatus::Diverged)) {
        return result;
    }
    StabilityRun run(options, Goal::Stored, patterns, observer);
    run.run(result.summary);
    conclude(result, options, patterns, run);
    return result;
}

}  // namespace steppe

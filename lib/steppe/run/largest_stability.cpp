#include "steppe/run/largest_stability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "steppe/error.hpp"
#include "steppe/numeric/archive.hpp"
#include "steppe/run/ending.hpp"
#include "steppe/run/journal.hpp"
#include "steppe/run/loop.hpp"
#include "steppe/run/saved_result.hpp"
#include "steppe/search/adatron.hpp"

namespace steppe {

namespace {

/// Sweeps unless the caller says otherwise, where no active set follows: the bound falls with one
/// over their number at worst.
constexpr std::size_t most_sweeps = 1000;

/// Where a run ends.
enum class Goal {
    LargestStability,
    Stored  ///< the first weights that store the patterns, or the proof that there are none
};

/// By itself, or to the end of what message passing has left.
class StabilityRun final : public Stepper {
  public:
    /// before: what has been done, tries and iterations and seconds; its limits are those of the
    /// whole.
    StabilityRun(RunState& run, Goal goal, const SolveSummary& before)
        : run_(run),
          goal_(goal),
          before_(before),
          adatron_(run.network(), run.patterns(), {.seed = run.asked().seed}) {}

    void begin() override { run_.start_from(adatron_.weights()); }
    void iterate() override { more_ = adatron_.iterate(); }

    /// Weights that store the patterns and more stable ones after them; before that those with the
    /// fewest errors.
    void look() override {
        const bool stores = adatron_.stability() > run_.network().margin;
        const Weights now = stores ? adatron_.weights() : adatron_.present_weights();
        run_.errors = run_.errors_of(now);
        if (run_.errors <= run_.summary.errors) run_.keep(now, run_.errors);
    }

    bool found() const override {
        return goal_ == Goal::Stored &&
               (run_.summary.errors == 0 || adatron_.bound() <= run_.network().margin);
    }
    bool ends_at_found() const override { return true; }

    bool spent() const override {
        const std::size_t most = run_.asked().max_iterations;
        if (!more_ || (most > 0 && before_.iterations + run_.iterations >= most)) return true;
        return most == 0 && !adatron_.ends() && run_.iterations >= most_sweeps;
    }

    void describe(SolveProgress& progress) const override {
        constexpr double none = std::numeric_limits<double>::quiet_NaN();
        progress.iteration += before_.iterations;
        progress.attempt = std::max<std::size_t>(before_.tries, 1);
        progress.step = before_.steps_done;
        progress.best_errors = std::min(run_.summary.errors, before_.errors);
        progress.overlap = progress.report.weight_change = progress.report.message_change = none;
        progress.seconds += before_.seconds;
    }

    /// The clock of the whole began before this run.
    Next next() override {
        const double limit = run_.asked().time_limit;
        if (limit <= 0.0 || before_.seconds + run_.seconds() <= limit) return Next::GoOn;
        if (run_.journal()) run_.journal()->save(*this, run_);
        run_.end = SolveStatus::TimeLimit;
        return Next::Stop;
    }

    void state(Archive& archive) override {
        archive("more", more_);
        archive("adatron", adatron_);
    }

    double stability_of(const Weights& weights) const { return adatron_.stability_of(weights); }
    std::vector<double> multipliers() const { return adatron_.proof().multipliers; }

    StabilityReport report() const {
        StabilityReport report;
        report.bound = adatron_.bound();
        report.infeasible = adatron_.proof().infeasible;
        const double margin = run_.network().margin;
        report.impossible = report.infeasible || (margin > 0.0 && report.bound <= margin);
        report.ended = adatron_.done();
        report.iterations = run_.iterations;
        report.seconds = run_.seconds();
        return report;
    }

  private:
    RunState& run_;
    Goal goal_;
    const SolveSummary& before_;
    AdaTron adatron_;
    bool more_ = true;
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

/// Puts what the run found into a result that it goes on from.
void conclude(SolveResult& result, const RunState& run, const StabilityRun& stepper) {
    SolveSummary& summary = result.summary;
    const SolveOptions& options = run.asked();
    summary.stability = stepper.report();
    summary.unit_overlap = unit_overlap(run.network(), run.best);
    if (run.summary.errors <= summary.errors) {
        summary.best_iteration = summary.iterations + run.summary.best_iteration;
        summary.errors = run.summary.errors;
        result.weights = run.best;
        if (options.teacher) {
            summary.teacher = teacher_errors(run.network(), result.weights.values(), result.weights,
                                             *options.teacher);
        }
    }
    summary.stability->stability = stepper.stability_of(result.weights);
    summary.iterations += run.iterations;
    summary.seconds += run.seconds();
    summary.edge_updates_per_second =
        static_cast<double>(summary.patterns) * static_cast<double>(options.network.inputs) *
        static_cast<double>(summary.iterations) / std::max(summary.seconds, 1e-9);
    summary.status = summary.errors == 0              ? SolveStatus::Solved
                     : run.end == SolveStatus::Solved ? SolveStatus::Unsolved
                                                      : run.end;
    summary.message = ending_message(
        summary, {"", what_is_proved(run.network(), *summary.stability), options.time_limit, ""});
    result.multipliers = stepper.multipliers();
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
                                   const SolveObserver& observer, Journal* journal) {
    require_convex(options.network);
    RunState run(options, options.resolved(options.conditions("adatron", false)), patterns,
                 observer, journal);
    SolveResult result{run.summary, run.best, {}};
    if (journal && journal->replay(result)) return result;
    SolveSummary before;
    before.errors = patterns.patterns();
    StabilityRun stepper(run, Goal::LargestStability, before);
    run_loop(stepper, run);
    result = {run.summary, run.best, {}};
    SolveSummary& summary = result.summary;
    summary.tries = 1;
    summary.errors = before.errors;
    summary.overlap = summary.free_entropy = std::numeric_limits<double>::quiet_NaN();
    conclude(result, run, stepper);
    summary.converged = summary.stability->ended;
    if (journal) journal->ended(result, stepper, run);
    return result;
}

SolveResult finish_exactly(const SolveOptions& options, const Patterns& patterns,
                           SolveResult result, const SolveObserver& observer, Journal* journal) {
    const SolveStatus status = result.summary.status;
    const bool used_up =
        options.max_iterations > 0 && result.summary.iterations >= options.max_iterations;
    if (!will_finish_exactly(options) || used_up || result.summary.errors == 0 ||
        (status != SolveStatus::Unsolved && status != SolveStatus::Diverged)) {
        return result;
    }
    RunState run(options, result.summary.options, patterns, observer, journal);
    if (journal && journal->replay(result)) return result;
    const SolveSummary before = result.summary;
    StabilityRun stepper(run, Goal::Stored, before);
    run_loop(stepper, run);
    conclude(result, run, stepper);
    if (journal) journal->ended(result, stepper, run);
    return result;
}

}  // namespace steppe

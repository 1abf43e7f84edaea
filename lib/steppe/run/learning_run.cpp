#include "steppe/run/learning_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "steppe/data/derived_patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/archive.hpp"
#include "steppe/run/ending.hpp"
#include "steppe/run/journal.hpp"
#include "steppe/run/loop.hpp"
#include "steppe/run/saved_result.hpp"
#include "steppe/run/solver_choice.hpp"
#include "steppe/run/time_left.hpp"

namespace steppe {

namespace {

/// While more patterns than this (or this part of them) are answered wrongly on the way, errors are
/// counted every so many epochs: a count costs as much as half an epoch.
constexpr std::size_t far_from_solved = 10;
constexpr double far_share = 0.05;
constexpr std::size_t count_interval = 10;

/// Replicas that differ by less have met (docs/learning.md).
constexpr double met = 1e-4;

/// Rates, and the slopes of surrogates, are meant for inputs whose mean square is 1.
double scale_of(const Patterns& patterns) {
    const double size = root_mean_square(patterns);
    return size > 0.0 ? size : 1.0;
}

/// An iteration is an epoch, the one step of each.
class LearningRun final : public Stepper {
  public:
    LearningRun(RunState& run, std::unique_ptr<Learner> learner)
        : run_(run),
          how_(run.how().learning),
          learner_(std::move(learner)),
          last_(run.asked().max_iterations == 0
                    ? how_.epochs.value()
                    : std::min(run.asked().max_iterations, how_.epochs.value())) {}

    void begin() override {
        SolveSummary& summary = run_.summary;
        summary.tries = 1;
        summary.overlap = summary.free_entropy = std::numeric_limits<double>::quiet_NaN();
        look_at_start();
    }

    void iterate() override {
        knobs_ = how_.at(run_.iterations);
        report_ = learner_->epoch(knobs_);
        run_.summary.spread = report_.spread;
        run_.summary.converged = report_.spread < met;
    }

    void look() override {
        found_ = false;
        stale_ = !is_worth_a_count();
        if (!stale_) count();
    }

    void count() {
        stale_ = false;
        const Weights now = learner_->weights();
        run_.errors = run_.errors_of(now);
        const bool better = run_.errors <= run_.summary.errors;
        // Without a surrogate there is one network to ask.
        const bool surrogate = learner_->has_surrogate();
        const StopAt stop = surrogate ? how_.stop_at.value() : StopAt::Network;
        const std::size_t surrogate_errors = surrogate && (better || stop != StopAt::Network)
                                                 ? learner_->surrogate_errors(knobs_)
                                                 : 0;
        const bool stored = run_.errors <= run_.target(), fitted = surrogate_errors == 0;
        found_ = stop == StopAt::Network     ? stored
                 : stop == StopAt::Surrogate ? fitted
                                             : stored && fitted;
        // Of equally good weights the later ones are kept; those at which the surrogate ends a run
        // are its answer.
        const bool surrogate_ends =
            found_ && stop != StopAt::Network && !run_.asked().continue_after_solution;
        if (better || surrogate_ends) {
            run_.keep(now, run_.errors);
            if (surrogate) run_.summary.surrogate_errors = surrogate_errors;
        }
        lost_ = run_.errors > 0 && run_.summary.errors == 0;
    }

    bool found() const override { return found_; }
    bool ends_at_found() const override {
        return learner_->ends_when_met() && run_.summary.converged;
    }
    bool spent() const override {
        return run_.iterations >= last_ || (learner_->stands_still(knobs_) &&
                                            learner_->stands_still(how_.at(*how_.epochs - 1)));
    }

    void describe(SolveProgress& progress) const override {
        progress.step = run_.iterations;
        progress.steps = last_;
        progress.overlap = std::numeric_limits<double>::quiet_NaN();
        progress.epoch = report_;
        progress.knobs = knobs_;
        progress.seconds_left = seconds_left(
            {.seconds = run_.seconds(),
             .share = static_cast<double>(run_.iterations) / static_cast<double>(last_),
             .time_limit = run_.asked().time_limit});
    }

    Next next() override { return Next::GoOn; }

    void state(Archive& archive) override {
        archive("knobs", knobs_);
        archive("report", report_);
        archive("found", found_);
        archive("stale", stale_);
        archive("lost", lost_);
    }
    bool messages(Archive& archive) override {
        learner_->state(archive);
        if (archive.way() == Archive::Way::Start) look_at_start();
        return true;
    }

    void conclude() {
        SolveSummary& summary = run_.summary;
        // Observer and clock end a run at any epoch.
        if (stale_ && !run_.diverged) count();
        run_.conclude();
        summary.steps_done = run_.iterations;
        if (run_.asked().teacher && run_.network().activation == Activation::Sign) {
            summary.teacher = teacher_errors(run_.network(), run_.best.values(), run_.best,
                                             *run_.asked().teacher);
        }
        const bool surrogate_stores =
            run_.end == SolveStatus::Solved && summary.errors > run_.target();
        summary.message = ending_message(
            summary,
            {lost_ ? fmt::format("epoch {} and lost later", summary.best_iteration) : "",
             surrogate_stores ? "The surrogate network stores every pattern"
                              : fmt::format("No solution was found in {} epoch{}", run_.iterations,
                                            run_.iterations == 1 ? "" : "s"),
             run_.asked().time_limit, run_.diverged.value_or("")});
    }

  private:
    void look_at_start() {
        run_.start_from(learner_->weights());
        if (!learner_->has_surrogate()) return;
        run_.summary.surrogate_errors = learner_->surrogate_errors(how_.at(0));
    }

    bool is_worth_a_count() const {
        const double few = std::max(static_cast<double>(far_from_solved),
                                    far_share * static_cast<double>(run_.summary.patterns));
        return how_.replicas.value_or(1) > 1 || run_.errors <= far_from_solved ||
               report_.mistakes <= few ||
               (learner_->has_surrogate() && report_.surrogate_mistakes == 0.0) ||
               run_.iterations >= last_ || run_.iterations % count_interval == 0;
    }

    RunState& run_;
    const LearningOptions& how_;
    std::unique_ptr<Learner> learner_;
    std::size_t last_;  ///< epoch
    LearningKnobs knobs_;
    EpochReport report_;
    bool found_ = false;
    bool stale_ = false;  ///< the weights have not been counted since they moved
    bool lost_ = false;   ///< a solution that was found
};

}  // namespace

SolveResult learn(const SolveOptions& options, const Solver& solver, const Patterns& patterns,
                  const SolveObserver& observer, Journal* journal) {
    const std::string refusal =
        solver.refuses ? solver.refuses(options.network, patterns.real()) : "";
    if (!refusal.empty()) throw Error(refusal);
    const SolveOptions resolved =
        options.resolved(options.conditions(solver.name, are_correlated(patterns)));
    const double scale = scale_of(patterns);
    SolveOptions at_unit_scale = resolved;
    at_unit_scale.network.margin /= scale;
    RunState run(options, resolved, patterns, observer, journal);
    SolveResult result{run.summary, run.best};
    if (journal && journal->replay(result)) return result;
    LearningRun stepper(run, solver.make_learner(at_unit_scale, scaled(patterns, 1.0 / scale)));
    run_loop(stepper, run);
    stepper.conclude();
    result = {run.summary, run.best};
    if (journal) journal->ended(result, stepper, run);
    return result;
}

}  // namespace steppe

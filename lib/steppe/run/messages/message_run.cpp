#include "steppe/run/messages/message_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "steppe/data/derived_patterns.hpp"
#include "steppe/data/repeated_patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/model/start_weights.hpp"
#include "steppe/numeric/archive.hpp"
#include "steppe/options/settings.hpp"
#include "steppe/run/ending.hpp"
#include "steppe/run/journal.hpp"
#include "steppe/run/loop.hpp"
#include "steppe/run/messages/calming.hpp"
#include "steppe/run/messages/entropy_judgement.hpp"
#include "steppe/run/messages/fresh_tries.hpp"
#include "steppe/run/messages/patience.hpp"
#include "steppe/run/messages/schedule_walk.hpp"
#include "steppe/run/messages/start_field.hpp"
#include "steppe/run/saved_result.hpp"
#include "steppe/run/solver_choice.hpp"
#include "steppe/run/time_left.hpp"

namespace steppe {

namespace {

/// Weights that are all but certain.
constexpr double frozen_overlap = 0.999;

/// Seconds between two looks at the observer while a solver is made.
constexpr double look_interval = 0.1;

std::size_t most_iterations(const SolveOptions& resolved) {
    return resolved.max_iterations != 0 ? resolved.max_iterations
                                        : std::numeric_limits<std::size_t>::max();
}

/// Weights of a run that ended before its solver was made.
Weights random_start(const SolveOptions& options) {
    const Network& network = options.network;
    const std::vector<float> start = start_weights(network, 1.0, options.seed);
    if (network.weights == WeightKind::Spherical) return normalised_weights(network, start);
    std::vector<signed char> signs(start.size());
    std::ranges::transform(start, signs.begin(), [](float w) { return w < 0.0f ? -1 : 1; });
    return Weights::from_signs(network.unit_inputs(), network.hidden, signs);
}

class MessageRun final : public Stepper {
  public:
    /// constraints: the patterns that messages come from.
    MessageRun(RunState& run, const Solver& traits, Patterns constraints, Conditions now)
        : run_(run),
          traits_(traits),
          constraints_(std::move(constraints)),
          max_iterations_(most_iterations(run.how())),
          walk_(run.how().schedule, max_iterations_),
          field_(run.how()),
          fresh_(run.asked(), now, run.patterns().patterns()),
          patience_(default_count("patience", now), run.patterns().patterns()),
          count_(traits.count_interval),
          calming_(traits.calms) {
        summary().damping = *run.how().damping;
        summary().temperature = run.asked().temperature;
        summary().repeated = summary().patterns - constraints_.patterns();
    }

    void begin() override {
        const auto attempt = static_cast<std::uint32_t>(summary().tries);
        ++summary().tries;
        try_start_ = run_.seconds();
        summary().damping = *run_.how().damping;
        if (solver_ && traits_.dear_to_make && field_.shrinks()) {
            solver_->restore(*start_);
            solver_->set_damping(summary().damping);
        } else {
            make_solver(attempt);
        }
        field_.begin(*solver_, attempt);
        patience_.begin();
        count_.begin();
        calming_.begin(*solver_);
        walk_.begin();
        // Also the starting point counts, should nothing better come.
        if (attempt == 0) run_.start_from(solver_->weights());
        run_.errors = patience_.errors();
    }

    void iterate() override {
        pulled_ = field_.pulls();
        const Coupling coupling = walk_.coupling();
        if (traits_.prepare && focused()) traits_.prepare(*solver_, run_.how());
        field_.before_iteration(*solver_);
        if (run_.asked().temperature) solver_->set_inverse_temperature(inverse_temperature());
        report_ = solver_->step(coupling);
        coupling_ = coupling;
        summary().floored += report_.floored;
        summary().lost_patterns = report_.lost_rows;
    }

    bool recovers() override { return calm(); }

    void look() override {
        if (pulled_) {
            field_.after_iteration(*solver_);
        } else {
            patience_.iteration();
            if (count_.is_due(patience_.errors())) count();
        }
        overlap_ = solver_->overlap();
        summary().converged =
            report_.converged(*run_.how().tolerance) && !pulled_ && !is_frozen_wrong();
        lost_ = run_.errors > 0 && summary().errors == 0;
    }

    bool found() const override { return run_.errors <= run_.target() && !pulled_; }
    bool spent() const override { return run_.iterations >= max_iterations_; }

    void describe(SolveProgress& progress) const override {
        progress.attempt = summary().tries;
        progress.attempts = most_tries();
        progress.step = walk_.pace().step() + 1;
        progress.steps = walk_.pace().steps();
        progress.iterations_in_step = walk_.iteration_in_step();
        progress.coupling = coupling_;
        progress.overlap = overlap_;
        progress.damping = summary().damping;
        progress.report = report_;
        progress.ends_step =
            walk_.ends_step(has_settled()) || (found() && !run_.asked().continue_after_solution);
        if (coupling_.couples()) progress.focused_entropy = [this] { return focused_entropy(); };
        if (run_.asked().teacher) {
            progress.teacher_overlap = [this] {
                return teacher_overlap(run_.network(), means(), *run_.asked().teacher);
            };
        }
        progress.seconds_left = seconds_left({.seconds = run_.seconds(),
                                              .try_start = try_start_,
                                              .share = walk_.share(),
                                              .attempt = summary().tries,
                                              .attempts = most_tries(),
                                              .iterations = run_.iterations,
                                              .max_iterations = run_.asked().max_iterations,
                                              .time_limit = run_.asked().time_limit});
    }

    Next next() override {
        if (!focused() && summary().converged) return over(SolveStatus::Converged, Next::Stop);
        if (focused()) {
            if (calming_.is_free() && patience_.ran_away() && calm()) return Next::GoOn;
            if (patience_.is_lost(overlap_)) {
                abandoned_ = run_.errors;
                return over(SolveStatus::Unsolved, Next::NextTry);
            }
            if (has_settled_wrong()) {
                // Fields that never settled at all run to and fro.
                if (!calming_.has_settled() && calm()) return Next::GoOn;
                return over(SolveStatus::Unsolved, Next::NextTry);
            }
        }
        return go_on(has_settled());
    }

    bool has_another_try() const override {
        return summary().errors > run_.target() && summary().tries <= restarts();
    }

    void state(Archive& archive) override;
    bool messages(Archive& archive) override;
    void make_ready() override;

    void conclude();

  private:
    void make_solver(std::uint32_t attempt) {
        const std::vector<double>& kept = field_.kept(attempt);
        const FactorGraph graph = constraints_.visit(
            [&](const auto& set) { return build_graph(run_.network(), set, kept); });
        solver_ = traits_.make_messages(graph, run_.how(), [this] { look_up(); });
        if (traits_.dear_to_make) start_ = solver_->save();
    }

    SolveSummary& summary() { return run_.summary; }
    const SolveSummary& summary() const { return run_.summary; }
    bool focused() const { return run_.how().schedule.kind != ScheduleKind::None; }
    bool is_spherical() const { return run_.network().weights == WeightKind::Spherical; }
    std::size_t restarts() const { return fresh_.allowed(summary().errors); }
    std::size_t most_tries() const { return std::max(summary().tries, restarts() + 1); }

    /// At this step of the schedule.
    double inverse_temperature() const {
        const std::size_t last = std::max<std::size_t>(walk_.pace().steps(), 2) - 1;
        return 1.0 / run_.asked().temperature->at(static_cast<double>(walk_.pace().step()) /
                                                  static_cast<double>(last));
    }

    /// Called now and then while a solver is being made: asks the observer and the clock.
    void look_up() {
        const double now = run_.seconds();
        if (run_.out_of_time()) throw Abandoned{SolveStatus::TimeLimit};
        if (!run_.observer() || now - last_look_ < look_interval) return;
        last_look_ = now;
        SolveProgress progress;
        progress.attempt = summary().tries;
        progress.attempts = most_tries();
        progress.errors = progress.best_errors = summary().errors;
        progress.seconds = now;
        if (run_.asked().time_limit > 0.0) progress.seconds_left = run_.asked().time_limit - now;
        if (!run_.observer()(progress)) throw Abandoned{SolveStatus::Interrupted};
    }

    void count() {
        count_.counted();
        const Weights now = solver_->weights();
        run_.errors = run_.errors_of(now);
        // Of equally good weights the later ones are kept: they are further along the focusing.
        if (run_.errors <= summary().errors) run_.keep(now, run_.errors);
        patience_.counted(run_.errors);
    }

    /// +-1 weights that are certain and leave a pattern wrong are no fixed point, though neither
    /// magnetizations nor messages seem to move where fields are far in saturation.
    bool is_frozen_wrong() {
        if (is_spherical() || run_.asked().temperature || overlap_ < frozen_overlap) return false;
        if (count_.is_stale()) count();
        return run_.errors > 0;
    }

    /// As far as a step of the schedule asks.
    bool has_settled() const {
        return focused() && !pulled_ && report_.change() <= *run_.how().schedule.step_tolerance;
    }

    /// Real weights never settle: their errors fall to the end of the schedule.
    bool has_settled_wrong() const {
        return !is_spherical() && restarts() > 0 && overlap_ > settled_overlap &&
               summary().errors > run_.target() && patience_.is_out(walk_.pace());
    }

    bool calm() {
        if (!calming_.calm(*solver_, summary().damping)) return false;
        summary().divergences = calming_.divergences();
        patience_.begin();
        run_.errors = patience_.errors();
        walk_.again();
        return true;
    }

    Next over(SolveStatus why, Next what) {
        run_.end = why;
        return what;
    }

    Next go_on(bool settled) {
        const std::size_t step = walk_.pace().step() + 1;
        if (!walk_.advance(settled)) return Next::GoOn;
        if (settled) calming_.settled(*solver_, overlap_);
        summary().steps_done = step;
        return walk_.done() ? over(SolveStatus::Unsolved, Next::NextTry) : Next::GoOn;
    }

    std::vector<double> means() const;
    double of_kept_field() const;
    FocusedEntropy focused_entropy() const;
    void measure_entropy();
    void compare_with_teacher();
    void tell();

    RunState& run_;
    const Solver& traits_;
    Patterns constraints_;
    std::size_t max_iterations_;
    ScheduleWalk walk_;
    StartField field_;
    FreshTries fresh_;
    Patience patience_;
    CountPlan count_;
    Calming calming_;
    std::unique_ptr<MessagePassing> solver_;
    std::optional<SolverState> start_;          ///< of a solver that is dear to make
    double try_start_ = 0.0, last_look_ = 0.0;  ///< seconds
    std::optional<std::size_t> abandoned_;      ///< errors when a try was given up as lost
    bool lost_ = false;                         ///< a solution that was found

    // Of the last iteration.
    Coupling coupling_;
    IterationReport report_;
    double overlap_ = 0.0;
    bool pulled_ = false;  ///< by a start field
};

void MessageRun::state(Archive& archive) {
    archive("walk", walk_);
    archive("start field", field_);
    archive("patience", patience_);
    archive("count plan", count_);
    archive("calming", calming_);
    archive("try start", try_start_);
    archive("abandoned", abandoned_);
    archive("lost", lost_);
    archive("coupling", coupling_);
    archive("report", report_);
    archive("overlap", overlap_);
    archive("pulled", pulled_);
}

void MessageRun::make_ready() {
    const auto attempt = static_cast<std::uint32_t>(summary().tries - 1);
    make_solver(attempt);
    field_.resume(*solver_, attempt);
}

bool MessageRun::messages(Archive& archive) {
    if (!solver_) return false;
    SolverState messages;
    if (!archive.reads()) messages = solver_->save();
    messages.move_state(archive);
    if (!archive.reads()) return true;
    solver_->restore(messages);
    if (archive.way() == Archive::Way::Start) {
        solver_->set_damping(summary().damping);
        field_.end(*solver_);
        calming_.begin(*solver_);
        run_.start_from(solver_->weights());
        run_.errors = patience_.errors();
    } else if (run_.asked().temperature) {
        // What is measured at the end asks at the temperature of the last iteration.
        solver_->set_inverse_temperature(inverse_temperature());
    }
    return true;
}

/// Of all weights, unit by unit.
std::vector<double> MessageRun::means() const {
    std::vector<double> means;
    for (std::size_t p = 0; p < run_.network().hidden; ++p) {
        const std::vector<double> m = solver_->magnetizations(p);
        means.insert(means.end(), m.begin(), m.end());
    }
    return means;
}

/// What a field that is kept on adds to the free entropy per weight.
double MessageRun::of_kept_field() const {
    const std::size_t n = run_.network().unit_inputs();
    const std::vector<double>& kept = field_.kept();
    double sum = 0.0;
    for (std::size_t p = 0; !kept.empty() && p < run_.network().hidden; ++p) {
        const std::vector<double> m = solver_->magnetizations(p);
        for (std::size_t i = 0; i < n; ++i) sum += kept[p * n + i] * m[i];
    }
    return sum / static_cast<double>(summary().weights);
}

FocusedEntropy MessageRun::focused_entropy() const {
    FocusedEntropy entropy = solver_->focused_entropy();
    const double kept = of_kept_field();
    entropy.free_entropy -= kept;
    entropy.internal_entropy -= kept;
    if (run_.asked().temperature) {
        entropy.internal_entropy = std::numeric_limits<double>::quiet_NaN();
    }
    return entropy;
}

/// Of the fixed point, if it is one; a field that was kept on is not counted.
void MessageRun::measure_entropy() {
    summary().free_entropy = std::numeric_limits<double>::quiet_NaN();
    if (!solver_) {
        summary().free_entropy_note = "no iteration was done";
        return;
    }
    if (run_.diverged) {
        summary().free_entropy_note = "the run diverged";
        return;
    }
    const double value = solver_->free_entropy() - of_kept_field();
    const JudgedEntropy judged = judge_entropy(
        value, {.weights = run_.network().weights,
                .infinite_coupling = coupling_.couples() && std::isinf(coupling_.gamma),
                .focused = coupling_.couples(),
                .converged = summary().converged,
                .lost_patterns = summary().lost_patterns});
    summary().free_entropy = judged.value;
    summary().free_entropy_note = judged.note;
}

void MessageRun::compare_with_teacher() {
    if (!run_.asked().teacher || !solver_) return;
    summary().teacher = teacher_errors(run_.network(), means(), run_.best, *run_.asked().teacher);
}

void MessageRun::conclude() {
    if (!solver_ && run_.iterations == 0) run_.start_from(random_start(run_.asked()));
    if (solver_ && count_.is_stale()) count();
    run_.conclude();
    if (!run_.asked().restarts) summary().options.restarts = restarts();
    summary().overlap = solver_ ? solver_->overlap() : std::numeric_limits<double>::quiet_NaN();
    measure_entropy();
    if (run_.asked().temperature && solver_ && !run_.diverged) {
        summary().expected_errors = solver_->expected_errors();
    }
    compare_with_teacher();
    tell();
}

/// The sentence of the end.
void MessageRun::tell() {
    std::string title(traits_.title);
    title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
    const std::string where =
        run_.iterations >= max_iterations_ ? "within the iterations allowed"
        : summary().tries > 1              ? fmt::format("in {} tries", summary().tries)
        : abandoned_ ? fmt::format("before the run was lost to weights with {} errors", *abandoned_)
                     : "by the end of the schedule";
    summary().message = ending_message(
        summary(), {lost_ ? fmt::format("iteration {} and lost further along the schedule",
                                        summary().best_iteration)
                          : "",
                    run_.end == SolveStatus::Converged
                        ? title + " has converged (without focusing it need not end in a solution)"
                        : "No solution was found " + where,
                    run_.asked().time_limit, run_.diverged.value_or("")});
    const std::size_t lost = calming_.lost_tries();
    if (2 * lost > summary().tries && summary().status != SolveStatus::Solved) {
        summary().message += fmt::format(
            " Fields ran away in {} of {} tries although damping was raised up to {:.3g}: {}.",
            lost, summary().tries, Calming::most_damping(*run_.how().damping), traits_.steadier);
    }
}

}  // namespace

SolveResult pass_messages(const SolveOptions& options, const Solver& solver,
                          const std::string& choice, const Patterns& patterns,
                          const SolveObserver& observer, Journal* journal) {
    // Repetitions would count a constraint twice; where a wrong pattern has a price, a repeated one
    // has it as often.
    Patterns constraints = options.temperature ? patterns : distinct(patterns);
    const bool correlated = !solver.takes_correlations && are_correlated(constraints);
    const Conditions now = options.conditions(solver.name, correlated);
    RunState run(options, options.resolved(now), patterns, observer, journal);
    run.summary.choice = choice;
    SolveResult result{run.summary, run.best};
    if (journal && journal->replay(result)) return result;
    MessageRun stepper(run, solver, std::move(constraints), now);
    run_loop(stepper, run);
    stepper.conclude();
    result = {run.summary, run.best};
    if (journal) journal->ended(result, stepper, run);
    return result;
}

}  // namespace steppe

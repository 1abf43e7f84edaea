#include "steppe/run/solve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <optional>

#include "steppe/data/derived_patterns.hpp"
#include "steppe/data/repeated_patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/inference/amp/approximate_message_passing.hpp"
#include "steppe/inference/ep/expectation_propagation.hpp"
#include "steppe/model/judge.hpp"
#include "steppe/model/sizes.hpp"
#include "steppe/model/start_weights.hpp"
#include "steppe/numeric/memory.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/run/ending.hpp"
#include "steppe/run/entropy_judgement.hpp"
#include "steppe/run/largest_stability.hpp"
#include "steppe/run/learn.hpp"
#include "steppe/run/other_solvers.hpp"
#include "steppe/run/solver_choice.hpp"
#include "steppe/run/time_left.hpp"
#include "steppe/run/tolerant.hpp"
#include "steppe/schedule/pace.hpp"
#include "steppe/search/adatron.hpp"

namespace steppe {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A field at the start that shrinks is dropped below this part of what it was, and errors count.
constexpr double start_gone = 1e-4;

/// The patterns without repetitions, which would count a constraint twice.
Patterns distinct(const Patterns& patterns) {
    const std::vector<std::size_t> kept = distinct_patterns(patterns, find_repeated(patterns));
    return kept.size() == patterns.patterns() ? patterns : selected(patterns, kept);
}

/// The external field of a try: what was asked for, and `more` of fresh random numbers.
std::vector<double> random_field(const SolveOptions& options, double symmetry, double more,
                                 std::uint32_t attempt) {
    std::vector<double> field;
    if (symmetry == 0.0 && more == 0.0) return field;
    const Philox random(options.seed, Stream::Symmetry);
    field.resize(options.network.weight_count());
    for (std::size_t i = 0; i < field.size(); ++i) {
        field[i] = symmetry * random.normal(i, 0);
        if (more != 0.0) field[i] += more * random.normal(i, attempt);
    }
    return field;
}

/// A try whose weights have settled so far is given up when its errors have not become fewer for
/// some iterations.
constexpr double settled_overlap = 0.95;
/// Weights that are all but certain.
constexpr double frozen_overlap = 0.999;
/// Deviation of the random external field of a fresh try. 0.1 moves the solutions themselves.
constexpr double restart_field = 0.02;
/// More errors than this, of which no try of many has none.
constexpr std::size_t few_errors = 20;
/// More errors than this part of the patterns, with real weights, are above what can be stored.
constexpr double lost_share = 0.05;

/// While more patterns than this are wrong, errors are counted every so many iterations: a count
/// costs a tenth of an iteration of approximate message passing, and more where the patterns do not
/// fit into the cache.
constexpr std::size_t far_from_solved = 10;
constexpr std::size_t count_interval = 5;

/// Fields that run away leave many more errors than there have been: so many times as many, and so
/// many more (part of the patterns; at least so many, for a few come and go in small problems).
constexpr std::size_t runaway_factor = 4, least_runaway = 20;
constexpr double runaway_share = 0.02;
/// A try raises its damping at most this often.
constexpr std::size_t most_raises = 3;

/// Seconds between two looks at the observer while a solver is made.
constexpr double look_interval = 0.1;

/// The run itself: one try after another, each of which walks the schedule; keeps the best weights.
class Run {
  public:
    Run(const SolveOptions& options, const SolverChoice& choice, Patterns patterns,
        const SolveObserver& observer)
        : options_(options),
          patterns_(std::move(patterns)),
          // Where a wrong pattern has a price, a repeated one has it as often.
          constraints_(options.temperature ? patterns_ : distinct(patterns_)),
          observer_(observer),
          // Expectation propagation takes all patterns for correlated.
          now_(options.conditions(choice.kind, choice.kind != SolverKind::ExpectationPropagation &&
                                                   are_correlated(constraints_))),
          damping_(options.damping ? *options.damping : default_number("damping", now_)),
          wanted_(options.schedule.resolved(now_, damping_)),
          schedule_(wanted_.build()),
          max_iterations_(most_iterations(options, now_)),
          patience_(default_count("patience", now_)),
          best_(options.network.unit_inputs(), options.network.hidden),
          start_(Clock::now()) {
        summary_.network = options.network;
        summary_.solver = choice.kind;
        summary_.choice = choice.reason;
        summary_.bp = options.bp;
        summary_.bp.seed = options.seed;
        summary_.seed = options.seed;
        if (summary_.bp.block == 0) {
            summary_.bp.block = std::min(default_count("block", now_), patterns_.patterns());
        }
        summary_.damping = damping_;
        if (is_amp()) {
            summary_.running_margin = options.running_margin
                                          ? *options.running_margin
                                          : default_number("running-margin", now_);
        }
        const SymmetryField symmetry = options.symmetry(now_);
        summary_.symmetry_field = symmetry.deviation;
        summary_.symmetry_decay = symmetry.decay;
        summary_.schedule = wanted_;
        summary_.temperature = options.temperature;
        step_tolerance_ = *wanted_.step_tolerance;
        summary_.patterns = patterns_.patterns();
        summary_.repeated = summary_.patterns - constraints_.patterns();
        summary_.weights = options.network.weight_count();
        summary_.load =
            static_cast<double>(summary_.patterns) / static_cast<double>(summary_.weights);
        // Also the starting point counts, should nothing better come.
        best_ = begin_or_stop() ? solver_->weights() : random_start();
        summary_.errors = errors_of(best_);
    }

    SolveResult finish() {
        bool begun = solver_ != nullptr;
        while (begun && walk() == Next::NextTry && summary_.errors > target() &&
               summary_.tries <= restarts()) {
            begun = begin_or_stop();
        }
        if (since_count_ > 0) count_now();
        require_directions();
        summary_.seconds = seconds_since(start_);
        summary_.iterations = iterations_;
        summary_.edge_updates_per_second = rate();
        constexpr double none = std::numeric_limits<double>::quiet_NaN();
        summary_.overlap = solver_ ? solver_->overlap() : none;
        measure_entropy();
        if (options_.temperature && solver_ && !diverged_) {
            summary_.expected_errors = solver_->expected_errors();
        }
        if (options_.teacher && solver_) {
            std::vector<double> means;
            for (std::size_t p = 0; p < options_.network.hidden; ++p) {
                const std::vector<double> m = solver_->magnetizations(p);
                means.insert(means.end(), m.begin(), m.end());
            }
            summary_.teacher = teacher_errors(options_.network, means, best_, *options_.teacher);
        }
        summary_.unit_overlap = unit_overlap(options_.network, best_);
        describe();
        return {summary_, best_};
    }

  private:
    /// Of the fixed point, if it is one; a field that was kept on is not counted.
    void measure_entropy() {
        summary_.free_entropy = std::numeric_limits<double>::quiet_NaN();
        if (!solver_) {
            summary_.free_entropy_note = "no iteration was done";
        } else if (diverged_) {
            summary_.free_entropy_note = "the run diverged";
        } else {
            double value = solver_->free_entropy();
            const std::size_t n = options_.network.unit_inputs();
            for (std::size_t p = 0; !kept_field_.empty() && p < options_.network.hidden; ++p) {
                const std::vector<double> m = solver_->magnetizations(p);
                for (std::size_t i = 0; i < n; ++i) {
                    value -= kept_field_[p * n + i] * m[i] / static_cast<double>(summary_.weights);
                }
            }
            const JudgedEntropy judged = judge_entropy(
                value, {.weights = options_.network.weights,
                        .infinite_coupling = coupling_.couples() && std::isinf(coupling_.gamma),
                        .focused = coupling_.couples(),
                        .converged = summary_.converged,
                        .lost_patterns = summary_.lost_patterns});
            summary_.free_entropy = judged.value;
            summary_.free_entropy_note = judged.note;
        }
    }

    enum class Next { GoOn, NextStep, StepAgain, NextTry, Stop };

    std::size_t errors_of(const Weights& weights) const {
        return judged_errors(options_.network, weights, patterns_);
    }

    /// Weights that were never more than a start without a direction are no answer.
    void require_directions() {
        if (have_directions(best_)) return;
        best_ = with_directions(options_.network, best_, options_.seed);
        summary_.errors = errors_of(best_);
    }

    bool is_ep() const { return summary_.solver == SolverKind::ExpectationPropagation; }
    bool is_amp() const { return summary_.solver == SolverKind::ApproximateMessagePassing; }
    bool is_spherical() const { return options_.network.weights == WeightKind::Spherical; }
    std::size_t target() const { return options_.target_errors.value_or(0); }

    /// Inverse temperature at a step of the schedule.
    double beta(const Pace& pace) const {
        const std::size_t last = std::max<std::size_t>(pace.steps(), 2) - 1;
        return 1.0 / options_.temperature->at(static_cast<double>(pace.step()) /
                                              static_cast<double>(last));
    }

    bool focused() const { return options_.schedule.kind != ScheduleKind::None; }

    /// Goes by the errors of the best weights so far.
    std::size_t restarts() const {
        if (!focused()) return 0;
        if (options_.restarts) return *options_.restarts;
        const auto share =
            static_cast<std::size_t>(lost_share * static_cast<double>(summary_.patterns));
        const bool lost = is_spherical() && options_.schedule.kind == ScheduleKind::Auto &&
                          summary_.errors > std::max(few_errors, share);
        return restarts_[lost ? 2 : summary_.errors > few_errors ? 1 : 0];
    }

    std::array<std::size_t, 3> default_restarts() const {
        const Conditions now = will_finish_exactly(options_) ? changed(now_, when::finished) : now_;
        return {default_count("restarts", changed(now, when::few_left)),
                default_count("restarts", changed(now, when::many_left)),
                default_count("restarts", changed(now, when::lost))};
    }

    std::size_t most_tries() const { return std::max(summary_.tries, restarts() + 1); }

    double time_left(const Pace& pace, std::size_t iteration_in_step) const {
        const std::size_t stay = focused() ? *wanted_.iterations_per_step : max_iterations_;
        const double in_step =
            std::min(1.0, static_cast<double>(iteration_in_step) / static_cast<double>(stay));
        return seconds_left({.seconds = seconds_since(start_),
                             .try_start = try_start_,
                             .share = (static_cast<double>(pace.step()) + in_step) /
                                      static_cast<double>(std::max<std::size_t>(pace.steps(), 1)),
                             .attempt = summary_.tries,
                             .attempts = most_tries(),
                             .iterations = iterations_,
                             .max_iterations = options_.max_iterations,
                             .time_limit = options_.time_limit});
    }

    /// Thrown by look_up.
    struct Abandoned {
        SolveStatus why;
    };

    /// Called now and then while a solver is being made: asks the observer and the clock.
    void look_up() {
        const double now = seconds_since(start_);
        if (options_.time_limit > 0.0 && now > options_.time_limit) {
            throw Abandoned{SolveStatus::TimeLimit};
        }
        if (!observer_ || now - last_look_ < look_interval) return;
        last_look_ = now;
        SolveProgress progress;
        progress.attempt = summary_.tries;
        progress.attempts = most_tries();
        progress.errors = progress.best_errors = summary_.errors;
        progress.seconds = now;
        if (options_.time_limit > 0.0) progress.seconds_left = options_.time_limit - now;
        if (!observer_(progress)) throw Abandoned{SolveStatus::Interrupted};
    }

    /// False where observer or clock ended the run before the try began.
    bool begin_or_stop() {
        try {
            begin_try();
            return true;
        } catch (const Abandoned& abandoned) {
            end_ = abandoned.why;
            return false;
        }
    }

    /// Weights of a run that ended before its solver was made.
    Weights random_start() const {
        const Network& network = options_.network;
        const std::vector<float> start = start_weights(network, 1.0, options_.seed);
        if (is_spherical()) return normalised_weights(network, start);
        std::vector<signed char> signs(start.size());
        std::ranges::transform(start, signs.begin(), [](float w) { return w < 0.0f ? -1 : 1; });
        return Weights::from_signs(network.unit_inputs(), network.hidden, signs);
    }

    void begin_try() {
        const auto attempt = static_cast<std::uint32_t>(summary_.tries);
        const bool falls = summary_.symmetry_decay.has_value();
        const std::vector<double> field =
            random_field(options_, falls ? 0.0 : summary_.symmetry_field,
                         attempt == 0 || falls ? 0.0 : restart_field, attempt);
        const FactorGraph graph = constraints_.visit(
            [&](const auto& set) { return build_graph(options_.network, set, field); });
        kept_field_ = field;
        ++summary_.tries;
        try_start_ = seconds_since(start_);
        summary_.damping = damping_;
        amp_ = nullptr;
        if (is_amp()) {
            auto amp = std::make_unique<ApproximateMessagePassing>(
                graph, ApproximateMessagePassingOptions{.damping = summary_.damping,
                                                        .start = options_.bp.start,
                                                        .seed = options_.seed});
            amp_ = amp.get();
            solver_ = std::move(amp);
        } else if (is_ep() && falls && solver_) {
            // The same graph again: its eigendecomposition costs as much as many iterations.
            solver_->restore(*ep_start_);
            solver_->set_damping(summary_.damping);
        } else if (is_ep()) {
            solver_ = std::make_unique<ExpectationPropagation>(
                graph, ExpectationPropagationOptions{.damping = summary_.damping,
                                                     .seed = options_.seed,
                                                     .poll = [this] { look_up(); }});
            ep_start_ = solver_->save();
        } else {
            BeliefPropagationOptions bp = summary_.bp;
            bp.damping = summary_.damping;
            solver_ = std::make_unique<BeliefPropagation>(graph, bp);
        }
        start_scale_ = 0.0;
        if (falls && summary_.symmetry_field > 0.0) {
            const std::vector<double> all =
                random_field(options_, 0.0, summary_.symmetry_field, attempt);
            std::vector<std::vector<double>> fields;
            const auto inputs = static_cast<std::ptrdiff_t>(options_.network.unit_inputs());
            for (auto unit = all.begin(); unit != all.end(); unit += inputs) {
                fields.emplace_back(unit, unit + inputs);
            }
            solver_->set_start_field(fields);
            start_scale_ = 1.0;
        }
        try_best_ = errors_ = summary_.patterns;
        since_best_ = raises_ = 0;
        settled_ = false;
        since_count_ = count_interval;  // The first iteration is looked at.
        good_.reset();
        if (is_amp()) good_ = solver_->save();
        good_overlap_ = solver_->overlap();
    }

    Next walk() {
        Next next = Next::GoOn;
        for (std::size_t t = 0; t < wanted_.free_iterations && next == Next::GoOn; ++t) {
            next = iterate(Pace::fixed(schedule_.steps()), Coupling{}, t + 1);
        }
        if (next == Next::Stop || next == Next::NextTry) return next;
        Pace pace = focused() && *wanted_.steps == 0 && schedule_.steps() > 1
                        ? Pace::automatic()
                        : Pace::fixed(schedule_.steps());
        const std::size_t stay = focused() ? *wanted_.iterations_per_step : max_iterations_;
        while (!pace.done()) {
            std::size_t t = 0;
            next = Next::GoOn;
            while (t < stay && next == Next::GoOn) {
                next = iterate(pace, schedule_.at(pace.step()), ++t);
            }
            if (next == Next::Stop || next == Next::NextTry) return next;
            if (next == Next::StepAgain) continue;
            // Weights that freeze in the first step have run away to where they froze.
            const double overlap = solver_->overlap();
            if (is_amp() && next == Next::NextStep && (settled_ || overlap < settled_overlap)) {
                good_ = solver_->save();
                good_overlap_ = overlap;
                settled_ = true;
            }
            summary_.steps_done = pace.step() + 1;
            pace.advance(t, next == Next::NextStep);
        }
        end_ = SolveStatus::Unsolved;
        return Next::NextTry;
    }

    static std::size_t most_iterations(const SolveOptions& options, Conditions now) {
        const std::size_t most = options.max_iterations != 0 ? options.max_iterations
                                                             : default_count("max-iterations", now);
        return most != 0 ? most : std::numeric_limits<std::size_t>::max();
    }

    bool out_of_patience(const Pace& pace) const {
        return since_best_ >= std::max(patience_, pace.strides() * 3 / 10);
    }

    /// Counts the errors of the weights as they are, where that may find something.
    void look_at_weights() {
        ++since_best_;
        const bool far = is_amp() && errors_ > far_from_solved;
        if (++since_count_ >= (far ? count_interval : 1)) count_now();
    }

    void count_now() {
        since_count_ = 0;
        const Weights now = solver_->weights();
        errors_ = errors_of(now);
        // Of equally good weights the later ones are kept: they are further along the focusing.
        if (errors_ <= summary_.errors) {
            summary_.errors = errors_;
            summary_.best_iteration = iterations_;
            best_ = now;
        }
        if (errors_ < try_best_) {
            try_best_ = errors_;
            since_best_ = 0;
        }
    }

    bool ran_away() const {
        const auto share =
            static_cast<std::size_t>(runaway_share * static_cast<double>(summary_.patterns));
        return errors_ > runaway_factor * try_best_ &&
               errors_ > try_best_ + std::max(share, least_runaway);
    }

    /// Messages that settled far from the good weights they had met: a focusing that grows further
    /// holds them there (binary perceptron, N = 1001, load 0.8: from 13 errors to 315 in a few
    /// iterations, and none better in the hundreds that were left).
    bool is_lost(double overlap) const {
        return overlap > settled_overlap && ran_away() && since_best_ >= patience_;
    }

    /// +-1 weights that are certain and leave a pattern wrong are no fixed point, though neither
    /// magnetizations nor messages seem to move where fields are far in saturation.
    bool is_frozen_wrong(double overlap) {
        if (is_spherical() || options_.temperature || overlap < frozen_overlap) return false;
        if (since_count_ > 0) count_now();
        return errors_ > 0;
    }

    Next iterate(const Pace& pace, const Coupling& coupling, std::size_t iteration_in_step) {
        if (amp_ && focused()) {
            amp_->set_margin(summary_.running_margin * (1.0 - amp_->overlap()));
        }
        IterationReport report;
        const bool pulled = start_scale_ > 0.0;
        try {
            if (pulled) solver_->set_start_scale(start_scale_);
            if (options_.temperature) solver_->set_inverse_temperature(beta(pace));
            report = solver_->step(coupling);
        } catch (const Error& error) {
            const Next next = calm_down();
            if (next != Next::Stop) return next;
            diverged_ = error.what();
            end_ = SolveStatus::Diverged;
            return Next::Stop;
        }
        ++iterations_;
        coupling_ = coupling;
        summary_.floored += report.floored;
        summary_.lost_patterns = report.lost_rows;
        if (pulled) {
            start_scale_ *= *summary_.symmetry_decay;
            if (start_scale_ < start_gone) {
                start_scale_ = 0.0;
                solver_->set_start_scale(0.0);
            }
        } else {
            look_at_weights();
        }
        lost_ = errors_ > 0 && summary_.errors == 0;
        const double overlap = solver_->overlap();
        summary_.converged =
            report.converged(options_.tolerance) && !pulled && !is_frozen_wrong(overlap);
        if (observer_) {
            SolveProgress progress{iterations_,  summary_.tries,        pace.step() + 1,
                                   pace.steps(), iteration_in_step,     coupling,
                                   errors_,      summary_.errors,       overlap,
                                   report,       seconds_since(start_), rate()};
            progress.attempts = most_tries();
            progress.seconds_left = time_left(pace, iteration_in_step);
            if (!observer_(progress)) return stop(SolveStatus::Interrupted);
        }
        if (errors_ <= target() && !pulled && !options_.continue_after_solution) {
            return stop(SolveStatus::Solved);
        }
        if (iterations_ >= max_iterations_) return stop(SolveStatus::Unsolved);
        if (options_.time_limit > 0.0 && seconds_since(start_) > options_.time_limit) {
            return stop(SolveStatus::TimeLimit);
        }
        if (!focused()) return summary_.converged ? stop(SolveStatus::Converged) : Next::GoOn;
        if (good_ && good_overlap_ < settled_overlap && ran_away()) {
            const Next next = calm_down();
            if (next != Next::Stop) return next;
        }
        if (is_lost(overlap)) {
            abandoned_ = errors_;
            end_ = SolveStatus::Unsolved;
            return Next::NextTry;
        }
        // Real weights never settle: their errors fall to the end of the schedule.
        if (!is_spherical() && restarts() > 0 && overlap > settled_overlap &&
            summary_.errors > target() && out_of_patience(pace)) {
            // Fields that never settled at all run to and fro.
            if (!settled_ && calm_down() == Next::StepAgain) return Next::StepAgain;
            end_ = SolveStatus::Unsolved;
            return Next::NextTry;
        }
        return report.change() <= step_tolerance_ && !pulled ? Next::NextStep : Next::GoOn;
    }

    /// After fields ran away: goes back to the last good state with more damping; Stop where that
    /// is not to be had (any more).
    Next calm_down() {
        if (is_amp() && raises_ == most_raises) {
            ++raises_;  // Counted once a try.
            ++lost_tries_;
        }
        if (!is_amp() || !good_ || raises_ >= most_raises) return Next::Stop;
        ++raises_;
        ++summary_.divergences;
        summary_.damping = 0.5 * (1.0 + summary_.damping);
        since_best_ = 0;
        try_best_ = errors_ = summary_.patterns;
        solver_->restore(*good_);
        solver_->set_damping(summary_.damping);
        return Next::StepAgain;
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
        summary_.status = summary_.errors == 0          ? SolveStatus::Solved
                          : end_ == SolveStatus::Solved ? SolveStatus::Unsolved
                                                        : end_;
        const std::string solver_words = is_ep()    ? "Expectation propagation"
                                         : is_amp() ? "Approximate message passing"
                                                    : "Belief propagation";
        const std::string where =
            iterations_ >= max_iterations_ ? "within the iterations allowed"
            : summary_.tries > 1           ? fmt::format("in {} tries", summary_.tries)
            : abandoned_
                ? fmt::format("before the run was lost to weights with {} errors", *abandoned_)
                : "by the end of the schedule";
        summary_.message = ending_message(
            summary_,
            {lost_ ? fmt::format("iteration {} and lost further along the schedule",
                                 summary_.best_iteration)
                   : "",
             end_ == SolveStatus::Converged
                 ? solver_words + " has converged (without focusing it need not end in a solution)"
                 : "No solution was found " + where,
             options_.time_limit, diverged_.value_or("")});
        if (2 * lost_tries_ > summary_.tries && summary_.status != SolveStatus::Solved) {
            summary_.message += fmt::format(
                " Fields ran away in {} of {} tries although damping was raised up to {:.3g}: "
                "belief propagation is steadier than approximate message passing (--solver bp).",
                lost_tries_, summary_.tries, 1.0 - (1.0 - damping_) / (1u << most_raises));
        }
    }

    const SolveOptions& options_;
    Patterns patterns_;     ///< errors are counted on
    Patterns constraints_;  ///< each of them once: what messages come from
    const SolveObserver& observer_;
    Conditions now_;
    double damping_;  ///< at the start of a try
    ScheduleOptions wanted_;
    FocusingSchedule schedule_;
    std::size_t max_iterations_;
    std::size_t patience_;  ///< iterations that a settled try may go without improvement
    std::array<std::size_t, 3> restarts_ = default_restarts();  ///< few, many errors left, lost
    SolveSummary summary_;
    Weights best_;
    Clock::time_point start_;
    std::unique_ptr<MessagePassing> solver_;
    std::optional<SolverState> ep_start_;       ///< of expectation propagation, for fresh tries
    ApproximateMessagePassing* amp_ = nullptr;  ///< the solver, where it is one
    double step_tolerance_ = 0.0;
    double last_look_ = 0.0;  ///< seconds; of look_up
    std::size_t iterations_ = 0;
    Coupling coupling_;           ///< of the last iteration
    std::size_t lost_tries_ = 0;  ///< whose fields ran away for good
    SolveStatus end_ = SolveStatus::Unsolved;
    bool lost_ = false;
    std::optional<std::size_t> abandoned_;  ///< errors when a try was given up as lost
    std::optional<std::string> diverged_;

    // Of the present try.
    double try_start_ = 0.0;  ///< seconds
    std::size_t try_best_ = 0, raises_ = 0;
    std::size_t since_best_ = 0;                ///< iterations
    std::size_t errors_ = 0, since_count_ = 0;  ///< at the last count, iterations since
    std::optional<SolverState> good_;  ///< at the start, then after the last step that settled
    double good_overlap_ = 0.0;
    std::vector<double> kept_field_;  ///< external field of the whole try; empty: none
    double start_scale_ = 0.0;        ///< of the start field that is left
    bool settled_ = false;            ///< at any step
};

}  // namespace

void require_memory(const Network& network, std::size_t patterns, std::size_t pattern_bytes,
                    SolverKind solver, const BeliefPropagationOptions& bp,
                    const LearningOptions& learning) {
    require_countable(network, patterns);
    const bool ep = solver == SolverKind::ExpectationPropagation;
    const bool adatron = solver == SolverKind::AdaTron;
    const bool amp = solver != SolverKind::BeliefPropagation && !ep;
    const double needed =
        static_cast<double>(
            is_learner(solver) ? learner_bytes(network, patterns, solver, learning)
            : adatron          ? AdaTron::memory_bytes(network.inputs, patterns)
            : ep               ? ExpectationPropagation::memory_bytes(network, patterns)
            : amp              ? ApproximateMessagePassing::memory_bytes(network, patterns)
                  : BeliefPropagation::memory_bytes(network, patterns, bp.precision, bp.accuracy)) +
        static_cast<double>(pattern_bytes);
    const std::string shortage = memory_shortage(needed);
    if (shortage.empty()) return;
    throw Error(
        fmt::format("{} patterns and the {} of {} weights need {}: use {}fewer patterns or fewer "
                    "inputs",
                    patterns,
                    is_learner(solver) ? "mini-batches"
                    : adatron          ? "numbers"
                    : ep               ? "covariances"
                    : amp              ? "fields"
                                       : "messages",
                    network.weight_count(), shortage,
                    amp                                 ? ""
                    : ep                                ? "amp, "
                    : bp.precision == Precision::Double ? "amp, single precision, "
                                                        : "amp, "));
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

}  // namespace

SolveResult solve(const SolveOptions& options, Patterns patterns, const SolveObserver& observer) {
    options.validate();
    if (patterns.empty()) throw Error("solve: the pattern set is a null pointer");
    if (!patterns.labels().empty() && options.network.folds_labels()) {
        patterns = patterns.fold_labels();
    }
    const SolverChoice choice = options.solver == SolverKind::Auto
                                    ? distinct(patterns).visit([&](const auto& set) {
                                          return choose_solver(options.network, *set);
                                      })
                                    : SolverChoice{options.solver, ""};
    require_memory(options.network, patterns.patterns(), patterns.memory_bytes(), choice.kind,
                   options.bp, options.learning);
    std::optional<SolveResult> result;
    const Threads threads(options.threads);
    threads.run([&] {
        // Inputs near 1, with the threshold kappa sqrt(n) in the same unit: the same problem, digit
        // by digit.
        const double factor = unit_factor(patterns);
        SolveOptions wanted = options;
        wanted.network.margin *= factor;
        const Patterns given = patterns;
        patterns = scaled(patterns, factor);
        const Contradictions contradictions = find_contradictions(wanted.network, patterns);
        if (contradictions.least_errors > 0 && options.schedule.kind != ScheduleKind::None) {
            wanted.target_errors =
                std::max(options.target_errors.value_or(0), contradictions.least_errors);
        }
        if (is_learner(choice.kind)) {
            result = learn(wanted, choice.kind, patterns, observer);
        } else if (choice.kind == SolverKind::AdaTron) {
            // It takes inputs of any unit, and stabilities are in theirs.
            result = find_largest_stability(options, given, observer);
        } else {
            const auto pass_messages = [&](const SolveOptions& once, const SolverChoice& by,
                                           const SolveObserver& watch) {
                SolveOptions in_own_unit = once;
                in_own_unit.network.margin = options.network.margin;
                return finish_exactly(in_own_unit, given, Run(once, by, patterns, watch).finish(),
                                      watch);
            };
            result = run_tolerantly(
                wanted, contradictions, solvers_to_follow(options, patterns, choice.kind),
                [&](const SolveOptions& once, const SolveObserver& watch) {
                    const SolverKind kind = once.solver;
                    if (kind == options.solver) return pass_messages(once, choice, watch);
                    if (is_learner(kind)) return learn(once, kind, patterns, watch);
                    return pass_messages(once, {kind, ""}, watch);
                },
                observer);
            // Of the weights that are returned, whichever run found them.
            SolveSummary& summary = result->summary;
            if (summary.stability && summary.tolerant_tries > 0) {
                summary.stability->stability =
                    stability_of(options.network, result->weights, given);
            }
        }
        describe_target(result->summary, options, contradictions);
    });
    result->summary.network = options.network;
    result->summary.threads = threads.count();
    return *result;
}

std::string version() {
    return STEPPE_VERSION;
}

}  // namespace steppe

#include "steppe/run/learn.hpp"

#include <fmt/format.h>

#include <chrono>

#include "steppe/data/derived_patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/model/judge.hpp"
#include "steppe/run/ending.hpp"
#include "steppe/run/time_left.hpp"
#include "steppe/search/least_action.hpp"
#include "steppe/search/sbpi.hpp"
#include "steppe/sgd/binary_replicated_sgd.hpp"
#include "steppe/sgd/replicated_sgd.hpp"
#include "steppe/sgd/sgd.hpp"

namespace steppe {

namespace {

using Clock = std::chrono::steady_clock;

/// While more patterns than this (or this part of them) are answered wrongly on the way, errors are
/// counted every so many epochs: a count costs as much as half an epoch.
constexpr std::size_t far_from_solved = 10;
constexpr double far_share = 0.05;
constexpr std::size_t count_interval = 10;

/// Replicas that differ by less have met (docs/learning.md).
constexpr double met = 1e-4;

std::shared_ptr<const PatternSet> signs_of(const Patterns& patterns) {
    return patterns.visit([](const auto& set) -> std::shared_ptr<const PatternSet> {
        if constexpr (std::is_same_v<std::decay_t<decltype(*set)>, PatternSet>) {
            return set;
        } else {
            throw Error(
                "sbpi takes +-1 inputs, and the patterns have real ones: use rsgd, bp or "
                "amp");
        }
    });
}

std::unique_ptr<Learner> make_learner(const SolveOptions& options, const LearningOptions& how,
                                      SolverKind solver, const Patterns& patterns) {
    const Network& network = options.network;
    if (network.activation == Activation::Relu && solver != SolverKind::Sgd &&
        solver != SolverKind::ReplicatedSgd) {
        throw Error(fmt::format("{} learns sign units: learn ReLU units with sgd or rsgd",
                                solver_name(solver)));
    }
    const LeastActionOptions greedy{*how.batch, *how.start_norm, options.seed};
    const SgdOptions descent{*how.batch, *how.momentum, options.seed};
    switch (solver) {
        case SolverKind::LeastAction:
            return std::make_unique<LeastAction>(network, patterns, greedy);
        case SolverKind::EntropicLeastAction:
            return std::make_unique<EntropicLeastAction>(
                network, patterns, EntropicLeastActionOptions{greedy, *how.replicas});
        case SolverKind::Sbpi:
            return std::make_unique<Sbpi>(network, signs_of(patterns),
                                          SbpiOptions{.seed = options.seed});
        case SolverKind::Sgd:
            return std::make_unique<Sgd>(network, patterns, descent);
        case SolverKind::ReplicatedSgd:
            if (network.weights == WeightKind::Binary) {
                return std::make_unique<BinaryReplicatedSgd>(
                    network, patterns,
                    BinaryReplicatedSgdOptions{*how.batch, *how.replicas, options.seed});
            }
            return std::make_unique<ReplicatedSgd>(network, patterns,
                                                   ReplicatedSgdOptions{descent, *how.replicas});
        default:
            throw Error(fmt::format("{} does not learn by epochs", solver_name(solver)));
    }
}

/// Rates, and the slopes of surrogates, are meant for inputs whose mean square is 1.
double scale_of(const Patterns& patterns) {
    const double size = root_mean_square(patterns);
    return size > 0.0 ? size : 1.0;
}

SolveOptions at_unit_scale(const SolveOptions& options, const Patterns& patterns) {
    SolveOptions scaled_options = options;
    scaled_options.network.margin /= scale_of(patterns);
    return scaled_options;
}

/// One run: epoch after epoch; keeps the best weights.
class LearningRun {
  public:
    LearningRun(const SolveOptions& options, SolverKind solver, const Patterns& patterns,
                const SolveObserver& observer)
        : options_(options),
          how_(options.learning.resolved(solver, options.network, are_correlated(patterns))),
          patterns_(patterns),
          observer_(observer),
          start_(Clock::now()),
          learner_(make_learner(at_unit_scale(options, patterns), how_, solver,
                                scaled(patterns, 1.0 / scale_of(patterns)))),
          best_(learner_->weights()) {
        summary_.network = options.network;
        summary_.solver = solver;
        summary_.seed = options.seed;
        summary_.learning = how_;
        summary_.tries = 1;
        summary_.schedule.kind = ScheduleKind::None;
        summary_.patterns = patterns.patterns();
        summary_.weights = options.network.weight_count();
        summary_.load =
            static_cast<double>(summary_.patterns) / static_cast<double>(summary_.weights);
        summary_.overlap = summary_.free_entropy = std::numeric_limits<double>::quiet_NaN();
        summary_.errors = errors_ = errors_of(best_);
        if (has_surrogate()) summary_.surrogate_errors = learner_->surrogate_errors(how_.at(0));
    }

    SolveResult finish() {
        while (epoch()) {
        }
        if (!have_directions(best_)) {
            best_ = with_directions(options_.network, best_, options_.seed);
            summary_.errors = errors_of(best_);
        }
        summary_.seconds = seconds();
        summary_.iterations = summary_.steps_done = epochs_;
        summary_.edge_updates_per_second = rate();
        if (options_.teacher && options_.network.activation == Activation::Sign) {
            summary_.teacher =
                teacher_errors(options_.network, best_.values(), best_, *options_.teacher);
        }
        summary_.unit_overlap = unit_overlap(options_.network, best_);
        describe();
        return {summary_, best_};
    }

  private:
    bool has_surrogate() const {
        return options_.network.weights == WeightKind::Spherical &&
               (summary_.solver == SolverKind::Sgd || summary_.solver == SolverKind::ReplicatedSgd);
    }

    std::size_t errors_of(const Weights& weights) const {
        return judged_errors(options_.network, weights, patterns_);
    }

    double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

    double rate() const {
        return static_cast<double>(summary_.patterns) * static_cast<double>(summary_.weights) *
               static_cast<double>(epochs_) / std::max(seconds(), 1e-9);
    }

    std::size_t last_epoch() const {
        return options_.max_iterations == 0 ? *how_.epochs
                                            : std::min(options_.max_iterations, *how_.epochs);
    }

    /// False when the run has ended.
    bool epoch() {
        const LearningKnobs knobs = how_.at(epochs_);
        EpochReport report;
        bool found = false;
        try {
            report = learner_->epoch(knobs);
            ++epochs_;
            found = look_at_weights(report, knobs);
        } catch (const Error& error) {
            diverged_ = error.what();
            end_ = SolveStatus::Diverged;
            return false;
        }
        summary_.spread = report.spread;
        summary_.converged = report.spread < met;
        if (observer_) {
            SolveProgress progress;
            progress.iteration = progress.step = epochs_;
            progress.steps = last_epoch();
            progress.errors = errors_;
            progress.best_errors = summary_.errors;
            progress.overlap = std::numeric_limits<double>::quiet_NaN();
            progress.seconds = seconds();
            progress.edge_updates_per_second = rate();
            progress.epoch = report;
            progress.knobs = knobs;
            progress.seconds_left = seconds_left(
                {.seconds = seconds(),
                 .share = static_cast<double>(epochs_) / static_cast<double>(last_epoch()),
                 .time_limit = options_.time_limit});
            if (!observer_(progress)) return ended(SolveStatus::Interrupted);
        }
        if (found && !options_.continue_after_solution) return ended(SolveStatus::Solved);
        if (found && summary_.solver == SolverKind::EntropicLeastAction && summary_.converged) {
            return ended(SolveStatus::Solved);
        }
        if (epochs_ >= last_epoch() || stand_still(knobs)) return ended(SolveStatus::Unsolved);
        if (options_.time_limit > 0.0 && seconds() > options_.time_limit) {
            return ended(SolveStatus::TimeLimit);
        }
        return true;
    }

    bool ended(SolveStatus why) {
        end_ = why;
        return false;
    }

    /// Counts errors where that may find something; true when the weights are what was wanted.
    bool look_at_weights(const EpochReport& report, const LearningKnobs& knobs) {
        const double few = std::max(static_cast<double>(far_from_solved),
                                    far_share * static_cast<double>(summary_.patterns));
        const bool replicated = how_.replicas > std::size_t{1};
        const bool near = replicated || errors_ <= far_from_solved || report.mistakes <= few ||
                          (has_surrogate() && report.surrogate_mistakes == 0.0);
        const bool last = epochs_ >= last_epoch();
        if (!near && !last && epochs_ % count_interval != 0) return false;
        const Weights now = learner_->weights();
        errors_ = errors_of(now);
        // Without a surrogate there is one network to ask.
        const StopAt stop = has_surrogate() ? how_.stop_at : StopAt::Network;
        const bool better = errors_ <= summary_.errors;
        const std::size_t surrogate = has_surrogate() && (better || stop != StopAt::Network)
                                          ? learner_->surrogate_errors(knobs)
                                          : 0;
        const bool stored = errors_ <= options_.target_errors.value_or(0), fitted = surrogate == 0;
        const bool found = stop == StopAt::Network     ? stored
                           : stop == StopAt::Surrogate ? fitted
                                                       : stored && fitted;
        // Of equally good weights the later ones are kept; those that end a run are its answer.
        if (better || (found && !options_.continue_after_solution)) {
            summary_.errors = errors_;
            summary_.best_iteration = epochs_;
            if (has_surrogate()) summary_.surrogate_errors = surrogate;
            best_ = now;
        }
        lost_ = errors_ > 0 && summary_.errors == 0;
        return found;
    }

    /// Real replicas that move all the way to their mean, from now on: nothing changes any more.
    bool stand_still(const LearningKnobs& knobs) const {
        if (*how_.replicas < 2 || options_.network.weights == WeightKind::Binary) return false;
        const bool elal = summary_.solver == SolverKind::EntropicLeastAction;
        const auto part = [&](const LearningKnobs& k) { return elal ? k.pull * k.rate : k.pull; };
        return part(knobs) >= 1.0 && part(how_.at(*how_.epochs - 1)) >= 1.0;
    }

    void describe() {
        summary_.status = summary_.errors == 0 ? SolveStatus::Solved : end_;
        if (summary_.errors > 0 && end_ == SolveStatus::Solved) {
            summary_.status = SolveStatus::Unsolved;
        }
        summary_.message = ending_message(
            summary_,
            {lost_ ? fmt::format("epoch {} and lost later", summary_.best_iteration) : "",
             end_ == SolveStatus::Solved && summary_.errors > options_.target_errors.value_or(0)
                 ? "The surrogate network stores every pattern"
                 : fmt::format("No solution was found in {} epoch{}", epochs_,
                               epochs_ == 1 ? "" : "s"),
             options_.time_limit, diverged_.value_or("")});
    }

    const SolveOptions& options_;
    LearningOptions how_;
    Patterns patterns_;
    const SolveObserver& observer_;
    SolveSummary summary_;
    Clock::time_point start_;
    std::unique_ptr<Learner> learner_;
    Weights best_;
    std::size_t epochs_ = 0;
    std::size_t errors_ = 0;  ///< at the last count
    bool lost_ = false;
    SolveStatus end_ = SolveStatus::Unsolved;
    std::optional<std::string> diverged_;
};

}  // namespace

SolveResult learn(const SolveOptions& options, SolverKind solver, const Patterns& patterns,
                  const SolveObserver& observer) {
    return LearningRun(options, solver, patterns, observer).finish();
}

std::size_t learner_bytes(const Network& network, std::size_t patterns, SolverKind solver,
                          const LearningOptions& options) {
    // Inputs as signs.
    if (solver == SolverKind::Sbpi) return patterns * network.inputs + 4 * network.weight_count();
    const LearningOptions how = options.resolved(solver, network, false);
    const std::size_t rows = std::min(patterns, *how.batch);
    // A mini-batch as numbers; weights, steps and gradients.
    const double bytes =
        static_cast<double>(*how.replicas) *
        static_cast<double>(sizeof(float) * (rows * network.inputs + 4 * network.weight_count()));
    // Replicas may be more than can be counted with.
    return static_cast<std::size_t>(std::min(bytes, 0x1p62));
}

}  // namespace steppe

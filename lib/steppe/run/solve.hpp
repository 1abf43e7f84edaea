#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "steppe/data/patterns.hpp"
#include "steppe/inference/belief_propagation.hpp"
#include "steppe/model/contradictions.hpp"
#include "steppe/model/network.hpp"
#include "steppe/run/learning.hpp"
#include "steppe/run/solver_choice.hpp"
#include "steppe/run/teacher_errors.hpp"
#include "steppe/schedule/focusing.hpp"

/// One request to one result: a network, patterns and options in; weights and a summary out.
namespace steppe {

enum class ScheduleKind {
    Auto,  ///< pseudo-reinforcement for +-1 weights on independent patterns, else scoping
    None,
    Reinforcement,
    PseudoReinforcement,
    Scoping,
    File
};

/// What settings are for, where the caller leaves them open (docs/solver.md, "Correlated
/// patterns").
enum class Regime {
    Binary,            ///< +-1 weights, patterns that look independent
    CorrelatedBinary,  ///< +-1 weights, correlated patterns
    Spherical,         ///< real weights, patterns that look independent
    Correlated,        ///< real weights, correlated patterns
    Covariance,        ///< expectation propagation, real weights
    CovarianceBinary   ///< the same, +-1 weights
};

/// How the focusing moves, and how long it stays at each step.
struct ScheduleOptions {
    ScheduleKind kind = ScheduleKind::Auto;
    /// Number of couplings visited, 1 or more: more steps solve harder problems and cost more. 0:
    /// an automatic pace (Pace::automatic) over Pace::fine_steps.
    /// Not set: 100; 20 in the regimes Correlated and Covariance.
    std::optional<std::size_t> steps;
    /// Most iterations at one step; 1 or more. Not set: 50; Correlated 40, Covariance and
    /// CovarianceBinary 10.
    std::optional<std::size_t> iterations_per_step;
    /// Iterations without focusing that come before the schedule, fewer where nothing moves any
    /// more. Not set: 0; Correlated and Covariance 40, where there is a schedule.
    std::optional<std::size_t> free_iterations;
    /// A step ends when no magnetization and no tanh of a message would have moved by more than
    /// this in one iteration without damping (IterationReport::change); 0 stays for
    /// iterations_per_step. Not set: 0.2; for approximate message passing 0.15 with one unit, and
    /// 0.03 with 5000 weights or more; for spherical weights 0.4, 1 where several units see all
    /// inputs, and with approximate message passing 0.7 and 2.5 (docs/measurements.md); with
    /// D the damping, Correlated 0.02/(1 - D), CorrelatedBinary and CovarianceBinary 0.1/(1 - D),
    /// Covariance 0.005/(1 - D).
    std::optional<double> step_tolerance;
    /// x of pseudo-reinforcement, in [0, 1].
    double exponent = 0.5;
    /// How reinforcement is computed.
    ReinforcementForm form = ReinforcementForm::Replicas;
    /// y of scoping, 1 or more. Not set: 10; Correlated 300, CorrelatedBinary and CovarianceBinary
    /// 1000, Covariance 30.
    std::optional<double> replicas;
    /// gamma of scoping. Not set: Binary linear from 0.1 to 3, CorrelatedBinary and
    /// CovarianceBinary from 0.02 to 2;
    /// geometric: Spherical from 0.1 to 300, Covariance from 0.5 to 30, Correlated from 2 to 30.
    std::optional<Ramp> coupling_range;
    /// List of couplings (ScheduleKind::File).
    std::string file;
    /// What the file holds, for one that can be read once (a pipe). Not set: it is read when a
    /// schedule is built.
    std::optional<FocusingSchedule> couplings;

    /// With everything but step_tolerance chosen where the caller left it open.
    ScheduleOptions resolved(Regime regime) const;
    /// The couplings of resolved options; throws Error naming what is wrong.
    FocusingSchedule build() const;
    /// "pseudo-reinforcement", ...
    std::string name() const;
};

struct SolveOptions {
    Network network;
    SolverKind solver = SolverKind::Auto;
    /// For belief propagation; seed and damping stand below.
    BeliefPropagationOptions bp;
    /// Names the solver's random numbers.
    std::uint64_t seed = 1;
    /// Of the learners (is_learner), for which the options of message passing say nothing.
    LearningOptions learning;
    /// Part of the old messages or fields that is kept, in [0, 1). Not set: 0.5; 0.3 for
    /// approximate message passing with one unit, and with spherical weights on a tree; 0.8 for
    /// spherical weights of several units that see all inputs, and for expectation propagation
    /// (with +-1 weights 0.9);
    /// on correlated patterns 0.99 for approximate message passing, and for belief propagation 0.9,
    /// with +-1 weights 0.95 (docs/solver.md).
    std::optional<double> damping;
    ScheduleOptions schedule;
    /// Fresh tries, each with another small random external field, after a try has settled with
    /// errors; the best weights of all tries are kept. Not set: 0 for belief propagation, 10
    /// in the regime CorrelatedBinary; for approximate message passing 1000, and 10 where more than
    /// 20 errors are left or weights are spherical; for expectation propagation 3. Without focusing
    /// there is one try.
    std::optional<std::size_t> restarts;
    /// Approximate message passing: patterns are to be stored with this margin while running,
    /// z > (network.margin + margin (1 - overlap)) sqrt(inputs), which vanishes as the weights
    /// settle; 0 or more. Not set: 0.05; 0 for a parity, whose units may answer either way.
    std::optional<double> running_margin;
    /// Standard deviation of a random external field on every weight (Stream::Symmetry), 0 or more:
    /// breaks the symmetry of problems where turning weights maps solutions to solutions. Not set:
    /// 0.1 for a parity, 0.03 in the regime CovarianceBinary, else 0; in the regimes Correlated and
    /// Covariance 1, with decay.
    std::optional<double> symmetry_field;
    /// Factor in [0, 1) by which that field shrinks in every iteration; errors count when it is
    /// gone. Not set: it stays, and where symmetry_field is left open too, 0.7 in the regimes
    /// Correlated and Covariance; 0.7 always where there is no focusing, for what is measured then
    /// is the problem without a field.
    std::optional<double> symmetry_decay;
    /// Temperature T along the schedule: a wrong pattern costs 1/T instead of being forbidden, 0 is
    /// forbidden; 0 or more. The two ends are one number where there is no focusing. Not set: 0,
    /// and where the plain run ends with many errors a few tries at others follow (docs/solver.md,
    /// "Patterns that may be wrong"). Of message passing.
    std::optional<Ramp> temperature;
    /// The run ends at weights with no more errors than this. Not set: 0.
    std::optional<std::size_t> target_errors;
    /// Weights that made the labels, where there are such: the summary compares with them.
    std::optional<Weights> teacher;
    /// Without focusing the run ends when nothing would have moved by more than this in an
    /// iteration without damping (IterationReport::converged); also what `converged` means; above
    /// 0.
    double tolerance = 1e-4;
    /// Most iterations; 0: what the schedule allows (1000 without focusing).
    std::size_t max_iterations = 0;
    /// Seconds after which the run ends; 0: none.
    double time_limit = 0.0;
    /// Message passing that leaves errors of one unit of real weights with a margin of 0 or more, a
    /// convex problem, is finished exactly by AdaTron, which has one try before it unless restarts
    /// says otherwise. Not without focusing, nor with continue_after_solution.
    bool finish = true;
    /// Goes on to the end of the schedule after a solution was found.
    bool continue_after_solution = false;
    /// Threads of the solver; 0: one per core.
    std::size_t threads = 0;

    /// Throws Error naming the option and the value it rejects.
    void validate() const;
};

/// Where a run stands after an iteration.
struct SolveProgress {
    /// 1 for the first, of all tries. 0 while the solver is being made, where that takes long
    /// (expectation propagation of thousands of patterns): only the try and the seconds are known.
    std::size_t iteration = 0;
    std::size_t attempt = 1;  ///< 1 for the first try
    std::size_t step = 0;     ///< of the schedule, 1 for the first
    std::size_t steps = 0;
    std::size_t iterations_in_step = 0;
    Coupling coupling;
    /// Of the weights as they were when errors were last counted: now, or up to 4 iterations ago
    /// while more than 10 patterns are wrong (approximate message passing).
    std::size_t errors = 0;
    std::size_t best_errors = 0;  ///< fewest so far
    double overlap = 0.0;
    IterationReport report;
    double seconds = 0.0;
    double edge_updates_per_second = 0.0;
    /// Of learners, whose iterations and steps are epochs; the coupling and the overlap are not
    /// theirs.
    std::optional<EpochReport> epoch = {};
    LearningKnobs knobs = {};
    std::size_t attempts = 1;  ///< most tries, as things stand
    /// Seconds that the run may still take (seconds_left in run/time_left.hpp): a solution ends it
    /// sooner. Infinity while nothing is known.
    double seconds_left = std::numeric_limits<double>::infinity();
};

/// Called after every iteration from the thread that called solve, and several times a second while
/// a solver is made that takes long; false interrupts the run.
using SolveObserver = std::function<bool(const SolveProgress&)>;

enum class SolveStatus {
    Solved,       ///< weights without errors were found
    Target,       ///< errors are left, no more than SolveOptions::target_errors
    Converged,    ///< without focusing: nothing moves any more, and errors are left
    Unsolved,     ///< iterations, steps or schedule are used up
    TimeLimit,    ///< stopped by SolveOptions::time_limit
    Interrupted,  ///< stopped by the observer
    Diverged,     ///< a field was no number; the best weights before that are kept
};

/// What AdaTron found, by itself or at the end of a run of message passing.
struct StabilityReport {
    double stability = 0.0;   ///< of the weights returned: min_a z_a/sqrt(inputs)
    double bound = 0.0;       ///< no weights have more, as the multipliers prove
    bool infeasible = false;  ///< no weights store the patterns, as the multipliers prove
    /// No weights store the patterns with the margin asked for, as the multipliers prove: the bound
    /// is not above it, or they are infeasible.
    bool impossible = false;
    /// The weights have the largest stability there is, or the bound is 0 to rounding.
    bool ended = false;
    std::size_t iterations = 0;  ///< of AdaTron
    double seconds = 0.0;
};

struct SolveSummary {
    SolveStatus status = SolveStatus::Unsolved;
    std::string message;     ///< one sentence that says what happened
    std::size_t errors = 0;  ///< of the weights returned, by count_errors
    Network network;
    std::size_t patterns = 0;
    std::size_t weights = 0;
    double load = 0.0;                                  ///< patterns / weights
    SolverKind solver = SolverKind::BeliefPropagation;  ///< the one that ran
    std::string choice;                                 ///< why, where it was chosen; else empty
    BeliefPropagationOptions bp;                        ///< of belief propagation
    double damping = 0.0;         ///< at the end: what was asked for, raised where it diverged
    double running_margin = 0.0;  ///< of approximate message passing
    double symmetry_field = 0.0;  ///< that was used
    std::optional<double> symmetry_decay;
    /// Mean cosine of the angle between the weights returned of two hidden units, over all pairs
    /// that see the same inputs: 1 where all units are equal; NaN for one unit and for trees.
    double unit_overlap = 0.0;
    std::uint64_t seed = 1;
    ScheduleOptions schedule;     ///< with the step_tolerance that was used
    std::size_t tries = 0;        ///< begun, 1 or more
    std::size_t divergences = 0;  ///< times that the damping was raised
    std::size_t floored = 0;      ///< cavity precisions that had to be raised (IterationReport)
    /// Patterns (times wirings) that expectation propagation cannot keep (IterationReport).
    std::size_t lost_patterns = 0;
    std::size_t steps_done = 0;  ///< of the last try
    std::size_t iterations = 0;
    /// Iteration that found the weights returned.
    std::size_t best_iteration = 0;
    double seconds = 0.0;  ///< from the solver's start to the end, without reading patterns
    double edge_updates_per_second = 0.0;
    bool converged = false;
    double overlap = 0.0;  ///< at the end
    /// At the end, per weight in nats, without what a symmetry_field that is kept on adds; NaN
    /// where there is none, -infinity where contradictory patterns leave no solution.
    double free_entropy = 0.0;
    std::string
        free_entropy_note;     ///< why there is none: "messages have not converged", ...; or ""
    std::size_t repeated = 0;  ///< patterns that repeat another; the measure has each once
    std::size_t threads = 0;
    /// Of learners: what they were asked for, resolved; `overlap`, `free_entropy`, `damping` and
    /// the schedule are not theirs (NaN or as they were).
    std::optional<LearningOptions> learning;
    /// Of gradient learners: patterns that the surrogate of the weights returned gets wrong.
    std::optional<std::size_t> surrogate_errors;
    /// Of replicas: EpochReport::spread at the end; else NaN.
    double spread = std::numeric_limits<double>::quiet_NaN();
    /// Of the run that found the weights returned, where patterns might be wrong in it.
    std::optional<Ramp> temperature;
    /// Tries in which patterns might be wrong that followed the plain run by themselves.
    std::size_t tolerant_tries = 0;
    /// Mean number of wrong patterns under the measure at the temperature of the end, where a
    /// temperature was asked for; else NaN.
    double expected_errors = std::numeric_limits<double>::quiet_NaN();
    std::optional<std::size_t> target_errors;  ///< that were asked for
    Contradictions contradictions;
    std::optional<StabilityReport> stability;  ///< where AdaTron ran
    std::optional<TeacherErrors> teacher;      ///< where SolveOptions::teacher was given
    /// Patterns that were not learned, where the caller has some (0: none), and how many of them
    /// the weights get wrong. solve() leaves them to its caller.
    std::size_t test_patterns = 0;
    std::size_t test_errors = 0;

    /// The summary as people read it, several lines.
    std::string text() const;
    /// One JSON object on one line (docs/files.md). `seed` and `version` are part of it.
    std::string json() const;

  private:
    std::string learner_lines() const;
    std::string stability_lines() const;
    std::string message_passing_lines() const;
};

struct SolveResult {
    SolveSummary summary;
    Weights weights;  ///< with the fewest errors that were seen
    /// Where AdaTron ran: of the patterns, at least 0 and of sum 1 (StabilityProof); else empty.
    std::vector<double> multipliers = {};
};

/// "solved", "target", "converged", "unsolved", "time-limit", "interrupted", "diverged".
std::string status_name(SolveStatus status);

/// Looks for weights of the network that give the wanted output on every pattern. Labels beside the
/// patterns are folded in where the network folds them. Throws Error for options or shapes that
/// make no sense, and when the memory for the messages cannot be had.
SolveResult solve(const SolveOptions& options, Patterns patterns,
                  const SolveObserver& observer = {});

/// Throws Error when patterns (of pattern_bytes) and what the solver stores of that many (Auto: the
/// solver that stores least) cannot fit into this machine's memory: the system would grant it and
/// stop the program later. solve() asks by itself; a caller that makes the patterns asks before.
void require_memory(const Network& network, std::size_t patterns, std::size_t pattern_bytes,
                    SolverKind solver, const BeliefPropagationOptions& bp,
                    const LearningOptions& learning);

/// The library's version, "0.1.0".
std::string version();

}  // namespace steppe

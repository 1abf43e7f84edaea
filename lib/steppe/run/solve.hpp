#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/inference/message_passing.hpp"
#include "steppe/model/contradictions.hpp"
#include "steppe/model/network.hpp"
#include "steppe/options/solve_options.hpp"
#include "steppe/run/solver_choice.hpp"
#include "steppe/run/teacher_errors.hpp"

/// One request to one result: a network, patterns and options in; weights and a summary out.
namespace steppe {

/// Where a run stands after an iteration.
struct SolveProgress {
    /// 1 for the first, of all tries. 0 while the solver is being made, where that takes long
    /// (expectation propagation of thousands of patterns): only the try and the seconds are known.
    std::size_t iteration = 0;
    std::size_t attempt = 1;       ///< 1 for the first try
    std::string_view solver = {};  ///< name of the one that runs, where auto chose as well
    /// Message passing: part of the old messages or fields that is kept. Else NaN.
    double damping = std::numeric_limits<double>::quiet_NaN();
    std::size_t step = 0;  ///< of the schedule, 1 for the first
    std::size_t steps = 0;
    std::size_t iterations_in_step = 0;
    Coupling coupling;
    /// Of the weights as they were when errors were last counted: now, or up to 4 iterations ago
    /// while more than 10 patterns are wrong (approximate message passing).
    std::size_t errors = 0;
    std::size_t best_errors = 0;  ///< fewest so far
    double overlap = 0.0;
    IterationReport report;
    /// Message passing: whether this is the last iteration of a step of the schedule, or of a try
    /// that ends with a solution.
    bool ends_step = false;
    /// Message passing with focusing: measures the replicas round their centre at the present
    /// messages, which means something where they have settled. To be called within the observer
    /// alone; takes as long as 1 to 200 iterations. What is not defined is NaN: with an infinite
    /// gamma, or (internal entropy) where a temperature lets patterns be wrong. Else empty.
    std::function<FocusedEntropy()> focused_entropy = {};
    /// Message passing where SolveOptions::teacher was given: overlap of the means with it, R
    /// (teacher_overlap in run/teacher_errors.hpp), after this iteration. To be called within the
    /// observer alone. Else empty.
    std::function<double()> teacher_overlap = {};
    double seconds = 0.0;
    double edge_updates_per_second = 0.0;
    /// Of solvers that learn by epochs, whose iterations and steps are epochs; the coupling and the
    /// overlap are not theirs.
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

/// Checkpoints of a run (docs/files.md, "Checkpoints"): files from which a run that was stopped, by
/// whatever, goes on and ends with the same weights, errors and iterations, bit for bit, as one
/// that was never stopped.
struct CheckpointOptions {
    /// Written while the run goes on, when it is stopped and at its end, whole or not at all;
    /// empty: none.
    std::string file = {};
    /// Seconds between two of them, 0 or more; they are written between iterations.
    double every = 60.0;
    /// Goes on from this checkpoint, which is of the same problem and the same options; threads and
    /// time limit may be others (a limit is of the seconds from now on).
    std::string resume = {};
    /// Begins at the messages (of learners: at the weights) of this checkpoint, which is of the
    /// same network and solver. The fresh tries and other solvers that follow do not.
    std::string start_from = {};
    /// Told that a checkpoint could not be written; the run goes on. Where it is empty the run ends
    /// by that Error.
    std::function<void(const std::string& why)> failed = {};
};

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
    double load = 0.0;     ///< patterns / weights
    std::string solver;    ///< name of the one that ran
    std::string choice;    ///< why, where it was chosen; else empty
    SolveOptions options;  ///< of that run, resolved: all that its solver has are set
    /// Options that the caller set, by name, as text.
    std::vector<std::pair<std::string, std::string>> request;
    double damping = 0.0;  ///< at the end: what was asked for, raised where it diverged
    /// Mean cosine of the angle between the weights returned of two hidden units, over all pairs
    /// that see the same inputs: 1 where all units are equal; NaN for one unit and for trees.
    double unit_overlap = 0.0;
    std::uint64_t seed = 1;
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
/// make no sense, for options that solver, schedule or network do not have (settle), when the
/// memory for the messages cannot be had, and for a checkpoint that cannot be read or is of another
/// run.
SolveResult solve(const SolveOptions& options, Patterns patterns,
                  const SolveObserver& observer = {}, const CheckpointOptions& checkpoints = {});

/// Throws Error when patterns (of pattern_bytes) and what the solver of the options stores of that
/// many (auto: the one that stores least) cannot fit into this machine's memory: the system would
/// grant it and stop the program later. solve() asks by itself; a caller that makes the patterns
/// asks before.
void require_memory(const SolveOptions& options, std::size_t patterns, std::size_t pattern_bytes);

/// The library's version, "0.1.0".
std::string version();

}  // namespace steppe

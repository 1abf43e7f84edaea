#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/model/network.hpp"
#include "steppe/model/weights.hpp"
#include "steppe/options/conditions.hpp"
#include "steppe/options/learning_options.hpp"
#include "steppe/schedule/focusing.hpp"

/// What a run may be asked for. What is not set has the default of the table of settings
/// (options/settings.hpp, `steppe info --settings`); options/option_table.cpp describes each,
/// `steppe info --options` lists them.
namespace steppe {

enum class ScheduleKind {
    Auto,  ///< the one of the table of settings
    None,
    Reinforcement,
    PseudoReinforcement,
    Scoping,
    File
};

/// The words of --schedule: all kinds but File.
std::vector<std::string> schedule_names();
/// Nothing for a word that is none of them.
std::optional<ScheduleKind> schedule_named(const std::string& name);

/// A random external field on every weight.
struct SymmetryField {
    double deviation = 0.0;
    std::optional<double> decay;  ///< factor by which it shrinks in an iteration; not set: it stays

    /// "SIGMA" or "SIGMA:DECAY"; throws Error with what was read and what would be right.
    static SymmetryField parse(const std::string& text);
};

/// How the focusing moves, and how long it stays at each step.
struct ScheduleOptions {
    ScheduleKind kind = ScheduleKind::Auto;
    /// Number of couplings visited, 1 or more: more steps solve harder problems and cost more. 0:
    /// an automatic pace (Pace::automatic) over Pace::fine_steps.
    std::optional<std::size_t> steps;
    /// Most iterations at one step; 1 or more.
    std::optional<std::size_t> iterations_per_step;
    /// Iterations without focusing that come before the schedule, fewer where nothing moves any
    /// more.
    std::optional<std::size_t> free_iterations;
    /// A step ends when no magnetization and no tanh of a message would have moved by more than
    /// this in one iteration without damping (IterationReport::change); 0 stays for
    /// iterations_per_step.
    std::optional<double> step_tolerance;
    /// x of pseudo-reinforcement, in [0, 1].
    std::optional<double> exponent;
    /// How reinforcement is computed.
    std::optional<ReinforcementForm> form;
    /// y of scoping, 1 or more.
    std::optional<double> replicas;
    /// gamma of scoping.
    std::optional<Ramp> coupling_range;
    /// List of couplings (ScheduleKind::File).
    std::string file;
    /// What the file holds, for one that can be read once (a pipe). Not set: it is read when a
    /// schedule is built.
    std::optional<FocusingSchedule> couplings;

    /// The couplings of resolved options; throws Error naming what is wrong.
    FocusingSchedule build() const;
    /// "pseudo-reinforcement", ...
    std::string name() const;
};

struct SolveOptions {
    Network network;
    /// Name of a solver (options/solver.hpp), or "auto".
    std::string solver = "auto";
    /// Of belief propagation: how messages are computed, and stored.
    std::optional<Accuracy> accuracy;
    std::optional<Precision> precision;
    /// Patterns that belief propagation updates together; 0: all.
    std::optional<std::size_t> block;
    /// Names the solver's random numbers.
    std::uint64_t seed = 1;
    /// Of the solvers that learn by epochs, for which the options of message passing say nothing.
    LearningOptions learning;
    /// Part of the old messages or fields that is kept, in [0, 1).
    std::optional<double> damping;
    ScheduleOptions schedule;
    /// Fresh tries, each with another small random external field, after a try has settled with
    /// errors; the best weights of all tries are kept. Without focusing there is one try.
    std::optional<std::size_t> restarts;
    /// Approximate message passing: patterns are to be stored with this margin while running,
    /// z > (network.margin + margin (1 - overlap)) sqrt(inputs), which vanishes as the weights
    /// settle; 0 or more.
    std::optional<double> running_margin;
    /// Standard deviation of a random external field on every weight (Stream::Symmetry), 0 or more:
    /// breaks the symmetry of problems where turning weights maps solutions to solutions. Where it
    /// is left open, the default may shrink as well.
    std::optional<double> symmetry_field;
    /// Factor in [0, 1) by which that field shrinks in every iteration; errors count when it is
    /// gone. Not set: a field that was asked for stays, but for schedule none, where what is
    /// measured is the problem without a field.
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
    std::optional<double> tolerance;
    /// Most iterations; 0: what the schedule allows.
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
    /// Options that one solver alone reads (Solver::own_options), as text, by name.
    std::map<std::string, std::string, std::less<>> others;

    /// What the defaults of a run depend on, as far as it is known before the run.
    Conditions conditions(std::string_view by, bool correlated) const;
    /// For the solver among the conditions: every option that it has is set, from the table of
    /// settings where the caller left it open.
    SolveOptions resolved(Conditions now) const;

    /// Of `others`; throws Error for a name that is not set, and for text that is no number.
    const std::string& other(std::string_view name) const;
    double other_number(std::string_view name) const;
    std::size_t other_count(std::string_view name) const;

    /// Throws Error naming the option and the value it rejects. Which options solver, schedule and
    /// network have settle() says (options/option.hpp), which solve() asks as well.
    void validate() const;
};

}  // namespace steppe

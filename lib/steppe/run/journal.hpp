#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "steppe/run/checkpoint_file.hpp"
#include "steppe/run/solve.hpp"

namespace steppe {

class RunState;
class Stepper;

/// The checkpoints of a run (internal; not installed). A run is a sequence of stages: runs of one
/// solver or of its finish, one after the other. Which follow is decided by the results of those
/// before, so that a checkpoint is the results of the stages that have ended and the state of the
/// one at work: to resume is to go the same way with the results at hand, and on from that state.
class Journal {
  public:
    /// Reads what the run goes on or starts from. Throws Error where that is of another problem or
    /// request, or of another version.
    Journal(const CheckpointOptions& options, RunIdentity identity);

    /// Seconds that the run had taken before it was resumed.
    double seconds_before() const { return before_; }

    // Of a stage, in the order of calls.

    /// A stage begins. True where it has ended already: with this result.
    bool replay(SolveResult& result);
    /// Whether a state awaits the stage that has just begun.
    bool resumes() const { return live_ && stage_ == results_.size(); }
    /// Restores it. False where it stands before a try.
    bool restore(Stepper& stepper, RunState& run);
    /// Before and after a try's beginning.
    void before_try(Stepper& stepper, RunState& run);
    void try_began(Stepper& stepper, RunState& run);
    /// Between iterations: whether it is time for a checkpoint.
    bool is_due() const;
    void save(Stepper& stepper, RunState& run);
    /// Writes what was restored, or where the run stood before the try.
    void save_again();
    /// The stage has ended; by itself, or stopped from outside (even with a solution in hand).
    void ended(const SolveResult& result, Stepper& stepper, const RunState& run);

    /// The end of the run.
    void close();

  private:
    void resume();
    void start();
    void write();

    CheckpointOptions options_;
    RunIdentity identity_;
    double before_ = 0.0;
    std::size_t stage_ = 0;  ///< at work
    bool begun_ = false;     ///< any stage
    std::vector<Records> results_;
    std::optional<Records> live_;  ///< of the stage at work
    std::optional<Records> messages_;
    std::string messages_of_;
    std::optional<Records> start_;  ///< messages to start from
    bool stopped_ = false;          ///< from outside
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now(),
                                          saved_ = began_;
};

}  // namespace steppe

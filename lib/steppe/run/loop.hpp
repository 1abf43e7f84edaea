#pragma once

#include <cstddef>

#include "steppe/run/run_state.hpp"

/// The one loop of every solver (internal; not installed): iterate, look at the weights, observe,
/// stop for a reason.
namespace steppe {

class Archive;

/// Thrown while a solver is being made, where observer or clock end the run.
struct Abandoned {
    SolveStatus why;
};

/// A solver at work, as the loop sees it.
class Stepper {
  public:
    enum class Next {
        GoOn,
        NextTry,  ///< this one is over; what ended it stands in RunState::end
        Stop
    };

    virtual ~Stepper() = default;

    /// Begins a try. May throw Abandoned.
    virtual void begin() = 0;
    /// One iteration, from the knobs or coupling that are its turn. Throws Error where a field is
    /// no number.
    virtual void iterate() = 0;
    /// After that Error: whether the try goes on from an earlier state.
    virtual bool recovers() { return false; }
    /// Counts errors where that may find something, and keeps better weights.
    virtual void look() = 0;
    /// Whether weights that are what was wanted have just been seen.
    virtual bool found() const = 0;
    /// Whether the run ends at them though it was to continue after a solution.
    virtual bool ends_at_found() const { return false; }
    /// Whether iterations, epochs or what else a run may use are used up.
    virtual bool spent() const = 0;
    /// What the observer sees, beside what the loop knows.
    virtual void describe(SolveProgress& progress) const = 0;
    /// After an iteration that ended nothing.
    virtual Next next() = 0;
    /// Whether another try follows one that is over.
    virtual bool has_another_try() const { return false; }

    // Checkpoints.

    /// Saves or restores all that the iterations to come depend on but what RunState and
    /// messages() hold.
    virtual void state(Archive& archive) = 0;
    /// Messages, or what else a run of another request may start from: restored after state() and
    /// ready(), or into a try that has begun (Archive::Way::Start). False where there are none.
    virtual bool messages(Archive&) { return false; }
    /// Between state() and messages() of a try that had begun: makes what messages() restores
    /// into. May throw Abandoned.
    virtual void make_ready() {}
};

/// Runs to the end, from where the journal's checkpoint stands if there is one. Weights, errors and
/// the reason stand in the state.
void run_loop(Stepper& stepper, RunState& run);

}  // namespace steppe

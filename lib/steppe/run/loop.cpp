#include "steppe/run/loop.hpp"

#include "steppe/error.hpp"

namespace steppe {

namespace {

using Next = Stepper::Next;

Next stop(RunState& run, SolveStatus why) {
    run.end = why;
    return Next::Stop;
}

/// False where observer or clock ended the run before the try began.
bool begin_try(Stepper& stepper, RunState& run) {
    try {
        stepper.begin();
        return true;
    } catch (const Abandoned& abandoned) {
        run.end = abandoned.why;
        return false;
    }
}

bool observe(const Stepper& stepper, const RunState& run) {
    if (!run.observer()) return true;
    SolveProgress progress;
    progress.iteration = run.iterations;
    progress.solver = run.summary.solver;
    progress.errors = run.errors;
    progress.best_errors = run.summary.errors;
    progress.seconds = run.seconds();
    progress.edge_updates_per_second = run.rate();
    stepper.describe(progress);
    return run.observer()(progress);
}

Next iterate_once(Stepper& stepper, RunState& run) {
    try {
        stepper.iterate();
        ++run.iterations;
        stepper.look();
    } catch (const Error& error) {
        if (stepper.recovers()) return Next::GoOn;
        run.diverged = error.what();
        return stop(run, SolveStatus::Diverged);
    }
    if (!observe(stepper, run)) return stop(run, SolveStatus::Interrupted);
    if (stepper.found() && (!run.asked().continue_after_solution || stepper.ends_at_found())) {
        return stop(run, SolveStatus::Solved);
    }
    if (stepper.spent()) return stop(run, SolveStatus::Unsolved);
    if (run.out_of_time()) return stop(run, SolveStatus::TimeLimit);
    return stepper.next();
}

}  // namespace

void run_loop(Stepper& stepper, RunState& run) {
    while (begin_try(stepper, run)) {
        Next next = Next::GoOn;
        while (next == Next::GoOn) next = iterate_once(stepper, run);
        if (next == Next::Stop || !stepper.has_another_try()) return;
    }
}

}  // namespace steppe

#include "steppe/run/loop.hpp"

#include "steppe/error.hpp"
#include "steppe/run/journal.hpp"

namespace steppe {

namespace {

using Next = Stepper::Next;

Next stop(RunState& run, SolveStatus why) {
    run.end = why;
    return Next::Stop;
}

/// False where observer or clock ended the run before the try began.
bool begin_try(Stepper& stepper, RunState& run) {
    if (run.journal()) run.journal()->before_try(stepper, run);
    try {
        stepper.begin();
    } catch (const Abandoned& abandoned) {
        run.end = abandoned.why;
        if (run.journal()) run.journal()->save_again();
        return false;
    }
    if (run.journal()) run.journal()->try_began(stepper, run);
    return true;
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

/// After an iteration that was observed: this is where checkpoints stand, and where a run goes on
/// from one.
Next judge(Stepper& stepper, RunState& run) {
    if (stepper.found() && (!run.asked().continue_after_solution || stepper.ends_at_found())) {
        return stop(run, SolveStatus::Solved);
    }
    if (stepper.spent()) return stop(run, SolveStatus::Unsolved);
    if (run.out_of_time()) {
        if (run.journal()) run.journal()->save(stepper, run);
        return stop(run, SolveStatus::TimeLimit);
    }
    return stepper.next();
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
    const bool goes_on = observe(stepper, run);
    if (run.journal() && (!goes_on || run.journal()->is_due())) run.journal()->save(stepper, run);
    return goes_on ? judge(stepper, run) : stop(run, SolveStatus::Interrupted);
}

Next run_try(Stepper& stepper, RunState& run, Next next) {
    while (next == Next::GoOn) next = iterate_once(stepper, run);
    return next;
}

/// Goes on from the checkpoint. What follows is another try, if there is one.
Next resume(Stepper& stepper, RunState& run) {
    try {
        if (!run.journal()->restore(stepper, run)) return Next::NextTry;
    } catch (const Abandoned& abandoned) {
        run.journal()->save_again();
        return stop(run, abandoned.why);
    }
    const Next next = run_try(stepper, run, judge(stepper, run));
    return next == Next::NextTry && !stepper.has_another_try() ? Next::Stop : next;
}

}  // namespace

void run_loop(Stepper& stepper, RunState& run) {
    if (run.journal() && run.journal()->resumes() && resume(stepper, run) == Next::Stop) return;
    while (begin_try(stepper, run)) {
        const Next next = run_try(stepper, run, Next::GoOn);
        if (next == Next::Stop || !stepper.has_another_try()) return;
    }
}

}  // namespace steppe

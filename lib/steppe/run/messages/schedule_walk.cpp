#include "steppe/run/messages/schedule_walk.hpp"

#include <algorithm>

#include "steppe/numeric/archive.hpp"

namespace steppe {

ScheduleWalk::ScheduleWalk(const ScheduleOptions& options, std::size_t most_iterations)
    : schedule_(options.build()),
      free_(options.free_iterations.value()),
      stay_(options.kind == ScheduleKind::None ? most_iterations
                                               : options.iterations_per_step.value()),
      adapts_(options.kind != ScheduleKind::None && *options.steps == 0 && schedule_.steps() > 1),
      pace_(Pace::fixed(schedule_.steps())) {}

void ScheduleWalk::begin() {
    iteration_ = 0;
    focuses_ = false;
    pace_ = Pace::fixed(schedule_.steps());
    if (free_ == 0) begin_steps();
}

void ScheduleWalk::begin_steps() {
    focuses_ = true;
    iteration_ = 0;
    pace_ = adapts_ ? Pace::automatic() : Pace::fixed(schedule_.steps());
}

Coupling ScheduleWalk::coupling() const {
    return focuses_ ? schedule_.at(pace_.step()) : Coupling{};
}

double ScheduleWalk::share() const {
    const double in_step =
        std::min(1.0, static_cast<double>(iteration_in_step()) / static_cast<double>(stay_));
    return (static_cast<double>(pace_.step()) + in_step) /
           static_cast<double>(std::max<std::size_t>(pace_.steps(), 1));
}

bool ScheduleWalk::advance(bool settled) {
    const bool ends = ends_step(settled);
    ++iteration_;
    if (!focuses_) {
        if (settled || iteration_ >= free_) begin_steps();
        return false;
    }
    if (!ends) return false;
    pace_.advance(iteration_, settled);
    iteration_ = 0;
    return true;
}

void ScheduleWalk::again() {
    if (!focuses_) {
        begin_steps();
    } else {
        iteration_ = 0;
    }
}

void ScheduleWalk::state(Archive& archive) {
    archive("pace", pace_);
    archive("focuses", focuses_);
    archive("iteration", iteration_);
}

}  // namespace steppe

#pragma once

#include <cstddef>

#include "steppe/options/solve_options.hpp"
#include "steppe/schedule/focusing.hpp"
#include "steppe/schedule/pace.hpp"

namespace steppe {

class Archive;

/// Where a try of message passing stands on its schedule (internal; not installed): some iterations
/// without focusing, then step after step at its pace. Without a schedule there is one step.
class ScheduleWalk {
  public:
    /// Options are resolved; most_iterations is how long the one step without focusing lasts.
    ScheduleWalk(const ScheduleOptions& options, std::size_t most_iterations);

    void begin();

    /// Of the iteration that comes next.
    Coupling coupling() const;
    std::size_t iteration_in_step() const { return iteration_ + 1; }
    const Pace& pace() const { return pace_; }
    /// Part of the try that is done when this iteration is.
    double share() const;

    /// Whether the iteration that was done is the last of a step of the schedule; settled: the step
    /// is over.
    bool ends_step(bool settled) const {
        return focuses_ && (settled || iteration_in_step() >= stay_);
    }
    /// After an iteration at which nothing else happened; settled: the step is over. True where it
    /// was the last iteration of a step of the schedule.
    bool advance(bool settled);
    /// The step begins again; iterations without focusing are over.
    void again();
    bool done() const { return pace_.done(); }

    void state(Archive& archive);

  private:
    void begin_steps();

    FocusingSchedule schedule_;
    std::size_t free_, stay_;
    bool adapts_;
    Pace pace_;
    bool focuses_ = false;       ///< the iterations without focusing are over
    std::size_t iteration_ = 0;  ///< done at this step
};

}  // namespace steppe

#pragma once

#include <cstddef>

namespace steppe {

class Archive;

/// How fast a run walks the steps of its schedule.
class Pace {
  public:
    /// Steps of the fine schedule that an automatic pace strides over.
    static constexpr std::size_t fine_steps = 1000;

    /// Every one of `steps` steps (>= 1).
    static Pace fixed(std::size_t steps);
    /// Strides over fine_steps steps, wider where the iterates settle at once, narrower where they
    /// take long.
    static Pace automatic();

    bool done() const { return step_ >= steps_; }
    /// The step to be at; below steps() until done.
    std::size_t step() const { return step_; }
    std::size_t steps() const { return steps_; }
    /// Steps that are taken at the stride at the start.
    std::size_t strides() const;

    /// Moves on after that many iterations (>= 1) at the present step, which did or did not settle.
    void advance(std::size_t iterations, bool settled);

    void state(Archive& archive);

  private:
    static constexpr double first_stride = 10.0;

    Pace(std::size_t steps, bool adapts) : steps_(steps), adapts_(adapts) {}

    std::size_t steps_, step_ = 0;
    bool adapts_;
    double stride_ = first_stride, position_ = 0.0;
};

}  // namespace steppe

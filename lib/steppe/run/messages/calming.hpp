#pragma once

#include <cstddef>
#include <optional>

#include "steppe/inference/message_passing.hpp"

namespace steppe {

class Archive;

/// More damping after fields ran away (internal; not installed): back to the last good state, up
/// to three times a try.
class Calming {
  public:
    static constexpr std::size_t most_raises = 3;

    /// able: whether the solver is one that calms (Solver::calms).
    explicit Calming(bool able) : able_(able) {}

    void begin(const MessagePassing& solver);
    /// A step of the schedule has settled, at this overlap. Weights that freeze in the first step
    /// have run away to where they froze.
    void settled(const MessagePassing& solver, double overlap);

    bool has_settled() const { return settled_; }
    /// Whether the last good state is one in which weights are still free.
    bool is_free() const;
    /// Restores the last good state with more damping, which it raises; false where that is not to
    /// be had (any more).
    bool calm(MessagePassing& solver, double& damping);

    std::size_t divergences() const { return divergences_; }  ///< of all tries
    std::size_t lost_tries() const { return lost_tries_; }    ///< whose fields ran away for good
    /// What damping is after all raises of a try.
    static double most_damping(double damping);

    void state(Archive& archive);

  private:
    bool able_;
    std::optional<SolverState> good_;
    double good_overlap_ = 0.0;
    bool settled_ = false;  ///< at any step of the try
    std::size_t raises_ = 0;
    std::size_t divergences_ = 0, lost_tries_ = 0;
};

}  // namespace steppe

#include "steppe/schedule/pace.hpp"

#include <algorithm>

#include "steppe/numeric/archive.hpp"

namespace steppe {

namespace {

// Measured on random patterns (docs/measurements.md): the widest stride that loses no solutions,
// and a change of stride gentle enough not to overrun what it reacts to.
constexpr double widest = 50.0, narrowest = 1.0, growth = 1.5;
/// Iterations at one step that call for narrower strides.
constexpr std::size_t many = 3;

}  // namespace

Pace Pace::fixed(std::size_t steps) {
    return {steps, false};
}

Pace Pace::automatic() {
    return {fine_steps, true};
}

std::size_t Pace::strides() const {
    return adapts_ ? static_cast<std::size_t>(static_cast<double>(steps_) / first_stride) : steps_;
}

void Pace::advance(std::size_t iterations, bool settled) {
    if (!adapts_) {
        ++step_;
        return;
    }
    if (settled && iterations == 1) stride_ = std::min(stride_ * growth, widest);
    if (!settled || iterations >= many) stride_ = std::max(stride_ / growth, narrowest);
    position_ += stride_;
    step_ = static_cast<std::size_t>(position_);
}

void Pace::state(Archive& archive) {
    archive("steps", steps_);
    archive("step", step_);
    archive("adapts", adapts_);
    archive("stride", stride_);
    archive("position", position_);
}

}  // namespace steppe

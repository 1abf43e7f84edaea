#include "steppe/options/learning_options.hpp"

namespace steppe {

LearningKnobs LearningOptions::at(std::size_t e) const {
    const double t =
        epochs.value() > 1 ? static_cast<double>(e) / static_cast<double>(*epochs - 1) : 0.0;
    const auto knob = [t](const std::optional<Ramp>& ramp) { return ramp ? ramp->at(t) : 0.0; };
    return {knob(rate), knob(beta), knob(gamma), knob(pull)};
}

}  // namespace steppe

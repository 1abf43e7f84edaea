#include "steppe/options/learning_options.hpp"

#include <fmt/format.h>

#include <cmath>

#include "steppe/error.hpp"
#include "steppe/options/settings.hpp"

namespace steppe {

LearningOptions LearningOptions::resolved(SolverKind solver, const Network& network,
                                          bool correlated) const {
    Conditions now = conditions_of(network, solver, correlated);
    if (preset == LearningPreset::Fast) now = changed(now, when::fast);
    LearningOptions chosen = *this;
    if (!rate) chosen.rate = default_ramp("rate", now);
    if (!beta) chosen.beta = default_ramp("beta", now);
    if (!gamma) chosen.gamma = default_ramp("gamma", now);
    if (!pull) chosen.pull = default_ramp("pull", now);
    if (!epochs) chosen.epochs = default_count("epochs", now);
    if (!batch) chosen.batch = default_count("batch", now);
    if (!momentum) chosen.momentum = default_number("momentum", now);
    if (!replicas) chosen.replicas = default_count("replicas", now);
    if (!start_norm) chosen.start_norm = default_number("start-norm", now);
    return chosen;
}

LearningKnobs LearningOptions::at(std::size_t e) const {
    const double t = *epochs > 1 ? static_cast<double>(e) / static_cast<double>(*epochs - 1) : 0.0;
    return {rate->at(t), beta->at(t), gamma->at(t), pull->at(t)};
}

void LearningOptions::validate() const {
    const auto above_zero = [](const std::optional<Ramp>& ramp, const char* name) {
        if (ramp && !(ramp->from > 0.0 && ramp->to > 0.0)) {
            throw Error(fmt::format("{} goes from {} to {}: both must be above 0", name, ramp->from,
                                    ramp->to));
        }
    };
    above_zero(rate, "rate");
    above_zero(beta, "beta");
    above_zero(gamma, "gamma");
    if (pull && !(pull->from >= 0.0 && pull->to >= 0.0)) {
        throw Error(
            fmt::format("pull goes from {} to {}: both must be 0 or more", pull->from, pull->to));
    }
    if (epochs == std::size_t{0}) throw Error("epochs is 0: it must be 1 or more");
}

}  // namespace steppe

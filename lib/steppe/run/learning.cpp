#include "steppe/run/learning.hpp"

#include <fmt/format.h>

#include <cmath>

#include "steppe/error.hpp"

namespace steppe {

namespace {

Ramp constant(double value) {
    return {value, value, Ramp::Shape::Linear};
}

Ramp growing(double from, double to) {
    return {from, to, Ramp::Shape::Geometric};
}

}  // namespace

LearningOptions LearningOptions::resolved(SolverKind solver, const Network& network,
                                          bool correlated) const {
    LearningOptions chosen = *this;
    const bool gradient = solver == SolverKind::Sgd || solver == SolverKind::ReplicatedSgd;
    const bool replicated =
        solver == SolverKind::ReplicatedSgd || solver == SolverKind::EntropicLeastAction;
    const bool binary = network.weights == WeightKind::Binary;
    const bool fast = preset == LearningPreset::Fast;
    if (!rate) {
        chosen.rate = constant(!gradient    ? 0.1
                               : binary     ? 2.0
                               : fast       ? 100.0
                               : correlated ? 10.0
                                            : 3.0);
    }
    if (!beta) chosen.beta = fast ? constant(1.5) : growing(0.5, 200.0);
    if (!gamma) {
        chosen.gamma = binary ? Ramp{0.05, 2.05, Ramp::Shape::Linear}
                              : constant(fast         ? 3.0
                                         : correlated ? 2.0
                                                      : 8.0);
    }
    if (!epochs) {
        chosen.epochs = solver == SolverKind::Sbpi ? 3000
                        : gradient && binary       ? 4000
                        : gradient && !fast        ? 2000
                                                   : 1000;
    }
    if (!batch) {
        chosen.batch = solver == SolverKind::LeastAction || solver == SolverKind::Sbpi ? 1
                       : solver == SolverKind::EntropicLeastAction                     ? 10
                       : gradient && binary                                            ? 80
                                                                                       : 100;
    }
    if (!momentum) chosen.momentum = gradient && !binary && !fast ? 0.9 : 0.0;
    if (!replicas) {
        chosen.replicas = solver == SolverKind::EntropicLeastAction ? 10 : replicated ? 7 : 1;
    }
    if (!start_norm) chosen.start_norm = 1.0;
    if (!pull) {
        chosen.pull = solver == SolverKind::EntropicLeastAction ? growing(0.01, 200.0)
                      : !replicated                             ? constant(0.0)
                      : binary                                  ? constant(0.75)
                                                                : growing(0.001, 1.0);
    }
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

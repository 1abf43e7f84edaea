#include "learner_calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "campaign/truth.hpp"
#include "failure.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe::sequences {

namespace {

constexpr double rounding = 1e-6;

bool same_report(const EpochReport& a, const EpochReport& b) {
    return same(a.mistakes, b.mistakes) && same(a.surrogate_mistakes, b.surrogate_mistakes) &&
           same(a.loss, b.loss) && same(a.spread, b.spread);
}

}  // namespace

LearnerCalls::LearnerCalls(const Solver& solver, const SolveOptions& resolved,
                           const Problem& problem, const Patterns& folded)
    : problem_(problem),
      main_(solver.make_learner(resolved, folded)),
      twin_(solver.make_learner(resolved, folded)) {}

bool LearnerCalls::make(const Call& call) {
    if (call.name == "epoch") {
        epochs(call);
    } else if (call.name == "ask") {
        ask();
    } else {
        return false;
    }
    return true;
}

/// `epoch RATE BETA GAMMA PULL COUNT`.
void LearnerCalls::epochs(const Call& call) {
    knobs_ = {call.number(0), call.number(1), call.number(2), call.number(3)};
    if (!(knobs_.rate > 0.0 && knobs_.beta > 0.0 && knobs_.gamma > 0.0 && knobs_.pull >= 0.0)) {
        return;
    }
    static const Threads one(1), two(2);
    for (std::size_t t = 0; t < std::clamp<std::size_t>(call.count(4), 1, 20); ++t) {
        EpochReport ours, theirs;
        two.run([&] { ours = main_->epoch(knobs_); });
        one.run([&] { theirs = twin_->epoch(knobs_); });
        if (!same_report(ours, theirs)) {
            throw Failed{"twin", fmt::format("{} and {} mistakes, losses {} and {}", ours.mistakes,
                                             theirs.mistakes, ours.loss, theirs.loss)};
        }
        const auto patterns = static_cast<double>(problem_.patterns());
        if (!(ours.mistakes >= 0.0 && ours.mistakes <= patterns * (1.0 + rounding)) ||
            ours.spread < 0.0) {
            throw Failed{"report", fmt::format("{} mistakes on {} patterns, a spread of {}",
                                               ours.mistakes, patterns, ours.spread)};
        }
    }
}

void LearnerCalls::ask() const {
    const Weights weights = main_->weights();
    if (!(weights == main_->weights())) throw Failed{"weights", "asked twice, they differ"};
    if (weights.kind() != problem_.network.weights) throw Failed{"weights", "of another kind"};
    for (std::size_t k = 0; k < weights.units(); ++k) {
        double squares = 0.0;
        for (std::size_t i = 0; i < weights.unit_inputs(); ++i) {
            squares += std::pow(weights.value(k, i), 2);
        }
        const double norm = squares / static_cast<double>(weights.unit_inputs());
        if (std::abs(norm - 1.0) <= rounding || norm == 0.0) continue;
        throw Failed{"weights",
                     fmt::format("the squares of unit {} sum to {} times its inputs", k, norm)};
    }
    const std::size_t surrogate = main_->surrogate_errors(knobs_);
    if (surrogate > problem_.patterns() || surrogate != main_->surrogate_errors(knobs_)) {
        throw Failed{"surrogate", fmt::format("{} errors", surrogate)};
    }
}

void LearnerCalls::end() const {
    if (!(main_->weights() == twin_->weights())) throw Failed{"twin", "the weights differ"};
}

}  // namespace steppe::sequences

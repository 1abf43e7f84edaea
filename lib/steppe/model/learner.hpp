#pragma once

#include <cstddef>
#include <limits>

#include "steppe/model/weights.hpp"

namespace steppe {

class Archive;

/// What may change from epoch to epoch. Learners read what concerns them.
struct LearningKnobs {
    double rate = 0.0;  ///< learning rate, above 0
    double beta = 0.0;  ///< slope of tanh units, above 0
    /// Inverse temperature of the cross-entropy; of +-1 replicas how sharply their sum decides
    /// where they are pulled to. Above 0.
    double gamma = 0.0;
    double pull = 0.0;  ///< of replicas towards their mean, 0 or more
};

/// What a learner answered to some patterns as it saw them.
struct AnswerSums {
    double loss = 0.0;          ///< summed over the patterns
    std::size_t mistakes = 0;   ///< patterns that the network itself answers wrongly
    std::size_t surrogate = 0;  ///< patterns that its surrogate answers wrongly

    /// Of a learner that has no loss: it is NaN.
    static AnswerSums without_loss(std::size_t mistakes) {
        return {std::numeric_limits<double>::quiet_NaN(), mistakes, 0};
    }
    AnswerSums& operator+=(const AnswerSums& more) {
        loss += more.loss;
        mistakes += more.mistakes;
        surrogate += more.surrogate;
        return *this;
    }
};

/// What one epoch did. Patterns are seen while the weights move, so that `mistakes` are those of no
/// single weights.
struct EpochReport {
    /// Patterns answered wrongly when they were seen (on average over replicas).
    double mistakes = 0.0;
    /// The same with the surrogate's answer (gradient learning), else 0.
    double surrogate_mistakes = 0.0;
    /// Mean loss of the patterns as they were seen; NaN where there is none.
    double loss = std::numeric_limits<double>::quiet_NaN();
    /// Replicas: sum_r |w_r - mean|^2 / sum_r |w_r|^2; NaN without replicas.
    double spread = std::numeric_limits<double>::quiet_NaN();
};

/// Something that learns weights epoch by epoch: every pattern once. A learner is used from one
/// thread; it runs in parallel itself, and its results do not depend on the number of threads.
class Learner {
  public:
    virtual ~Learner() = default;

    virtual EpochReport epoch(const LearningKnobs& knobs) = 0;
    /// The weights as they are: +-1, or real and normalised; of replicas those of their mean.
    virtual Weights weights() const = 0;
    /// Patterns that the surrogate of those weights gets wrong; 0 for learners without one.
    virtual std::size_t surrogate_errors(const LearningKnobs&) const { return 0; }
    virtual bool has_surrogate() const { return false; }
    /// Whether replicas move all the way to their mean at these knobs: nothing changes any more.
    virtual bool stands_still(const LearningKnobs&) const { return false; }
    /// Whether replicas that have met are the end of a run that has found a solution.
    virtual bool ends_when_met() const { return false; }

    /// Saves or restores all that the epochs to come depend on (numeric/archive.hpp). Throws Error
    /// where the saved state is of another problem.
    virtual void state(Archive& archive) = 0;
};

}  // namespace steppe

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "steppe/data/patterns.hpp"
#include "steppe/model/learner.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// What solve() takes for them stands in the table of settings (options/settings.hpp); here nothing
/// is tuned.
struct SgdOptions {
    /// Patterns of a mini-batch; their gradients are averaged. 1: each pattern alone.
    std::size_t batch = 1;
    /// Part of the last step that is added to the next, in [0, 1).
    double momentum = 0.0;
    std::uint64_t seed = 1;

    /// Throws Error naming the field and the value it rejects.
    void validate() const;
};

/// Stochastic gradient descent on the loss of Surrogate, in single precision, of real weights kept
/// on their sphere: velocity <- momentum velocity - rate gradient, w <- w + velocity, and every
/// unit is scaled back to sum_i w_i^2 = inputs. Patterns are visited in fresh random order in every
/// epoch. Starts from normal weights.
class Sgd final : public Learner {
  public:
    /// Labels of the patterns must be folded in where the network folds them. Throws Error for +-1
    /// weights, the parity gate, and shapes that disagree.
    Sgd(const Network& network, const Patterns& patterns, const SgdOptions& options);
    ~Sgd() override;

    EpochReport epoch(const LearningKnobs& knobs) override;
    Weights weights() const override;
    std::size_t surrogate_errors(const LearningKnobs& knobs) const override;
    bool has_surrogate() const override { return true; }
    void state(Archive& archive) override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace steppe

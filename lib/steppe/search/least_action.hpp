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
struct LeastActionOptions {
    /// Patterns answered at the same weights before any of them is learned; 1: one at a time.
    std::size_t batch = 1;
    /// Norm of the start weights over the root of a unit's inputs, above 0; the rate is relative to
    /// it: the smaller the rate, the more the solution remembers the start.
    double start_norm = 1.0;
    std::uint64_t seed = 1;

    /// Throws Error naming the field and the value it rejects.
    void validate() const;
};

/// Least-action learning (Mitchison and Durbin, Biol. Cybern. 60:345, 1989) of real weights: for a
/// pattern that is answered wrongly, the perceptron rule w += rate * xi on the one unit that is
/// wrong and closest to being right. Perceptron, committee and parity, full and tree. Weights are
/// not normalised on the way. Patterns are visited in fresh random order in every epoch.
class LeastAction final : public Learner {
  public:
    /// Labels of the patterns must be folded in where the network folds them. Throws Error for +-1
    /// weights and for shapes that disagree.
    LeastAction(const Network& network, const Patterns& patterns,
                const LeastActionOptions& options);
    ~LeastAction() override;

    EpochReport epoch(const LearningKnobs& knobs) override;
    Weights weights() const override;
    void state(Archive& archive) override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// What solve() takes for them stands in the table of settings (options/settings.hpp); here nothing
/// is tuned.
struct EntropicLeastActionOptions {
    LeastActionOptions each;
    /// y, 2 or more: the fewest that there are.
    std::size_t replicas = 2;

    void validate() const;
};

/// Entropic least-action learning (Baldassi, Pittorino and Zecchina, PNAS 117:161, 2020): replicas
/// learn from different starts, each with its own order of the patterns; after each mini-batch
/// every one moves by min(1, pull * rate) of its way to their mean as it was before (at 1 they
/// stand still). The weights are the mean, normalised. Replicas run in parallel.
class EntropicLeastAction final : public Learner {
  public:
    /// As for LeastAction.
    EntropicLeastAction(const Network& network, const Patterns& patterns,
                        const EntropicLeastActionOptions& options);
    ~EntropicLeastAction() override;

    EpochReport epoch(const LearningKnobs& knobs) override;
    Weights weights() const override;
    bool stands_still(const LearningKnobs& knobs) const override {
        return knobs.pull * knobs.rate >= 1.0;
    }
    bool ends_when_met() const override { return true; }
    void state(Archive& archive) override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace steppe

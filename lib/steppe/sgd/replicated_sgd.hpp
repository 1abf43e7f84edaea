#pragma once

#include <cstddef>
#include <memory>

#include "steppe/sgd/sgd.hpp"

namespace steppe {

/// What solve() takes for them stands in the table of settings (options/settings.hpp); here nothing
/// is tuned.
struct ReplicatedSgdOptions {
    SgdOptions each;
    /// y, 2 or more: the fewest that there are.
    std::size_t replicas = 2;

    void validate() const;
};

/// Replicated stochastic gradient descent (Baldassi et al., PNAS 113:E7655, 2016) of real weights:
/// copies of Sgd from one start, each with its own order of the patterns; after each mini-batch
/// every one moves by the part `pull` (at most 1) of its way to their mean as it was before (at 1
/// they stand still). The weights are the
/// mean, normalised. Replicas run in parallel.
class ReplicatedSgd final : public Learner {
  public:
    /// As for Sgd.
    ReplicatedSgd(const Network& network, const Patterns& patterns,
                  const ReplicatedSgdOptions& options);
    ~ReplicatedSgd() override;

    EpochReport epoch(const LearningKnobs& knobs) override;
    Weights weights() const override;
    std::size_t surrogate_errors(const LearningKnobs& knobs) const override;
    bool has_surrogate() const override { return true; }
    bool stands_still(const LearningKnobs& knobs) const override { return knobs.pull >= 1.0; }
    void state(Archive& archive) override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace steppe

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
struct BinaryReplicatedSgdOptions {
    /// Patterns of a mini-batch; 1: each pattern alone.
    std::size_t batch = 1;
    /// y, 1 or more; odd, so that the majority of replicas is never undecided. 1: nothing pulls.
    std::size_t replicas = 1;
    std::uint64_t seed = 1;

    /// Throws Error naming the field and the value it rejects.
    void validate() const;
};

/// Replicated stochastic gradient descent of +-1 weights (Baldassi et al., PNAS 113:E7655, 2016):
/// every replica has real hidden variables h, its weights are their signs. On a pattern that is
/// answered wrongly, its error is the number of units that have to change; the gradient moves just
/// so many of the wrong units, those closest to being right: h += rate * xi, summed over the
/// mini-batch. Then h += pull * (tanh(gamma sum_r w_r) - w), the sum over all replicas as they were
/// before the mini-batch: while gamma is small this keeps h small, so that weights can still turn;
/// as it grows the weights that most replicas share are left alone, and the others are turned.
/// Perceptron and committee, full and tree. All replicas start alike and have their own orders of
/// the patterns; they run in parallel.
class BinaryReplicatedSgd final : public Learner {
  public:
    /// Labels of the patterns must be folded in. Throws Error for real weights, the parity gate,
    /// and shapes that disagree.
    BinaryReplicatedSgd(const Network& network, const Patterns& patterns,
                        const BinaryReplicatedSgdOptions& options);
    ~BinaryReplicatedSgd() override;

    EpochReport epoch(const LearningKnobs& knobs) override;
    /// Those of the majority of the replicas, or of a replica where one has fewer errors.
    Weights weights() const override;
    void state(Archive& archive) override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace steppe

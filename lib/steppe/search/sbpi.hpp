#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "steppe/data/pattern_set.hpp"
#include "steppe/model/learner.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

struct SbpiOptions {
    /// Largest hidden state, a whole number of 1 or more (odd states up to it are used). Not set
    /// (0): the largest odd number below 3 sqrt(inputs of a unit) + 1.
    std::size_t states = 0;
    /// Patterns answered rightly by no more than this times the root of a unit's inputs are barely
    /// right; 0 or more.
    double barely = 0.1;
    /// Chance that a barely right pattern is learned, in [0, 1].
    double chance = 0.15;
    std::uint64_t seed = 1;

    /// Throws Error naming the field and the value it rejects.
    void validate() const;
};

/// Stochastic learning inspired by belief propagation (Baldassi, Braunstein, Brunel and Zecchina,
/// PNAS 104:11079, 2007) of +-1 weights on +-1 inputs: every weight is the sign of an odd integer
/// hidden state. A pattern that is answered wrongly moves the states h of one unit (the one that
/// least-action learning would move) by 2 xi; one that is barely right moves, with some chance,
/// only those states whose weights agree with it already. Patterns are visited one at a time, in
/// fresh random order in every epoch. Perceptron, committee and parity, full and tree.
class Sbpi final : public Learner {
  public:
    /// Labels of the patterns must be folded in where the network folds them. Throws Error for real
    /// weights and for shapes that disagree.
    Sbpi(const Network& network, const std::shared_ptr<const PatternSet>& patterns,
         const SbpiOptions& options);
    ~Sbpi() override;

    /// The rate is not used: states move by whole steps.
    EpochReport epoch(const LearningKnobs& knobs) override;
    Weights weights() const override;
    void state(Archive& archive) override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace steppe

#pragma once

#include <span>
#include <vector>

#include "steppe/model/learner.hpp"
#include "steppe/model/start_weights.hpp"
#include "steppe/sgd/surrogate.hpp"

namespace steppe {

/// Real weights that descend by mini-batches, for Sgd and its replicas (internal; not installed).
class Descent {
  public:
    Descent(const Network& network, const Patterns& patterns, std::vector<float> weights,
            double momentum);

    using Answer = Surrogate<float>::Answer;

    /// One mini-batch; the answers are those before the step.
    Answer learn(std::span<const std::size_t> rows, const LearningKnobs& knobs);
    /// Moves by the part `pull` of the way to `centre`, and back to the sphere.
    void pull_to(const std::vector<float>& centre, double pull);

    Answer answer_all(const LearningKnobs& knobs) const;
    /// At other weights.
    Answer answer_all(const std::vector<float>& weights, const LearningKnobs& knobs) const;
    const std::vector<float>& values() const { return weights_; }

    void state(Archive& archive);

  private:
    void normalise();

    Network network_;
    mutable Surrogate<float> surrogate_;  ///< its scratch changes
    std::vector<float> weights_;          ///< unit by unit
    std::vector<float> velocity_, gradient_;
    float momentum_;
};

/// What gradient learners ask of a problem; throws Error naming what is wrong.
void require_descent(const Network& network);

}  // namespace steppe

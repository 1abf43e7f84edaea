#include "steppe/sgd/sgd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "steppe/error.hpp"
#include "steppe/model/replica_epoch.hpp"
#include "steppe/numeric/archive.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/sgd/descent.hpp"

namespace steppe {

void SgdOptions::validate() const {
    require_batch(batch);
    if (!(momentum >= 0.0 && momentum < 1.0)) {
        throw Error(fmt::format("momentum is {}: it must be in [0, 1)", momentum));
    }
}

void require_descent(const Network& network) {
    if (network.weights == WeightKind::Binary) {
        throw Error(
            "sgd learns real weights, and those of the network are +-1: use spherical weights, or "
            "rsgd");
    }
}

Descent::Descent(const Network& network, const Patterns& patterns, std::vector<float> weights,
                 double momentum)
    : network_(network),
      surrogate_(network, patterns),
      weights_(std::move(weights)),
      velocity_(weights_.size(), 0.0f),
      gradient_(weights_.size(), 0.0f),
      momentum_(static_cast<float>(momentum)) {}

Descent::Answer Descent::learn(std::span<const std::size_t> rows, const LearningKnobs& knobs) {
    const Answer answer =
        surrogate_.answer(rows, weights_.data(), knobs.beta, knobs.gamma, gradient_.data());
    const float rate = static_cast<float>(knobs.rate);
    for (std::size_t i = 0; i < weights_.size(); ++i) {
        velocity_[i] = momentum_ * velocity_[i] - rate * gradient_[i];
        weights_[i] += velocity_[i];
    }
    normalise();
    return answer;
}

void Descent::pull_to(const std::vector<float>& centre, double pull) {
    const float part = static_cast<float>(pull);
    for (std::size_t i = 0; i < weights_.size(); ++i) {
        weights_[i] += part * (centre[i] - weights_[i]);
    }
    normalise();
}

void Descent::normalise() {
    for (std::size_t k = 0; k < network_.hidden; ++k) {
        normalise_unit(weights_.data() + k * network_.unit_inputs(), network_.unit_inputs());
    }
}

Descent::Answer Descent::answer_all(const LearningKnobs& knobs) const {
    return answer_all(weights_, knobs);
}

Descent::Answer Descent::answer_all(const std::vector<float>& weights,
                                    const LearningKnobs& knobs) const {
    return surrogate_.answer_all(weights.data(), knobs.beta, knobs.gamma);
}

struct Sgd::Impl {
    Network network;
    SgdOptions options;
    std::size_t patterns;
    Descent descent;
    std::size_t epochs = 0;
};

Sgd::Sgd(const Network& network, const Patterns& patterns, const SgdOptions& options) {
    options.validate();
    network.validate();
    require_descent(network);
    impl_ = std::make_unique<Impl>(Impl{
        network, options, patterns.patterns(),
        Descent(network, patterns, start_weights(network, 1.0, options.seed), options.momentum)});
}

Sgd::~Sgd() = default;

EpochReport Sgd::epoch(const LearningKnobs& knobs) {
    Impl& s = *impl_;
    const std::vector<std::size_t> order =
        Philox(s.options.seed, Stream::Order).order(s.patterns, s.epochs++);
    EpochReport report;
    report.loss = 0.0;
    for (std::size_t at = 0; at < order.size(); at += s.options.batch) {
        const std::size_t rows = std::min(s.options.batch, order.size() - at);
        const Descent::Answer answer = s.descent.learn(std::span(order).subspan(at, rows), knobs);
        report.loss += answer.loss / static_cast<double>(s.patterns);
        report.mistakes += static_cast<double>(answer.mistakes);
        report.surrogate_mistakes += static_cast<double>(answer.surrogate);
    }
    return report;
}

Weights Sgd::weights() const {
    return normalised_weights(impl_->network, impl_->descent.values());
}

std::size_t Sgd::surrogate_errors(const LearningKnobs& knobs) const {
    return impl_->descent.answer_all(knobs).surrogate;
}

void Descent::state(Archive& archive) {
    archive.sized("weights", weights_);
    archive.sized("velocity", velocity_);
}

void Sgd::state(Archive& archive) {
    archive.position("epochs", impl_->epochs);
    archive("descent", impl_->descent);
}

}  // namespace steppe

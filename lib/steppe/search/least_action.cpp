#include "steppe/search/least_action.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/model/replica_epoch.hpp"
#include "steppe/model/replica_mean.hpp"
#include "steppe/model/start_weights.hpp"
#include "steppe/numeric/archive.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/search/greedy_rule.hpp"

namespace steppe {

namespace {

void require_real(const Network& network, const char* what) {
    network.validate();
    if (network.weights == WeightKind::Binary) {
        throw Error(
            fmt::format("{} learns real weights, and those of the network are +-1: use "
                        "spherical weights, or sbpi",
                        what));
    }
    if (network.activation != Activation::Sign) {
        throw Error(fmt::format("{} learns sign units: learn ReLU units with sgd or rsgd", what));
    }
}

}  // namespace

void LeastActionOptions::validate() const {
    require_batch(batch);
    if (!(start_norm > 0.0) || !std::isfinite(start_norm)) {
        throw Error(fmt::format("start-norm is {}: it must be a number above 0", start_norm));
    }
}

void EntropicLeastActionOptions::validate() const {
    each.validate();
    require_replicas(replicas);
}

struct LeastAction::Impl {
    Network network;
    LeastActionOptions options;
    std::size_t patterns;
    GreedyWeights weights;
    std::size_t epochs = 0;
};

LeastAction::LeastAction(const Network& network, const Patterns& patterns,
                         const LeastActionOptions& options) {
    options.validate();
    require_real(network, "least-action learning");
    impl_ = std::make_unique<Impl>(
        Impl{network, options, patterns.patterns(),
             GreedyWeights(network, patterns,
                           start_weights(network, options.start_norm, options.seed))});
}

LeastAction::~LeastAction() = default;

EpochReport LeastAction::epoch(const LearningKnobs& knobs) {
    Impl& s = *impl_;
    const std::vector<std::size_t> order =
        Philox(s.options.seed, Stream::Order).order(s.patterns, s.epochs++);
    EpochReport report;
    for (std::size_t begin = 0; begin < order.size(); begin += s.options.batch) {
        const std::size_t rows = std::min(s.options.batch, order.size() - begin);
        report.mistakes +=
            static_cast<double>(s.weights.learn(std::span(order).subspan(begin, rows), knobs.rate));
    }
    return report;
}

Weights LeastAction::weights() const {
    return normalised_weights(impl_->network, impl_->weights.values());
}

struct EntropicLeastAction::Impl {
    Network network;
    EntropicLeastActionOptions options;
    std::size_t patterns;
    std::vector<GreedyWeights> replicas;
    std::vector<float> mean;
    std::size_t epochs = 0;

    std::vector<std::span<const float>> values() const {
        std::vector<std::span<const float>> all;
        for (const GreedyWeights& replica : replicas) all.emplace_back(replica.values());
        return all;
    }
};

EntropicLeastAction::EntropicLeastAction(const Network& network, const Patterns& patterns,
                                         const EntropicLeastActionOptions& options) {
    options.validate();
    require_real(network, "entropic least-action learning");
    impl_ = std::make_unique<Impl>(Impl{
        network, options, patterns.patterns(), {}, std::vector<float>(network.weight_count())});
    for (std::uint32_t r = 0; r < options.replicas; ++r) {
        impl_->replicas.emplace_back(
            network, patterns,
            start_weights(network, options.each.start_norm, options.each.seed, r));
    }
    take_mean(impl_->values(), impl_->mean);
}

EntropicLeastAction::~EntropicLeastAction() = default;

EpochReport EntropicLeastAction::epoch(const LearningKnobs& knobs) {
    Impl& s = *impl_;
    const float pull = static_cast<float>(std::min(1.0, knobs.pull * knobs.rate));
    EpochReport report = replica_epoch(
        {s.replicas.size(), s.patterns, s.options.each.batch, s.options.each.seed, s.epochs++},
        [&](std::size_t r, std::span<const std::size_t> rows) {
            GreedyWeights& replica = s.replicas[r];
            const std::size_t mistakes = replica.learn(rows, knobs.rate);
            std::vector<float>& w = replica.values();
            for (std::size_t i = 0; i < w.size(); ++i) w[i] += pull * (s.mean[i] - w[i]);
            return AnswerSums::without_loss(mistakes);
        },
        [&] { take_mean(s.values(), s.mean); });
    report.spread = replica_spread(s.values(), s.mean);
    return report;
}

Weights EntropicLeastAction::weights() const {
    return normalised_weights(impl_->network, impl_->mean);
}

void LeastAction::state(Archive& archive) {
    archive.position("epochs", impl_->epochs);
    archive.sized("weights", impl_->weights.values());
}

void EntropicLeastAction::state(Archive& archive) {
    Impl& s = *impl_;
    archive.position("epochs", s.epochs);
    for (std::size_t r = 0; r < s.replicas.size(); ++r) {
        archive.sized(fmt::format("weights {}", r), s.replicas[r].values());
    }
    archive.sized("mean", s.mean);
}

}  // namespace steppe

#include "steppe/search/least_action.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/model/replica_mean.hpp"
#include "steppe/model/start_weights.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"
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
    if (batch == 0) throw Error("batch is 0: it must be 1 or more");
    if (!(start_norm > 0.0) || !std::isfinite(start_norm)) {
        throw Error(fmt::format("start-norm is {}: it must be a number above 0", start_norm));
    }
}

void EntropicLeastActionOptions::validate() const {
    each.validate();
    if (replicas < 2) {
        throw Error(fmt::format("replicas is {}: there must be 2 or more", replicas));
    }
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
    const std::size_t replicas = s.replicas.size(), batch = s.options.each.batch;
    const Philox random(s.options.each.seed, Stream::Order);
    std::vector<std::vector<std::size_t>> orders(replicas);
    std::vector<std::size_t> mistakes(replicas, 0);
    parallel_for(replicas, 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            orders[r] = random.order(s.patterns, s.epochs * replicas + r);
        }
    });
    const float pull = static_cast<float>(std::min(1.0, knobs.pull * knobs.rate));
    EpochReport report;
    for (std::size_t at = 0; at < s.patterns; at += batch) {
        const std::size_t rows = std::min(batch, s.patterns - at);
        parallel_for(replicas, 1, [&](std::size_t begin, std::size_t end) {
            for (std::size_t r = begin; r < end; ++r) {
                GreedyWeights& replica = s.replicas[r];
                mistakes[r] += replica.learn(std::span(orders[r]).subspan(at, rows), knobs.rate);
                std::vector<float>& w = replica.values();
                for (std::size_t i = 0; i < w.size(); ++i) w[i] += pull * (s.mean[i] - w[i]);
            }
        });
        take_mean(s.values(), s.mean);
    }
    report.spread = replica_spread(s.values(), s.mean);
    ++s.epochs;
    for (const std::size_t count : mistakes) {
        report.mistakes += static_cast<double>(count) / static_cast<double>(replicas);
    }
    return report;
}

Weights EntropicLeastAction::weights() const {
    return normalised_weights(impl_->network, impl_->mean);
}

}  // namespace steppe

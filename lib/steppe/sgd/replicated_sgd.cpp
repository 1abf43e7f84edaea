#include "steppe/sgd/replicated_sgd.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "steppe/error.hpp"
#include "steppe/model/replica_mean.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/sgd/descent.hpp"

namespace steppe {

void ReplicatedSgdOptions::validate() const {
    each.validate();
    if (replicas < 2) {
        throw Error(fmt::format("replicas is {}: there must be 2 or more", replicas));
    }
}

struct ReplicatedSgd::Impl {
    Network network;
    ReplicatedSgdOptions options;
    std::size_t patterns;
    std::vector<Descent> replicas;
    std::vector<float> mean;
    std::size_t epochs = 0;

    std::vector<std::span<const float>> values() const {
        std::vector<std::span<const float>> all;
        for (const Descent& replica : replicas) all.emplace_back(replica.values());
        return all;
    }
};

ReplicatedSgd::ReplicatedSgd(const Network& network, const Patterns& patterns,
                             const ReplicatedSgdOptions& options) {
    options.validate();
    network.validate();
    require_descent(network);
    impl_ = std::make_unique<Impl>(Impl{
        network, options, patterns.patterns(), {}, std::vector<float>(network.weight_count())});
    for (std::size_t r = 0; r < options.replicas; ++r) {
        impl_->replicas.emplace_back(network, patterns,
                                     start_weights(network, 1.0, options.each.seed),
                                     options.each.momentum);
    }
    take_mean(impl_->values(), impl_->mean);
}

ReplicatedSgd::~ReplicatedSgd() = default;

EpochReport ReplicatedSgd::epoch(const LearningKnobs& knobs) {
    Impl& s = *impl_;
    const std::size_t replicas = s.replicas.size(), batch = s.options.each.batch;
    const Philox random(s.options.each.seed, Stream::Order);
    std::vector<std::vector<std::size_t>> orders(replicas);
    std::vector<Descent::Answer> sums(replicas);
    const double pull = std::min(1.0, knobs.pull);
    EpochReport report;
    for (std::size_t at = 0; at < s.patterns; at += batch) {
        const std::size_t rows = std::min(batch, s.patterns - at);
        parallel_for(replicas, 1, [&](std::size_t begin, std::size_t end) {
            for (std::size_t r = begin; r < end; ++r) {
                if (at == 0) orders[r] = random.order(s.patterns, s.epochs * replicas + r);
                const Descent::Answer answer =
                    s.replicas[r].learn(std::span(orders[r]).subspan(at, rows), knobs);
                s.replicas[r].pull_to(s.mean, pull);
                sums[r].loss += answer.loss;
                sums[r].mistakes += answer.mistakes;
                sums[r].surrogate += answer.surrogate;
            }
        });
        take_mean(s.values(), s.mean);
    }
    report.spread = replica_spread(s.values(), s.mean);
    ++s.epochs;
    const double count = static_cast<double>(replicas);
    report.loss = 0.0;
    for (const Descent::Answer& sum : sums) {
        report.loss += sum.loss / (count * static_cast<double>(s.patterns));
        report.mistakes += static_cast<double>(sum.mistakes) / count;
        report.surrogate_mistakes += static_cast<double>(sum.surrogate) / count;
    }
    return report;
}

Weights ReplicatedSgd::weights() const {
    return normalised_weights(impl_->network, impl_->mean);
}

std::size_t ReplicatedSgd::surrogate_errors(const LearningKnobs& knobs) const {
    std::vector<float> mean = impl_->mean;
    for (std::size_t k = 0; k < impl_->network.hidden; ++k) {
        const std::size_t inputs = impl_->network.unit_inputs();
        normalise_unit(mean.data() + k * inputs, inputs);
    }
    return impl_->replicas[0].answer_all(mean, knobs).surrogate;
}

}  // namespace steppe

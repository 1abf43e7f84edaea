#include "steppe/sgd/replicated_sgd.hpp"

#include <algorithm>
#include <string>

#include "steppe/model/replica_epoch.hpp"
#include "steppe/model/replica_mean.hpp"
#include "steppe/numeric/archive.hpp"
#include "steppe/sgd/descent.hpp"

namespace steppe {

void ReplicatedSgdOptions::validate() const {
    each.validate();
    require_replicas(replicas);
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
    const double pull = std::min(1.0, knobs.pull);
    EpochReport report = replica_epoch(
        {s.replicas.size(), s.patterns, s.options.each.batch, s.options.each.seed, s.epochs++},
        [&](std::size_t r, std::span<const std::size_t> rows) {
            const Descent::Answer answer = s.replicas[r].learn(rows, knobs);
            s.replicas[r].pull_to(s.mean, pull);
            return answer;
        },
        [&] { take_mean(s.values(), s.mean); });
    report.spread = replica_spread(s.values(), s.mean);
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

void ReplicatedSgd::state(Archive& archive) {
    Impl& s = *impl_;
    archive.position("epochs", s.epochs);
    for (std::size_t r = 0; r < s.replicas.size(); ++r) {
        archive(std::to_string(r), s.replicas[r]);
    }
    archive.sized("mean", s.mean);
}

}  // namespace steppe

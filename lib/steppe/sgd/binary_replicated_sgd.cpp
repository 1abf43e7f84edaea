#include "steppe/sgd/binary_replicated_sgd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/model/batch_products.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/replica_epoch.hpp"
#include "steppe/numeric/archive.hpp"
#include "steppe/numeric/random.hpp"

namespace steppe {

namespace {

using Table = BatchProducts<float>::Table;

float sign(float x) {
    return x > 0.0f ? 1.0f : -1.0f;
}

/// One replica.
class Copy {
  public:
    Copy(const Network& network, const Patterns& patterns, std::vector<float> hidden)
        : network_(network),
          products_(network, patterns),
          hidden_(std::move(hidden)),
          weights_(hidden_.size()),
          step_(hidden_.size()) {
        take_signs();
    }

    /// Returns how many of the patterns were answered wrongly.
    std::size_t learn(std::span<const std::size_t> rows, double rate) {
        products_.up(rows, weights_.data(), sums_);
        const float threshold = static_cast<float>(network_.threshold());
        const std::span<const unsigned char> turned = products_.patterns().turned();
        factors_.setZero(sums_.rows(), sums_.cols());
        std::size_t wrong = 0;
        for (Eigen::Index r = 0; r < sums_.rows(); ++r) {
            const bool tie = network_.tie_is_positive(
                !turned.empty() && turned[rows[static_cast<std::size_t>(r)]] != 0);
            against_.clear();
            for (Eigen::Index k = 0; k < sums_.cols(); ++k) {
                const float z = sums_(r, k);
                if (!(z > threshold || (tie && z == threshold))) against_.push_back(k);
            }
            const std::size_t most = (network_.hidden - 1) / 2;
            if (against_.size() <= most) continue;
            ++wrong;
            std::ranges::stable_sort(against_, [&](Eigen::Index a, Eigen::Index b) {
                return sums_(r, a) > sums_(r, b);
            });
            for (std::size_t j = 0; j < against_.size() - most; ++j) {
                factors_(r, against_[j]) = static_cast<float>(rate);
            }
        }
        if (wrong == 0) return 0;
        products_.down(factors_, step_.data());
        for (std::size_t i = 0; i < hidden_.size(); ++i) hidden_[i] += step_[i];
        take_signs();
        return wrong;
    }

    void pull_to(const std::vector<float>& centre, double pull) {
        const float strength = static_cast<float>(pull);
        for (std::size_t i = 0; i < hidden_.size(); ++i) {
            hidden_[i] += strength * (centre[i] - weights_[i]);
        }
        take_signs();
    }

    const std::vector<float>& weights() const { return weights_; }

    void state(Archive& archive) {
        archive.sized("hidden", hidden_);
        take_signs();
    }

  private:
    void take_signs() { std::ranges::transform(hidden_, weights_.begin(), sign); }

    Network network_;
    BatchProducts<float> products_;
    std::vector<float> hidden_, weights_, step_;
    Table sums_, factors_;
    std::vector<Eigen::Index> against_;
};

}  // namespace

void BinaryReplicatedSgdOptions::validate() const {
    require_batch(batch);
    if (replicas % 2 == 0) {
        throw Error(fmt::format(
            "replicas is {}: +-1 weights need an odd number, whose majority is never undecided",
            replicas));
    }
}

struct BinaryReplicatedSgd::Impl {
    Network network;
    BinaryReplicatedSgdOptions options;
    Patterns patterns;
    std::vector<Copy> copies;
    std::vector<float> sums;    ///< of the replicas' weights
    std::vector<float> centre;  ///< what they are pulled to
    std::size_t epochs = 0;

    void take_sums() {
        std::ranges::fill(sums, 0.0f);
        for (const Copy& copy : copies) {
            const std::vector<float>& w = copy.weights();
            for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += w[i];
        }
    }

    void take_centre(double gamma) {
        // A sum of signs has few values.
        const auto most = static_cast<std::ptrdiff_t>(copies.size());
        std::vector<float> of_sum;
        for (std::ptrdiff_t sum = -most; sum <= most; ++sum) {
            of_sum.push_back(static_cast<float>(std::tanh(gamma * static_cast<double>(sum))));
        }
        for (std::size_t i = 0; i < sums.size(); ++i) {
            centre[i] =
                of_sum[static_cast<std::size_t>(static_cast<std::ptrdiff_t>(sums[i]) + most)];
        }
    }

    Weights weights_of(const std::vector<float>& values) const {
        const std::vector<signed char> signs(values.begin(), values.end());
        return Weights::from_signs(network.unit_inputs(), network.hidden, signs);
    }

    std::size_t errors(const Weights& weights) const {
        return patterns.visit(
            [&](const auto& set) { return count_errors(network, weights, *set); });
    }
};

BinaryReplicatedSgd::BinaryReplicatedSgd(const Network& network, const Patterns& patterns,
                                         const BinaryReplicatedSgdOptions& options) {
    options.validate();
    network.validate();
    if (network.weights != WeightKind::Binary) throw Error("the network's weights are not +-1");
    if (network.gate == Gate::Parity) {
        throw Error("rsgd has no parity gate: use a perceptron or a committee, or sbpi, bp or amp");
    }
    const std::vector<float> zero(network.weight_count(), 0.0f);
    impl_ = std::make_unique<Impl>(Impl{network, options, patterns, {}, zero, zero});
    const Philox random(options.seed, Stream::Init);
    std::vector<float> start(network.weight_count());
    for (std::size_t e = 0; e < start.size(); ++e) start[e] = random.bits(e) & 1 ? 1.0f : -1.0f;
    for (std::size_t r = 0; r < options.replicas; ++r) {
        impl_->copies.emplace_back(network, patterns, start);
    }
    impl_->take_sums();
}

BinaryReplicatedSgd::~BinaryReplicatedSgd() = default;

EpochReport BinaryReplicatedSgd::epoch(const LearningKnobs& knobs) {
    Impl& s = *impl_;
    const std::size_t copies = s.copies.size();
    s.take_centre(knobs.gamma);
    EpochReport report = replica_epoch(
        {copies, s.patterns.patterns(), s.options.batch, s.options.seed, s.epochs++},
        [&](std::size_t r, std::span<const std::size_t> rows) {
            const std::size_t mistakes = s.copies[r].learn(rows, knobs.rate);
            if (copies > 1) s.copies[r].pull_to(s.centre, knobs.pull);
            return AnswerSums::without_loss(mistakes);
        },
        [&] {
            s.take_sums();
            s.take_centre(knobs.gamma);
        });
    if (copies == 1) return report;
    // |w - mean|^2 = 1 - mean^2 on average, of signs.
    double squares = 0.0;
    for (const float sum : s.sums) {
        const double mean = static_cast<double>(sum) / static_cast<double>(copies);
        squares += mean * mean;
    }
    report.spread = 1.0 - squares / static_cast<double>(s.sums.size());
    return report;
}

Weights BinaryReplicatedSgd::weights() const {
    const Impl& s = *impl_;
    std::vector<float> majority(s.sums.size());
    std::ranges::transform(s.sums, majority.begin(), sign);
    Weights best = s.weights_of(majority);
    std::size_t fewest = s.errors(best);
    for (const Copy& copy : s.copies) {
        const Weights weights = s.weights_of(copy.weights());
        const std::size_t errors = s.errors(weights);
        if (errors < fewest) {
            fewest = errors;
            best = weights;
        }
    }
    return best;
}

void BinaryReplicatedSgd::state(Archive& archive) {
    Impl& s = *impl_;
    archive.position("epochs", s.epochs);
    for (std::size_t r = 0; r < s.copies.size(); ++r) archive(std::to_string(r), s.copies[r]);
    s.take_sums();
}

}  // namespace steppe

#include "steppe/search/greedy_rule.hpp"

#include <cmath>
#include <limits>

namespace steppe {

std::size_t GreedySums::positive_units() const {
    std::size_t count = 0;
    for (std::size_t k = 0; k < z.size(); ++k) count += positive(k);
    return count;
}

GreedyMove greedy_move(const Network& network, const GreedySums& sums, int wanted) {
    GreedyMove move;
    move.wrong = network.answer(sums.positive_units()) != wanted;
    if (!move.wrong) return move;
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < sums.z.size(); ++k) {
        const int output = sums.positive(k) ? 1 : -1;
        if (network.gate == Gate::Majority && output == wanted) continue;
        const double distance = std::abs(sums.z[k] - sums.thresholds[k]);
        if (distance >= nearest) continue;
        nearest = distance;
        move.unit = k;
        move.direction = -output;
    }
    return move;
}

GreedyWeights::GreedyWeights(const Network& network, const Patterns& patterns,
                             std::vector<float> weights)
    : network_(network),
      products_(network, patterns),
      weights_(std::move(weights)),
      thresholds_(network.hidden, 0.0),
      sums_(network.hidden) {}

std::size_t GreedyWeights::learn(std::span<const std::size_t> rows, double rate) {
    const std::size_t inputs = network_.unit_inputs();
    // The margin is that of normalised weights, kappa |w|.
    for (std::size_t k = 0; network_.margin != 0.0 && k < network_.hidden; ++k) {
        double square = 0.0;
        for (std::size_t i = k * inputs; i < (k + 1) * inputs; ++i) {
            square += static_cast<double>(weights_[i]) * static_cast<double>(weights_[i]);
        }
        thresholds_[k] = network_.margin * std::sqrt(square);
    }
    products_.up(rows, weights_.data(), batch_sums_);
    const std::span<const signed char> labels = products_.patterns().labels();
    const std::span<const unsigned char> turned = products_.patterns().turned();
    std::size_t wrong = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t k = 0; k < network_.hidden; ++k) {
            sums_[k] = static_cast<double>(
                batch_sums_(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(k)));
        }
        const bool tie = network_.tie_is_positive(!turned.empty() && turned[rows[r]] != 0);
        const GreedyMove move =
            greedy_move(network_, {sums_, thresholds_, tie}, labels.empty() ? 1 : labels[rows[r]]);
        if (!move.wrong) continue;
        ++wrong;
        products_.add_row(r, move.unit, static_cast<float>(rate * move.direction), weights_.data());
    }
    return wrong;
}

}  // namespace steppe

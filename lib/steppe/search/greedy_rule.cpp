#include "steppe/search/greedy_rule.hpp"

#include <Eigen/Core>
#include <cmath>
#include <limits>

#include "steppe/numeric/dense_algebra.hpp"

namespace steppe {

namespace {

using Vector = Eigen::Map<const Eigen::VectorXf>;
using Rows =
    Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

Eigen::Index index(std::size_t i) {
    return static_cast<Eigen::Index>(i);
}

}  // namespace

GreedyMove greedy_move(const Network& network, std::span<const double> sums,
                       std::span<const double> thresholds, int wanted) {
    std::size_t positive = 0;
    for (std::size_t k = 0; k < sums.size(); ++k) positive += sums[k] > thresholds[k];
    GreedyMove move;
    move.wrong = network.answer(positive) != wanted;
    if (!move.wrong) return move;
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < sums.size(); ++k) {
        const int output = sums[k] > thresholds[k] ? 1 : -1;
        if (network.gate == Gate::Majority && output == wanted) continue;
        const double distance = std::abs(sums[k] - thresholds[k]);
        if (distance >= nearest) continue;
        nearest = distance;
        move.unit = k;
        move.direction = -output;
    }
    return move;
}

GreedyWeights::GreedyWeights(const Network& network, std::shared_ptr<const RealPatterns> patterns,
                             std::vector<float> weights)
    : network_(network),
      patterns_(std::move(patterns)),
      weights_(std::move(weights)),
      thresholds_(network.hidden, 0.0),
      row_sums_(network.hidden),
      sums_(network.hidden) {
    hold_blas_to_one_thread();
}

std::size_t GreedyWeights::learn(std::span<const std::size_t> rows, double rate) {
    const std::size_t units = network_.hidden, inputs = network_.unit_inputs();
    const float* const xi = patterns_->values().data();
    const auto unit_weights = [&](std::size_t k) { return weights_.data() + k * inputs; };
    // The margin is that of normalised weights, kappa |w|.
    for (std::size_t k = 0; network_.margin != 0.0 && k < units; ++k) {
        thresholds_[k] = network_.margin *
                         static_cast<double>(Vector(unit_weights(k), index(inputs)).norm());
    }
    moves_.clear();
    for (const std::size_t a : rows) {
        const float* const row = xi + a * network_.inputs;
        if (network_.wiring == Wiring::Tree || units == 1) {
            for (std::size_t k = 0; k < units; ++k) {
                row_sums_[k] =
                    Vector(unit_weights(k), index(inputs))
                        .dot(Vector(row + network_.first_input(k), index(inputs)));
            }
        } else {
            Eigen::Map<Eigen::VectorXf>(row_sums_.data(), index(units)).noalias() =
                Rows(weights_.data(), index(units), index(inputs)) * Vector(row, index(inputs));
        }
        sums_.assign(row_sums_.begin(), row_sums_.end());
        const int wanted = patterns_->labels().empty() ? 1 : patterns_->labels()[a];
        moves_.push_back(greedy_move(network_, sums_, thresholds_, wanted));
    }
    std::size_t wrong = 0;
    for (std::size_t j = 0; j < rows.size(); ++j) {
        const GreedyMove& move = moves_[j];
        if (!move.wrong) continue;
        ++wrong;
        const float* const row = xi + rows[j] * network_.inputs + network_.first_input(move.unit);
        Eigen::Map<Eigen::VectorXf>(unit_weights(move.unit), index(inputs)) +=
            static_cast<float>(rate * move.direction) * Vector(row, index(inputs));
    }
    return wrong;
}

}  // namespace steppe

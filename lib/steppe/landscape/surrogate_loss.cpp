#include "steppe/landscape/surrogate_loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/model/folded.hpp"
#include "steppe/model/require_weights.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

constexpr std::size_t block = InputProducts::block;

Eigen::Index index(std::size_t i) {
    return static_cast<Eigen::Index>(i);
}

const Network& with_surrogate(const Network& network) {
    network.validate();
    if (network.gate == Gate::Parity) {
        throw Error(
            "the parity gate has no surrogate, so no loss that can be differentiated: take a "
            "perceptron or a committee");
    }
    return network;
}

double above_zero(const char* name, double value) {
    if (value > 0.0 && std::isfinite(value)) return value;
    throw Error(fmt::format("{} is {}: it must be above 0", name, value));
}

/// body(first row, rows) for each block of patterns, in parallel.
template <class Body>
void for_each_block(std::size_t patterns, const Body& body) {
    parallel_for(patterns, block, [&](std::size_t begin, std::size_t end) {
        body(index(begin), index(end - begin));
    });
}

}  // namespace

Eigen::VectorXd comparable_weights(const Network& network, const Weights& weights) {
    require_weights(network, weights);
    Weights scaled = weights;
    if (weights.kind() == WeightKind::Spherical) scaled.normalise();
    const std::vector<double> values = scaled.values();
    return Eigen::Map<const Eigen::VectorXd>(values.data(), index(values.size()));
}

SurrogateLoss::SurrogateLoss(const Network& network, const Patterns& patterns, double beta,
                             double gamma)
    : network_(with_surrogate(network)),
      relu_(network.activation == Activation::Relu),
      beta_(above_zero("beta", beta)),
      loss_{above_zero("gamma", gamma)},
      products_(network, folded(network, patterns)) {
    output_.setConstant(index(network.hidden),
                        1.0 / std::sqrt(static_cast<double>(network.hidden)));
    for (Eigen::Index k = 1; relu_ && k < output_.size(); k += 2) output_[k] *= -1.0;
    label_.setOnes(index(patterns.patterns()));
    if (!network.folds_labels() && !patterns.labels().empty()) {
        for (std::size_t a = 0; a < patterns.patterns(); ++a) {
            label_[index(a)] = patterns.labels()[a];
        }
    }
}

void SurrogateLoss::units(const Array& x, Array& value, Array* slope, Array* bend) const {
    if (linear()) {
        value = x;
        if (slope) slope->setOnes(x.rows(), x.cols());
        if (bend) bend->setZero(x.rows(), x.cols());
        return;
    }
    if (relu_) {
        value = x.max(0.0);
        if (slope) *slope = (x > 0.0).cast<double>();
        if (bend) bend->setZero(x.rows(), x.cols());
        return;
    }
    // 1 - tanh^2 without its cancellation.
    const Array e = (-2.0 * beta_ * x.abs()).exp();
    value = x.sign() * (1.0 - e) / (1.0 + e);
    if (slope) *slope = 4.0 * beta_ * e / (1.0 + e).square();
    if (bend) *bend = -8.0 * beta_ * beta_ * value * e / (1.0 + e).square();
}

Eigen::VectorXd SurrogateLoss::losses(const Matrix& weights, Matrix* gradients) const {
    const Eigen::Index units_count = index(network_.hidden), count = weights.cols();
    const std::size_t patterns = products_.patterns();
    const double part = 1.0 / static_cast<double>(patterns);
    Matrix sums;
    products_.up(weights, sums);
    // A column for each block of patterns: they are added in order.
    Matrix parts(count, index((patterns + block - 1) / block));
    for_each_block(patterns, [&](Eigen::Index first, Eigen::Index rows) {
        Array value, slope;
        for (Eigen::Index v = 0; v < count; ++v) {
            auto x = sums.block(first, v * units_count, rows, units_count);
            units(x.array() - network_.margin, value, gradients ? &slope : nullptr, nullptr);
            const auto y = label_.segment(first, rows);
            Eigen::ArrayXd s = y * (value.matrix() * output_.matrix()).array();
            double loss = 0.0;
            for (double& at : s) {
                loss += loss_.value(at);
                at = loss_.derivative(at);
            }
            parts(v, first / index(block)) = loss;
            if (!gradients) continue;
            x = ((s * y * part).matrix() * output_.matrix().transpose())
                    .cwiseProduct(slope.matrix());
        }
    });
    if (gradients) products_.down(sums, *gradients);
    Eigen::VectorXd all = Eigen::VectorXd::Zero(count);
    for (Eigen::Index b = 0; b < parts.cols(); ++b) all += parts.col(b);
    return all * part;
}

LossCurvature::LossCurvature(SurrogateLoss loss, const Eigen::VectorXd& weights)
    : loss_(std::move(loss)) {
    const InputProducts& products = loss_.products_;
    Matrix gradient, sums;
    value_ = loss_.losses(weights, &gradient)[0];
    gradient_ = gradient.col(0);
    products.up(weights, sums);
    const Eigen::Index count = index(products.patterns());
    second_.resize(count);
    gain_.resize(count, sums.cols());
    bend_.resize(count, sums.cols());
    for_each_block(products.patterns(), [&](Eigen::Index first, Eigen::Index rows) {
        SurrogateLoss::Array value, slope, bend;
        const SurrogateLoss::Array x = sums.middleRows(first, rows).array() - loss_.network_.margin;
        loss_.units(x, value, &slope, &bend);
        for (Eigen::Index r = 0; r < rows; ++r) {
            const double y = loss_.label_[first + r];
            const double s = y * (value.row(r) * loss_.output_.transpose()).sum();
            const double mean = 1.0 / static_cast<double>(count);
            second_[first + r] = loss_.loss_.second_derivative(s) * mean;
            gain_.row(first + r) = y * slope.row(r) * loss_.output_.transpose();
            bend_.row(first + r) =
                loss_.loss_.derivative(s) * mean * y * bend.row(r) * loss_.output_.transpose();
        }
    });
}

double LossCurvature::trace() const {
    const InputProducts& products = loss_.products_;
    return parallel_sum(products.patterns(), block, [&](std::size_t begin, std::size_t end) {
        double sum = 0.0;
        for (std::size_t a = begin; a < end; ++a) {
            for (std::size_t k = 0; k < products.units(); ++k) {
                const double gain = gain_(index(a), index(k));
                sum += (second_[index(a)] * gain * gain + bend_(index(a), index(k))) *
                       products.square(a, k);
            }
        }
        return sum;
    });
}

std::size_t LossCurvature::rank_bound() const {
    return is_convex() ? std::min(size(), loss_.products_.patterns()) : size();
}

void LossCurvature::enter_span() {
    loss_.products_ = std::move(loss_.products_).in_span();
}

LossCurvature::Matrix LossCurvature::multiply(const InputProducts::Vectors& vectors) const {
    const InputProducts& products = loss_.products_;
    const Eigen::Index units = index(products.units());
    Matrix sums, result;
    products.up(vectors, sums);
    for_each_block(products.patterns(), [&](Eigen::Index first, Eigen::Index rows) {
        const auto gain = gain_.middleRows(first, rows), bend = bend_.middleRows(first, rows);
        for (Eigen::Index v = 0; v < vectors.cols(); ++v) {
            auto u = sums.block(first, v * units, rows, units).array();
            const Eigen::ArrayXd change = (gain * u).rowwise().sum() * second_.segment(first, rows);
            u = bend * u + gain.colwise() * change;
        }
    });
    products.down(sums, result);
    return result;
}

DenseMatrix LossCurvature::whole(const Poll& poll) const {
    const InputProducts& products = loss_.products_;
    const std::size_t n = products.unit_inputs(), pieces = products.pieces();
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t k = 0; k < products.units(); ++k) {
        for (std::size_t l = 0; l <= k; ++l) pairs.emplace_back(k, l);
    }
    DenseMatrix all(size(), size());
    Eigen::Map<Matrix> to(all.values.data(), index(size()), index(size()));
    polled_for(pairs.size() * pieces, 1, poll, [&](std::size_t begin, std::size_t end) {
        for (std::size_t p = begin; p < end; ++p) {
            const std::size_t k = pairs[p / pieces].first, l = pairs[p / pieces].second;
            const std::size_t piece = p % pieces, first = l * n + products.piece_begin(piece);
            Eigen::ArrayXd factors = second_ * gain_.col(index(k)) * gain_.col(index(l));
            if (k == l) factors += bend_.col(index(k));
            auto part =
                to.block(index(k * n), index(first), index(n), index(products.piece_size(piece)));
            products.gram(k, l, piece, factors, part);
            if (k != l)
                to.block(index(first), index(k * n), part.cols(), index(n)) = part.transpose();
        }
    });
    return all;
}

}  // namespace steppe

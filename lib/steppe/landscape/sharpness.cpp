#include "steppe/landscape/sharpness.hpp"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "steppe/error.hpp"
#include "steppe/landscape/surrogate_loss.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

Eigen::Index index(std::size_t i) {
    return static_cast<Eigen::Index>(i);
}

void validate(const SharpnessOptions& options) {
    if (options.starts == 0) throw Error("starts is 0: it must be 1 or more");
    if (options.steps == 0) throw Error("steps is 0: it must be 1 or more");
    for (const double radius : options.radii) {
        if (radius >= 0.0 && std::isfinite(radius)) continue;
        throw Error(fmt::format("a radius is {}: it must be 0 or more", radius));
    }
}

/// The climb in e, a weight being w_i (1 + e_i): the ball is the same for all weights.
class Climb {
  public:
    Climb(const Network& network, const VectorXd& weights, const Patterns& patterns,
          const SharpnessOptions& options)
        : loss_(network, patterns, options.beta, options.gamma),
          weights_(weights),
          options_(options),
          worst_(VectorXd::Zero(weights.size())),
          worst_loss_(loss_.losses(weights_)[0]) {}

    /// The largest that was found, at first that of the weights.
    double worst_loss() const { return worst_loss_; }
    /// Weights at the worst point that was found.
    VectorXd worst() const { return weights_.cwiseProduct(VectorXd::Ones(worst_.size()) + worst_); }

    /// At a radius that is not below that of the last call. tell(part done).
    template <class Tell>
    void climb(double radius, std::uint32_t round, const Tell& tell) {
        MatrixXd at = starts(radius, round), gradients;
        for (std::size_t step = 0; step <= options_.steps; ++step) {
            const MatrixXd moved = weights_.asDiagonal() * MatrixXd(at.array() + 1.0);
            const bool last = step == options_.steps;
            const VectorXd losses = loss_.losses(moved, last ? nullptr : &gradients);
            Eigen::Index best = 0;
            const double here = losses.maxCoeff(&best);
            if (here > worst_loss_) {
                worst_loss_ = here;
                worst_ = at.col(best);
            }
            const double left =
                1.0 - static_cast<double>(step) / static_cast<double>(options_.steps);
            if (!last) {
                gradients = weights_.asDiagonal() * gradients;
                parallel_for(static_cast<std::size_t>(at.cols()), 1,
                             [&](std::size_t begin, std::size_t end) {
                                 for (std::size_t j = begin; j < end; ++j) {
                                     ascend(at.col(index(j)), gradients.col(index(j)), radius,
                                            left * radius);
                                 }
                             });
            }
            tell(static_cast<double>(step + 1) / static_cast<double>(options_.steps + 1));
        }
    }

  private:
    /// The weights, the worst of the radius before, and random points.
    MatrixXd starts(double radius, std::uint32_t round) const {
        MatrixXd at(weights_.size(), index(options_.starts) + 2);
        at.col(0).setZero();
        at.col(1) = worst_;
        const Philox random(options_.seed, Stream::Test);
        for (std::size_t j = 0; j < options_.starts; ++j) {
            auto e = at.col(index(j + 2));
            const auto number = static_cast<std::uint32_t>(round * options_.starts + j);
            for (Eigen::Index i = 0; i < e.size(); ++i) {
                const auto which = static_cast<std::uint64_t>(i);
                e[i] = options_.ball == Ball::Box
                           ? radius * (2.0 * random.uniform(which, number) - 1.0)
                           : random.normal(which, number);
            }
            if (options_.ball == Ball::MeanSquare) e *= length(radius) / e.norm();
        }
        return at;
    }

    /// Of the vector of all e_i in the ball of mean squares, at most.
    double length(double radius) const {
        return radius * std::sqrt(static_cast<double>(weights_.size()));
    }

    /// The steepest way up in the norm of the ball, and back into it.
    void ascend(Eigen::Ref<VectorXd> e, const Eigen::Ref<const VectorXd>& gradient, double radius,
                double step) const {
        if (options_.ball == Ball::Box) {
            e = (e.array() + step * gradient.array().sign()).max(-radius).min(radius).matrix();
            return;
        }
        const double norm = gradient.norm();
        if (norm > 0.0) e += length(step) / norm * gradient;
        const double longest = length(radius), now = e.norm();
        if (now > longest) e *= longest / now;
    }

    SurrogateLoss loss_;
    VectorXd weights_;
    const SharpnessOptions& options_;
    VectorXd worst_;
    double worst_loss_;
};

}  // namespace

std::string ball_name(Ball ball) {
    return ball == Ball::Box ? "box" : "mean-square";
}

SharpnessCurve sharpness_curve(const Network& network, const Weights& weights,
                               const Patterns& patterns, const SharpnessOptions& options,
                               const LandscapeObserver& observer) {
    validate(options);
    Climb climb(network, comparable_weights(network, weights), patterns, options);
    Network real = network;
    real.weights = WeightKind::Spherical;
    const auto error_rate = [&](const VectorXd& w) {
        const Weights moved =
            Weights::from_values(weights.unit_inputs(), weights.units(), {w.begin(), w.end()});
        const std::size_t errors =
            patterns.visit([&](const auto& set) { return count_errors(real, moved, *set); });
        return static_cast<double>(errors) / static_cast<double>(patterns.patterns());
    };
    SharpnessCurve curve;
    curve.loss = climb.worst_loss();
    curve.error_rate = error_rate(climb.worst());
    curve.points.resize(options.radii.size());
    std::vector<std::size_t> order(options.radii.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return options.radii[a] < options.radii[b];
    });
    for (std::size_t r = 0; r < order.size(); ++r) {
        const double radius = options.radii[order[r]];
        climb.climb(radius, static_cast<std::uint32_t>(r), [&](double part) {
            tell_observer(observer,
                          (static_cast<double>(r) + part) / static_cast<double>(order.size()));
        });
        curve.points[order[r]] = {radius, climb.worst_loss(), error_rate(climb.worst())};
    }
    return curve;
}

}  // namespace steppe

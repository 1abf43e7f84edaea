#include "steppe/theory/smooth_units.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

#include "steppe/theory/average.hpp"

namespace steppe::theory {

namespace {

/// Even steps over a standard normal, 0 among the nodes.
NormalRule even_rule(double step, double reach) {
    NormalRule rule;
    const int count = static_cast<int>(reach / step);
    for (int i = -count; i <= count; ++i) {
        rule.node.push_back(step * i);
        rule.weight.push_back(step * normal_density(step * i));
    }
    return rule;
}

/// P goes from 0 to 1 within a mean's 1/slope. As many nodes as can be paid for.
NormalRule rule_of(double slope, bool fine) {
    if (slope == 0.0) return {{0.0}, {1.0}};
    const double step = std::max(std::min(0.7, 0.45 / slope), 0.15);
    return even_rule(fine ? 0.6 * step : step, fine ? 7.5 : 6.5);
}

/// Its nodes from 0 up, for functions that are even.
NormalRule upper_half(const NormalRule& rule) {
    NormalRule out;
    for (std::size_t i = rule.node.size() / 2; i < rule.node.size(); ++i) {
        out.node.push_back(rule.node[i]);
        out.weight.push_back(out.node.size() > 1 ? 2.0 * rule.weight[i] : rule.weight[i]);
    }
    return out;
}

std::vector<double> scaled(const std::vector<double>& nodes, double factor) {
    std::vector<double> out;
    for (const double x : nodes) out.push_back(factor * x);
    return out;
}

Eigen::VectorXd vector_of(const std::vector<double>& values) {
    return Eigen::Map<const Eigen::VectorXd>(values.data(),
                                             static_cast<Eigen::Index>(values.size()));
}

/// The sum over the nodes along s, of planes of those along t_1 and t_2. P is even in t_1.
class SmoothSum {
  public:
    SmoothSum(const OddUnit& unit, const Model& model, const Order& order, bool fine,
              bool with_curvature)
        : model_(model), with_curvature_(with_curvature) {
        length_ = std::sqrt(order.overlap);
        const double sigma = std::sqrt(1.0 - order.overlap);
        const bool taught = model.labels == Labels::Teacher;
        teacher_length_ = taught && length_ > 0.0 ? order.teacher / length_ : 0.0;
        const double width = std::sqrt(std::max(1.0 - teacher_length_ * teacher_length_, 1e-300));
        rule_ = rule_of(std::max(length_ / sigma, std::abs(teacher_length_) / width), fine);
        const NormalRule half = upper_half(rule_);
        weights_ = vector_of(half.weight) * vector_of(rule_.weight).transpose();
        const auto units = [&](double length, double deviation) {
            return ThreeUnits(unit, scaled(half.node, length), scaled(rule_.node, length),
                              deviation, fine ? 1.0 / 0.6 : 1.0);
        };
        solution_.emplace(units(length_, sigma));
        // In the Bayes-optimal case a solution knows as much as the teacher: P is the same.
        alike_ = std::abs(teacher_length_ - length_) < 1e-14;
        if (taught && !alike_) teacher_.emplace(units(teacher_length_, width));
        for (std::size_t i = 0; i < rule_.node.size(); ++i) add(i);
    }

    const ChannelAverages& sums() const { return sums_; }

  private:
    void add(std::size_t i) {
        const double z = rule_.node[i], wrong = std::exp(-model_.beta);
        const AnswerPlane here = solution_->at(length_ * z, with_curvature_);
        const Eigen::ArrayXXd stored = (wrong + (1.0 - wrong) * here.p).max(1e-300);
        const Eigen::ArrayXXd scale = (1.0 - wrong) / stored;
        std::array<Eigen::ArrayXXd, 3> g;
        for (std::size_t k = 0; k < 3; ++k) g[k] = scale * here.d[k];
        Eigen::ArrayXXd weights = rule_.weight[i] * weights_;
        if (model_.labels == Labels::Teacher) {
            const AnswerPlane taught = alike_ ? here : teacher_->at(teacher_length_ * z, false);
            for (std::size_t k = 0; k < 3; ++k) {
                sums_.teacher += (2.0 * weights * taught.d[k] * g[k]).sum();
            }
            weights *= 2.0 * taught.p;
        }
        sums_.energy += (weights * stored.log()).sum();
        for (const Eigen::ArrayXXd& one : g) sums_.response += (weights * one.square()).sum();
        sums_.errors += (weights * wrong * (1.0 - here.p) / stored).sum();
        if (!with_curvature_) return;
        for (std::size_t k = 0; k < second_derivatives.size(); ++k) {
            const auto& by = second_derivatives[k];
            const double ways = by[0] == by[1] ? 1.0 : 2.0;
            sums_.curvature +=
                ways * (weights * (scale * here.d2[k] - g[by[0]] * g[by[1]]).square()).sum();
        }
    }

    const Model& model_;
    bool with_curvature_;
    /// A mean is that times a standard normal.
    double length_ = 0.0, teacher_length_ = 0.0;
    bool alike_ = false;
    NormalRule rule_;
    Eigen::ArrayXXd weights_;
    std::optional<ThreeUnits> solution_, teacher_;
    ChannelAverages sums_;
};

}  // namespace

ChannelAverages smooth_averages(const OddUnit& unit, const Model& model, const Order& order,
                                bool fine, bool with_curvature) {
    return SmoothSum(unit, model, order, fine, with_curvature).sums();
}

}  // namespace steppe::theory

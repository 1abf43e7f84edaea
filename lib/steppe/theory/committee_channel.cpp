#include "steppe/theory/committee_channel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"

namespace steppe::theory {

namespace {

constexpr std::size_t most_units = 9;

/// The probability that the rule is kept by units that answer +1 with the probabilities p: linear
/// in each of them.
double probability(Rule rule, std::span<const double> p) {
    if (rule == Rule::Parity) {
        double product = 1.0;
        for (const double one : p) product *= 2.0 * one - 1.0;
        return 0.5 * (1.0 + product);
    }
    // counts[j]: that j of them answer +1.
    std::array<double, most_units + 1> counts{1.0};
    for (std::size_t k = 0; k < p.size(); ++k) {
        for (std::size_t j = k + 1; j > 0; --j) {
            counts[j] = counts[j] * (1.0 - p[k]) + counts[j - 1] * p[k];
        }
        counts[0] *= 1.0 - p[k];
    }
    double sum = 0.0;
    for (std::size_t j = p.size() / 2 + 1; j <= p.size(); ++j) sum += counts[j];
    return sum;
}

/// d probability / d p_k: linear in p_k, hence a difference.
double slope(Rule rule, std::span<double> p, std::size_t k) {
    const double kept = std::exchange(p[k], 1.0);
    const double high = probability(rule, p);
    p[k] = 0.0;
    const double low = probability(rule, p);
    p[k] = kept;
    return high - low;
}

double mixed_slope(Rule rule, std::span<double> p, std::size_t k, std::size_t l) {
    const double kept = std::exchange(p[l], 1.0);
    const double high = slope(rule, p, k);
    p[l] = 0.0;
    const double low = slope(rule, p, k);
    p[l] = kept;
    return high - low;
}

/// A unit whose field has the mean sqrt(q) z: that it answers +1, and the derivatives by the mean;
/// the same of the teacher's unit.
struct UnitAt {
    double weight = 0.0;
    double p = 0.0, dp = 0.0, d2p = 0.0;
    double teacher = 0.0, dteacher = 0.0;
};

/// log P has its singularities at 2.8/slope from the real axis (the complex zeros of H): where that
/// is near, the rule that is graded round the bend needs fewer nodes than that of Gauss and
/// Hermite. With many units there are as many nodes as can be paid for.
NormalRule rule_of(std::size_t units, double slope, bool fine) {
    if (units <= 3) {
        if (slope > 1.5) return normal_rule(Bend{0.0, 1.0 / slope}, fine ? 2 : 1);
        return hermite_rule(fine ? 40 : 28);
    }
    if (units <= 5) return hermite_rule(fine ? 24 : 18);
    if (units <= 7) return hermite_rule(fine ? 17 : 13);
    return hermite_rule(fine ? 13 : 10);
}

std::vector<UnitAt> units_at(const Model& model, const Order& order, bool fine) {
    const double length = std::sqrt(order.overlap), sigma = std::sqrt(1.0 - order.overlap);
    const double slope = length > 0.0 ? order.teacher / length : 0.0;
    const double width = std::sqrt(std::max(1.0 - slope * slope, 1e-300));
    const NormalRule rule = rule_of(model.units, length / sigma, fine);
    std::vector<UnitAt> out(rule.node.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double z = rule.node[i], x = (model.margin - length * z) / sigma;
        const double density = normal_density(x);
        const double at = slope * z / width;
        out[i] = {rule.weight[i],     gaussian_tail(x),
                  density / sigma,    x * density / (sigma * sigma),
                  gaussian_tail(-at), normal_density(at) / width};
    }
    return out;
}

/// The sums over all choices of a node for each unit; choices that differ by the order of the units
/// alone are taken once.
class CommitteeSum {
  public:
    CommitteeSum(const Model& model, const std::vector<UnitAt>& units, bool with_curvature)
        : model_(model), units_(units), with_curvature_(with_curvature) {
        wrong_ = std::exp(-model.beta);
        choose(0, 0, 1.0, 0);
    }

    const ChannelAverages& sums() const { return sums_; }

  private:
    /// Chooses nodes from `first` up for unit k and those after it; `run` units before it have
    /// the node `first`.
    void choose(std::size_t k, std::size_t first, double weight, std::size_t run) {
        if (k == model_.units) {
            add(weight);
            return;
        }
        for (std::size_t i = first; i < units_.size(); ++i) {
            const std::size_t same = k > 0 && i == first ? run + 1 : 1;
            // A multinomial coefficient, factor by factor.
            const double ways = static_cast<double>(k + 1) / static_cast<double>(same);
            const double next = weight * units_[i].weight * ways;
            if (next < 1e-17) continue;
            chosen_[k] = i;
            choose(k + 1, i, next, same);
        }
    }

    void add(double weight) {
        const std::size_t count = model_.units;
        std::array<double, most_units> values{}, teachers{}, g{};
        for (std::size_t k = 0; k < count; ++k) {
            values[k] = units_[chosen_[k]].p;
            teachers[k] = units_[chosen_[k]].teacher;
        }
        const std::span<double> p(values.data(), count), t(teachers.data(), count);
        const double stored = probability(model_.rule, p);
        const double all = std::max(wrong_ + (1.0 - wrong_) * stored, 1e-300);
        const double scale = (1.0 - wrong_) / all;
        const bool taught = model_.labels == Labels::Teacher;
        const double labelled = weight * (taught ? 2.0 * probability(model_.rule, t) : 1.0);
        double response = 0.0, teacher = 0.0;
        for (std::size_t k = 0; k < count; ++k) {
            const UnitAt& unit = units_[chosen_[k]];
            g[k] = scale * slope(model_.rule, p, k) * unit.dp;
            response += g[k] * g[k];
            if (taught) teacher += 2.0 * slope(model_.rule, t, k) * unit.dteacher * g[k];
        }
        sums_.energy += labelled * std::log(all);
        sums_.response += labelled * response;
        sums_.teacher += weight * teacher;
        sums_.errors += labelled * wrong_ * (1.0 - stored) / all;
        if (with_curvature_) sums_.curvature += labelled * curvature(p, g, scale);
    }

    double curvature(std::span<double> p, const std::array<double, most_units>& g,
                     double scale) const {
        double sum = 0.0;
        for (std::size_t k = 0; k < p.size(); ++k) {
            const UnitAt& unit = units_[chosen_[k]];
            const double own = scale * slope(model_.rule, p, k) * unit.d2p - g[k] * g[k];
            sum += own * own;
            for (std::size_t l = 0; l < k; ++l) {
                const double mixed =
                    scale * mixed_slope(model_.rule, p, k, l) * unit.dp * units_[chosen_[l]].dp -
                    g[k] * g[l];
                sum += 2.0 * mixed * mixed;
            }
        }
        return sum;
    }

    const Model& model_;
    const std::vector<UnitAt>& units_;
    bool with_curvature_;
    double wrong_ = 0.0;
    std::array<std::size_t, most_units> chosen_{};
    ChannelAverages sums_;
};

}  // namespace

ChannelAverages committee_averages(const Model& model, const Order& order, bool fine,
                                   bool with_curvature) {
    const std::vector<UnitAt> units = units_at(model, order, fine);
    return CommitteeSum(model, units, with_curvature).sums();
}

}  // namespace steppe::theory

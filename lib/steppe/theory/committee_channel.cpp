#include "steppe/theory/committee_channel.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"

namespace steppe::theory {

namespace {

constexpr std::size_t most_units = 9;

/// The probabilities of a unit's answers. Both, since of either what is left of 1 may be small.
struct Answer {
    double plus = 0.0, minus = 0.0;
};

/// What some of the units decide, each of which answers +1 with a probability of its own.
class Partial {
  public:
    explicit Partial(Rule rule = Rule::Majority) : rule_(rule) {}

    Partial with(const Answer& a) const {
        Partial out(rule_);
        out.units_ = units_ + 1;
        if (rule_ == Rule::Parity) {
            out.counts_[0] = counts_[0] * a.plus + counts_[1] * a.minus;
            out.counts_[1] = counts_[0] * a.minus + counts_[1] * a.plus;
            return out;
        }
        out.counts_[0] = counts_[0] * a.minus;
        for (std::size_t j = 1; j <= out.units_; ++j) {
            out.counts_[j] = counts_[j] * a.minus + counts_[j - 1] * a.plus;
        }
        return out;
    }

    /// Of all units: the probability that the rule is kept.
    double kept() const {
        if (rule_ == Rule::Parity) return counts_[0];
        double sum = 0.0;
        for (std::size_t j = units_ / 2 + 1; j <= units_; ++j) sum += counts_[j];
        return sum;
    }
    /// Of all but one: the derivative of that by the one's probability, in which it is linear.
    double slope() const {
        return rule_ == Rule::Parity ? counts_[0] - counts_[1] : counts_[units_ / 2];
    }
    /// Of all but two: the derivative by both.
    double mixed_slope() const {
        if (rule_ == Rule::Parity) return 2.0 * (counts_[0] - counts_[1]);
        return counts_[units_ / 2] - counts_[units_ / 2 + 1];
    }

  private:
    Rule rule_;
    std::size_t units_ = 0;
    /// Majority: counts[j], that j of them answer +1. Parity: that their product is +1, and -1.
    std::array<double, most_units + 1> counts_{1.0};
};

/// The first units, and the same without one and without two of them.
struct LeftOut {
    Partial all;
    std::array<Partial, most_units> one;
    std::array<std::array<Partial, most_units>, most_units> two;  ///< [k][l], l < k

    /// Those of `before`, `count` units, with one more.
    void extend(const LeftOut& before, std::size_t count, const Answer& a, bool with_two) {
        all = before.all.with(a);
        for (std::size_t k = 0; k < count; ++k) {
            one[k] = before.one[k].with(a);
            if (!with_two) continue;
            for (std::size_t l = 0; l < k; ++l) two[k][l] = before.two[k][l].with(a);
            two[count][k] = before.one[k];
        }
        one[count] = before.all;
    }
};

/// A unit whose field has the mean sqrt(q) z: its answer, and the derivatives of that it is +1 by
/// the mean; the same of the teacher's unit.
struct UnitAt {
    double weight = 0.0;
    Answer answer;
    double dp = 0.0, d2p = 0.0;
    Answer teacher;
    double dteacher = 0.0;
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
        out[i] = {rule.weight[i],
                  {gaussian_tail(x), gaussian_tail(-x)},
                  density / sigma,
                  x * density / (sigma * sigma),
                  {gaussian_tail(-at), gaussian_tail(at)},
                  normal_density(at) / width};
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
        ours_[0].all = teachers_[0].all = Partial(model.rule);
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
            ours_[k + 1].extend(ours_[k], k, units_[i].answer, with_curvature_);
            if (taught()) teachers_[k + 1].extend(teachers_[k], k, units_[i].teacher, false);
            choose(k + 1, i, next, same);
        }
    }

    bool taught() const { return model_.labels == Labels::Teacher; }

    void add(double weight) {
        const std::size_t count = model_.units;
        const LeftOut &ours = ours_[count], &teachers = teachers_[count];
        std::array<double, most_units> g{};
        const double stored = ours.all.kept();
        const double all = std::max(wrong_ + (1.0 - wrong_) * stored, 1e-300);
        const double scale = (1.0 - wrong_) / all;
        const double labelled = weight * (taught() ? 2.0 * teachers.all.kept() : 1.0);
        double response = 0.0, teacher = 0.0;
        for (std::size_t k = 0; k < count; ++k) {
            const UnitAt& unit = units_[chosen_[k]];
            g[k] = scale * ours.one[k].slope() * unit.dp;
            response += g[k] * g[k];
            if (taught()) teacher += 2.0 * teachers.one[k].slope() * unit.dteacher * g[k];
        }
        sums_.energy += labelled * std::log(all);
        sums_.response += labelled * response;
        sums_.teacher += weight * teacher;
        sums_.errors += labelled * wrong_ * (1.0 - stored) / all;
        if (with_curvature_) sums_.curvature += labelled * curvature(ours, g, scale);
    }

    double curvature(const LeftOut& ours, const std::array<double, most_units>& g,
                     double scale) const {
        double sum = 0.0;
        for (std::size_t k = 0; k < model_.units; ++k) {
            const UnitAt& unit = units_[chosen_[k]];
            const double own = scale * ours.one[k].slope() * unit.d2p - g[k] * g[k];
            sum += own * own;
            for (std::size_t l = 0; l < k; ++l) {
                const double mixed =
                    scale * ours.two[k][l].mixed_slope() * unit.dp * units_[chosen_[l]].dp -
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
    /// Of the units chosen so far: what choices share is computed once.
    std::array<LeftOut, most_units + 1> ours_, teachers_;
    ChannelAverages sums_;
};

}  // namespace

ChannelAverages committee_averages(const Model& model, const Order& order, bool fine,
                                   bool with_curvature) {
    const std::vector<UnitAt> units = units_at(model, order, fine);
    return CommitteeSum(model, units, with_curvature).sums();
}

}  // namespace steppe::theory

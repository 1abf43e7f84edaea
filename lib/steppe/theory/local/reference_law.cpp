#include "steppe/theory/local/reference_law.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <cstddef>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"

namespace steppe::theory {

namespace {

/// A logarithm of a weight this far below the largest is nothing.
constexpr double negligible = 42.0;

struct Range {
    double low = 0.0, high = 0.0;
};

struct WeightedNode {
    double x = 0.0, weight = 0.0;
};

/// Gauss-Legendre nodes on a range that is cut at the bends, graded, and into pieces of at most
/// `longest`.
std::vector<WeightedNode> nodes_on(const Range& range, const std::vector<Bend>& bends,
                                   double longest, bool fine) {
    std::vector<double> ends{range.low, range.high};
    const auto cut = [&](double x) {
        if (x > range.low && x < range.high) ends.push_back(x);
    };
    for (const Bend& bend : bends) {
        cut(bend.centre);
        const double width = std::max(bend.width, 1e-7);
        for (double step = 2.0 * width; step < range.high - range.low; step *= 4.0) {
            cut(bend.centre - step);
            cut(bend.centre + step);
        }
    }
    std::sort(ends.begin(), ends.end());
    using Gauss = boost::math::quadrature::gauss<double, 15>;
    std::vector<WeightedNode> out;
    for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
        const double length = ends[i + 1] - ends[i];
        if (length <= 0.0) continue;
        const double pieces = std::ceil(length / longest) * (fine ? 2.0 : 1.0);
        const double half = 0.5 * length / pieces;
        for (double k = 0.0; k < pieces; k += 1.0) {
            const double middle = ends[i] + half * (2.0 * k + 1.0);
            for (std::size_t j = 0; j < Gauss::abscissa().size(); ++j) {
                const double x = half * Gauss::abscissa()[j], weight = half * Gauss::weights()[j];
                if (x != 0.0) out.push_back({middle - x, weight});
                out.push_back({middle + x, weight});
            }
        }
    }
    return out;
}

/// u = omega + deviation x: nodes of x with weights of sum 1, given omega; where the student's
/// field turns as `view` says.
class FieldLaw {
  public:
    FieldLaw(const Reference& reference, double rest, bool fine)
        : reference_(reference), deviation_(std::sqrt(rest)), fine_(fine) {}

    std::vector<WeightedNode> given(double omega, const std::vector<Bend>& bends) const {
        return reference_.measure == Reference::Measure::Solutions ? truncated(omega, bends)
                                                                   : tilted(omega, bends).first;
    }

    /// Nodes, and the logarithm of what they are divided by.
    std::pair<std::vector<WeightedNode>, double> tilted(double omega,
                                                        std::vector<Bend> bends) const {
        const double beta = reference_.beta, gamma = reference_.gamma;
        const double response = beta * deviation_ * deviation_;
        const double mode = proximal_stability(gamma, response, omega);
        const double at = (mode - omega) / deviation_;
        const double curvature = 1.0 + response * cross_entropy_loss(gamma, mode).curvature;
        bends.push_back({at, 1.0 / std::sqrt(curvature)});
        // The loss turns at 0.
        bends.push_back({-omega / deviation_, 1.0 / (gamma * deviation_)});
        const auto log_weight = [&](double x) {
            return -beta * cross_entropy_loss(gamma, omega + deviation_ * x).value - 0.5 * x * x;
        };
        const double most = log_weight(at);
        std::vector<WeightedNode> nodes = nodes_on({at - 9.2, at + 9.2}, bends, 3.0, fine_);
        double sum = 0.0;
        for (WeightedNode& node : nodes) {
            node.weight *= std::exp(log_weight(node.x) - most);
            sum += node.weight;
        }
        for (WeightedNode& node : nodes) node.weight /= sum;
        return {nodes, most + std::log(sum * normal_density(0.0))};
    }

    double deviation() const { return deviation_; }

  private:
    std::vector<WeightedNode> truncated(double omega, const std::vector<Bend>& bends) const {
        const double edge = (reference_.margin - omega) / deviation_;
        const double from = std::max(edge, -std::sqrt(2.0 * negligible));
        const double to = std::sqrt(std::pow(std::max(from, 0.0), 2) + 2.0 * negligible);
        // Beyond the edge it falls like exp(-edge x).
        const double longest = std::min(3.0, (to - from) / 3.0);
        std::vector<WeightedNode> nodes = nodes_on({from, to}, bends, longest, fine_);
        const double log_p = log_gaussian_tail(edge);
        for (WeightedNode& node : nodes) {
            node.weight *= normal_density(0.0) * std::exp(-0.5 * node.x * node.x - log_p);
        }
        return nodes;
    }

    const Reference& reference_;
    double deviation_;
    bool fine_;
};

/// The only minimiser: u follows from omega.
std::vector<FieldNode> single_fields(const Reference& reference, const StudentView& view,
                                     bool fine) {
    const double gamma = reference.gamma, response = reference.response;
    const auto excess = [&](double z) { return proximal_stability(gamma, response, z) - z; };
    const auto seen = [&](double z) { return view.along * z + view.beside * excess(z); };
    // Corners of the stability as a function of z: where the loss's curvature begins to hold it,
    // and where it is at its steepest.
    const double corner = 0.5 * std::log1p(2.0 * gamma * response) / gamma;
    std::vector<Bend> bends{{corner, 0.5 / gamma},
                            {-0.5 * response, std::max(0.5 * response, 0.5 / gamma)},
                            {-response - corner, 0.5 / gamma}};
    double low = -normal_reach, high = normal_reach;
    for (int k = 0; k < 50; ++k) {
        const double middle = 0.5 * (low + high);
        (seen(middle) < view.centre ? low : high) = middle;
    }
    const double slope = (seen(low + 1e-4) - seen(low - 1e-4)) / 2e-4;
    bends.push_back({low, view.width / std::max(slope, 1e-3)});
    const NormalRule rule = normal_rule(bends, fine ? 2 : 1);
    std::vector<FieldNode> out;
    for (std::size_t i = 0; i < rule.node.size(); ++i) {
        const double more = excess(rule.node[i]);
        out.push_back({rule.node[i], more, more, rule.weight[i]});
    }
    return out;
}

}  // namespace

LossAt cross_entropy_loss(double gamma, double s) {
    const double x = gamma * s, small = std::exp(-2.0 * std::abs(x));
    // -s/2 + |s|/2 without what the difference would lose.
    const double value = (x < 0.0 ? -s : 0.0) + 0.5 * std::log1p(small) / gamma;
    const double wrong = x > 0.0 ? small / (1.0 + small) : 1.0 / (1.0 + small);
    return {value, -wrong, 2.0 * gamma * small / ((1.0 + small) * (1.0 + small))};
}

double proximal_stability(double gamma, double response, double omega) {
    // s + response slope(s) rises; Newton's steps are kept between the ends.
    double low = omega, high = omega + response, s = std::min(std::max(omega, 0.0), high);
    for (int k = 0; k < 200; ++k) {
        const LossAt loss = cross_entropy_loss(gamma, s);
        const double off = s - omega + response * loss.slope;
        (off > 0.0 ? high : low) = s;
        double next = s - off / (1.0 + response * loss.curvature);
        if (!(next > low && next < high)) next = 0.5 * (low + high);
        const double step = std::abs(next - s);
        s = next;
        if (step <= 4e-16 * (1.0 + std::abs(s))) break;
    }
    return s;
}

std::vector<FieldNode> reference_fields(const Reference& reference, double overlap, double rest,
                                        const StudentView& view, bool fine) {
    if (reference.single()) return single_fields(reference, view, fine);
    const FieldLaw law(reference, rest, fine);
    const double length = std::sqrt(overlap), deviation = law.deviation();
    const double own = reference.measure == Reference::Measure::Solutions
                           ? reference.margin
                           : -0.5 * reference.response;
    std::vector<Bend> bends{{own / length, deviation / length}};
    const double total = std::hypot(view.width, view.beside * deviation);
    if (view.along > 0.0) {
        bends.push_back({view.centre / (view.along * length), total / (view.along * length)});
    }
    const NormalRule rule = normal_rule(bends, fine ? 2 : 1);
    std::vector<FieldNode> out;
    for (std::size_t i = 0; i < rule.node.size(); ++i) {
        const double omega = length * rule.node[i];
        std::vector<Bend> inner;
        if (view.beside > 0.0) {
            const double per = view.beside * deviation;
            inner.push_back({(view.centre - view.along * omega) / per, view.width / per});
        }
        const std::vector<WeightedNode> nodes = law.given(omega, inner);
        double mean = 0.0;
        for (const WeightedNode& node : nodes) mean += node.weight * deviation * node.x;
        for (const WeightedNode& node : nodes) {
            const double weight = rule.weight[i] * node.weight;
            if (weight > 1e-18) out.push_back({omega, deviation * node.x, mean, weight});
        }
    }
    return out;
}

LossAverages loss_averages(const Reference& reference, double omega, double rest, bool fine) {
    const FieldLaw law(reference, rest, fine);
    const auto tilted = law.tilted(omega, {});
    LossAverages out;
    out.log_z = tilted.second;
    double square = 0.0;
    for (const WeightedNode& node : tilted.first) {
        const double u = omega + law.deviation() * node.x;
        out.g += node.weight * node.x / law.deviation();
        square += node.weight * node.x * node.x;
        out.loss += node.weight * cross_entropy_loss(reference.gamma, u).value;
        out.errors += u < 0.0 ? node.weight : 0.0;
    }
    out.dg = (square - 1.0) / rest - out.g * out.g;
    return out;
}

}  // namespace steppe::theory

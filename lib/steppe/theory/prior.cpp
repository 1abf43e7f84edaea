#include "steppe/theory/prior.hpp"

#include <cmath>

#include "steppe/numeric/log_odds.hpp"
#include "steppe/theory/average.hpp"

namespace steppe::theory {

namespace {

PriorAverages binary(const Conjugates& c, bool fine) {
    const double length = std::sqrt(c.overlap);
    const NormalRule rule = length > 0.0
                                ? normal_rule(Bend{-c.teacher / length, 1.0 / length}, fine ? 2 : 1)
                                : normal_rule(Bend{}, 1);
    PriorAverages out;
    for (std::size_t i = 0; i < rule.node.size(); ++i) {
        const double field = length * rule.node[i] + c.teacher;
        const double mean = std::tanh(field);
        // 1 - tanh^2 without what the difference would lose.
        const double variance = sech_squared(field);
        out.order.overlap += rule.weight[i] * mean * mean;
        out.order.teacher += rule.weight[i] * mean;
        out.entropy += rule.weight[i] * log_2cosh(field);
        out.susceptibility += rule.weight[i] * variance * variance;
    }
    out.entropy -= 0.5 * c.overlap * (1.0 - out.order.overlap) + c.teacher * out.order.teacher;
    return out;
}

PriorAverages ternary(const Conjugates& c, bool fine) {
    const double length = std::sqrt(c.overlap);
    // A weight leaves 0 where the field is about A/2.
    const NormalRule rule =
        length > 0.0 ? normal_rule(std::vector<Bend>{{0.5 * c.precision / length, 1.0 / length},
                                                     {-0.5 * c.precision / length, 1.0 / length}},
                                   fine ? 2 : 1)
                     : normal_rule(Bend{}, 1);
    PriorAverages out;
    out.order.norm = 0.0;
    for (std::size_t i = 0; i < rule.node.size(); ++i) {
        const double field = length * rule.node[i];
        // exp of +-field - A/2, over their sum with exp(0).
        const double up = field - 0.5 * c.precision, down = -field - 0.5 * c.precision;
        const double most = std::max({0.0, up, down});
        const double all = std::exp(-most) + std::exp(up - most) + std::exp(down - most);
        const double plus = std::exp(up - most) / all, minus = std::exp(down - most) / all;
        const double mean = plus - minus, square = plus + minus;
        out.order.norm += rule.weight[i] * square;
        out.order.overlap += rule.weight[i] * mean * mean;
        out.entropy += rule.weight[i] * (most + std::log(all));
        out.susceptibility += rule.weight[i] * std::pow(square - mean * mean, 2);
    }
    out.entropy +=
        0.5 * c.precision * out.order.norm - 0.5 * c.overlap * (out.order.norm - out.order.overlap);
    return out;
}

/// A weight is a normal of variance 1 - q, which the norm sets: 1 = (1 - q) + (q^ + R^^2)(1 - q)^2.
PriorAverages spherical(const Conjugates& c) {
    const double pull = c.overlap + c.teacher * c.teacher;
    const double variance = 2.0 / (1.0 + std::sqrt(1.0 + 4.0 * pull));
    PriorAverages out;
    out.order.overlap = pull * variance * variance;
    out.order.teacher = c.teacher * variance;
    out.susceptibility = variance * variance;
    // 1/2 log(1 - q) + (q - R^2)/(2 (1 - q)), with both conjugates at their extremum.
    out.entropy = 0.5 * std::log(variance) +
                  0.5 * (out.order.overlap - out.order.teacher * out.order.teacher) / variance;
    return out;
}

}  // namespace

double entropy_around(WeightSet weights, double overlap) {
    const double far = 0.5 * (1.0 - overlap), near = 0.5 * (1.0 + overlap);
    if (weights == WeightSet::Spherical) return 0.5 * std::log(4.0 * far * near);
    return -far * std::log(far) - near * std::log(near);
}

PriorAverages prior_averages(WeightSet weights, const Conjugates& conjugates, bool fine) {
    switch (weights) {
        case WeightSet::Binary:
            return binary(conjugates, fine);
        case WeightSet::Ternary:
            return ternary(conjugates, fine);
        case WeightSet::Spherical:
            return spherical(conjugates);
    }
    return {};
}

}  // namespace steppe::theory

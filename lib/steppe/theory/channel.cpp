#include "steppe/theory/channel.hpp"

#include <algorithm>
#include <cmath>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"
#include "steppe/theory/committee_channel.hpp"
#include "steppe/theory/normal_part.hpp"
#include "steppe/theory/smooth_units.hpp"

namespace steppe::theory {

namespace {

/// The order of the field on which the rule acts: that of a unit, or of the output of infinitely
/// many.
struct FieldOrder {
    double variance = 1.0, overlap = 0.0, teacher = 0.0;
    double teacher_variance = 1.0;
};

struct FieldAverages {
    double energy = 0.0, response = 0.0, teacher = 0.0, precision = 0.0, curvature = 0.0,
           errors = 0.0;
};

NormalRule rule_of(const Model& model, const FieldOrder& order, bool fine) {
    std::vector<Bend> bends;
    const double length = std::sqrt(order.overlap);
    if (length > 0.0) {
        const double width = std::sqrt(order.variance - order.overlap) / length;
        bends.push_back({model.margin / length, width});
        if (model.rule == Rule::Band) bends.push_back({-model.margin / length, width});
        if (model.labels == Labels::Teacher && order.teacher != 0.0) {
            const double slope = order.teacher / length;
            const double rest = order.teacher_variance - slope * slope;
            bends.push_back({0.0, std::sqrt(std::max(rest, 0.0)) / std::abs(slope)});
        }
    } else {
        bends.emplace_back();
    }
    return normal_rule(bends, fine ? 2 : 1);
}

FieldAverages field_averages(const Model& model, const FieldOrder& order, bool fine) {
    const double length = std::sqrt(order.overlap);
    const double sigma = std::sqrt(order.variance - order.overlap);
    const bool taught = model.labels == Labels::Teacher;
    const double slope = length > 0.0 ? order.teacher / length : 0.0;
    const double width = std::sqrt(std::max(order.teacher_variance - slope * slope, 1e-300));
    const NormalRule rule = rule_of(model, order, fine);
    FieldAverages sum;
    for (std::size_t i = 0; i < rule.node.size(); ++i) {
        const double z = rule.node[i];
        const LocalChannel local = local_channel(model, model.margin, length * z, sigma);
        // The teacher's answer is +1: the label is folded in.
        const double x = slope * z / width;
        const double weight = rule.weight[i] * (taught ? 2.0 * gaussian_tail(-x) : 1.0);
        sum.energy += weight * local.log_p;
        sum.response += weight * local.g * local.g;
        sum.precision -= weight * local.dg;
        sum.curvature += weight * local.dg * local.dg;
        sum.errors += weight * local.errors;
        if (taught) sum.teacher += rule.weight[i] * 2.0 * normal_density(x) / width * local.g;
    }
    return sum;
}

ChannelAverages of_one_unit(const Model& model, const Order& order, bool fine) {
    const FieldAverages field =
        field_averages(model, {order.norm, order.overlap, order.teacher, 1.0}, fine);
    return {field.energy,    field.response,  field.teacher,
            field.precision, field.curvature, field.errors};
}

/// The output field of infinitely many units is one field, whose order follows from the units' by
/// their kernel.
ChannelAverages of_infinitely_many(const Model& model, const Order& order, bool fine) {
    const double one = field_order(model, 1.0).value;
    const Kernel overlap = field_order(model, order.overlap),
                 teacher = field_order(model, order.teacher);
    const FieldAverages field =
        field_averages(model, {one, overlap.value, teacher.value, one}, fine);
    ChannelAverages out;
    out.energy = field.energy;
    out.response = field.response * overlap.slope;
    out.teacher = field.teacher * teacher.slope;
    out.curvature =
        field.curvature * overlap.slope * overlap.slope + field.response * overlap.curvature;
    out.errors = field.errors;
    return out;
}

}  // namespace

LocalChannel local_channel(const Model& model, double margin, double omega, double sigma) {
    const Jet kept = model.rule == Rule::Band ? log_within(margin, omega, sigma)
                                              : log_above(margin, omega, sigma);
    if (!model.hot()) return {kept.value, kept.slope, kept.curvature, 0.0};
    // P = exp(-beta) + (1 - exp(-beta)) K, of which the second term is the part `share`.
    const double right = std::log1p(-std::exp(-model.beta)) + kept.value;
    const double most = std::max(right, -model.beta);
    const double log_p = most + std::log1p(std::exp(std::min(right, -model.beta) - most));
    const double share = std::exp(right - log_p), g = share * kept.slope;
    return {log_p, g, share * (kept.curvature + kept.slope * kept.slope) - g * g,
            -std::expm1(kept.value) * std::exp(-model.beta - log_p)};
}

ChannelAverages channel_averages(const Model& model, const Order& order, bool fine,
                                 bool with_curvature) {
    if (model.units == Model::infinite) return of_infinitely_many(model, order, fine);
    if (model.is_perceptron()) return of_one_unit(model, order, fine);
    if (model.unit != Unit::Sign) {
        return smooth_averages({model.unit}, model, order, fine, with_curvature);
    }
    return committee_averages(model, order, fine, with_curvature);
}

}  // namespace steppe::theory

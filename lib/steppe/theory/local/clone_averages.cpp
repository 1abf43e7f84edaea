#include "steppe/theory/local/clone_averages.hpp"

#include <algorithm>
#include <cmath>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"
#include "steppe/theory/tilted_average.hpp"

namespace steppe::theory {
namespace {

void add(CloneAverages& sum, double weight, double z, const Tilted& t) {
    sum.value += weight * t.value;
    sum.first += weight * t.first;
    sum.first_square += weight * t.first * t.first;
    sum.second += weight * t.second;
    sum.spread += weight * t.spread;
    sum.z_first += weight * z * t.first;
}

template <class Potential>
CloneAverages averages_of(const Potential& g, const Model& model, const CloneOrder& order,
                          const Fineness& fineness) {
    const FieldOverlaps fields = field_overlaps(model, order);
    const double root = std::sqrt(fields.between), width = std::sqrt(fields.spread);
    const auto at = [&](double field) {
        return tilted_average(g, field, width, order.clones, fineness.step);
    };
    CloneAverages out;
    if (root == 0.0) {
        add(out, 1.0, 0.0, at(0.0));
        return out;
    }
    const double rest = std::sqrt(fields.between - order.teacher * order.teacher);
    const double turn = taught(model) ? rest / (order.teacher + 1e-300) : 1.0;
    const double centre = std::isinf(order.clones) ? g.turn(fields.spread) : g.centre();
    const NormalRule rule =
        normal_rule(Bend{centre / root, std::min(g.deviation / root, turn)}, fineness.pieces);
    for (std::size_t i = 0; i < rule.node.size(); ++i) {
        const double z = rule.node[i];
        double weight = rule.weight[i];
        if (taught(model)) weight *= 2.0 * gaussian_tail(-order.teacher * z / rest);
        if (weight < 1e-22) continue;
        add(out, weight, z, at(root * z));
    }
    return out;
}

}  // namespace

FieldOverlaps field_overlaps(const Model& model, const CloneOrder& order) {
    const double q1 = order.overlap, q0 = order.between(), y = order.clones;
    if (model.units != Model::infinite) return {1.0, q1, q0, order.spread, 1.0, 1.0, 0.0};
    const Kernel within = field_order(model, q1), between = field_order(model, q0);
    FieldOverlaps out;
    out.variance = field_order(model, 1.0).value;
    out.within = within.value;
    out.between = between.value;
    out.slope_within = within.slope;
    out.slope_between = between.slope;
    // The differences, of order 1/y, are those of first order where y is infinite.
    out.spread = std::isinf(y) ? out.slope_within * order.spread : y * (out.within - out.between);
    out.slope_spread = std::isinf(y) ? within.curvature * order.spread
                                     : y * (out.slope_within - out.slope_between);
    return out;
}

CloneAverages weight_averages(const CloneOrder& order, const Fineness& fineness) {
    const double root = std::sqrt(order.conjugate), width = std::sqrt(order.conjugate_spread);
    const double shift = order.conjugate_teacher;
    const auto at = [&](double field) {
        return tilted_average(WeightPotential{}, field, width, order.clones, fineness.step);
    };
    CloneAverages out;
    if (root == 0.0) {
        add(out, 1.0, 0.0, at(shift));
        return out;
    }
    // Round field 0 the clones turn together, the faster the more they are. Infinitely many: at
    // once where the spread is above 1 (the average is one of two smooth halves), and within |1 -
    // spread|^(3/2) where it is about 1.
    const double spread = order.conjugate_spread;
    const double turn = std::isinf(order.clones)
                            ? std::clamp(std::pow(std::abs(1.0 - spread), 1.5), 1e-6, 1.0)
                            : 1.0 / (1.0 + order.clones * spread);
    const NormalRule rule = normal_rule(Bend{-shift / root, turn / root}, fineness.pieces);
    const bool even = shift == 0.0;
    for (std::size_t i = 0; i < rule.node.size(); ++i) {
        const double z = rule.node[i];
        if (even && z < 0.0) continue;
        add(out, (even ? 2.0 : 1.0) * rule.weight[i], z, at(root * z + shift));
    }
    if (even) out.first = 0.0;
    return out;
}

CloneAverages pattern_averages(const Model& model, const CloneOrder& order,
                               const Fineness& fineness) {
    const FieldOverlaps fields = field_overlaps(model, order);
    const double deviation = std::sqrt(fields.variance - fields.within);
    if (model.rule == Rule::Band) {
        return averages_of(BandPotential{model.margin, deviation}, model, order, fineness);
    }
    return averages_of(MarginPotential{model.margin, deviation}, model, order, fineness);
}

double teacher_force(const Model& model, const CloneOrder& order, const Fineness& fineness) {
    const double q0 = order.between();
    const double root = std::sqrt(std::max(1e-300, q0 - order.teacher * order.teacher));
    const double deviation = std::sqrt(1.0 - order.overlap), width = std::sqrt(order.spread);
    const MarginPotential g{model.margin, deviation};
    const NormalRule rule =
        normal_rule(Bend{model.margin / root, deviation / root}, fineness.pieces);
    return std::sqrt(2.0 / M_PI) * rule([&](double z) {
               return tilted_average(g, root * z, width, order.clones, fineness.step).first;
           });
}

CloneSums clone_sums(const Model& model, double load, const CloneOrder& o,
                     const Fineness& fineness) {
    CloneSums out{weight_averages(o, fineness), {}, 0.0, 0.0};
    const FieldOverlaps fields = field_overlaps(model, o);
    if (load > 0.0) out.patterns = pattern_averages(model, o, fineness);
    const double q1 = o.overlap;
    out.entropy = -0.5 * (o.conjugate + o.conjugate_spread / o.clones) * (1.0 - q1) -
                  0.5 * (o.spread * o.conjugate + q1 * o.conjugate_spread) -
                  o.teacher * o.conjugate_teacher + out.weights.value + load * out.patterns.value;
    out.slope = 0.5 * (1.0 - 1.0 / o.clones) *
                (load * (fields.slope_within * out.patterns.spread +
                         fields.slope_spread * out.patterns.first_square) -
                 o.conjugate_spread);
    return out;
}

}  // namespace steppe::theory

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "steppe/theory/kernel.hpp"
#include "steppe/theory/local/reference_law.hpp"
#include "steppe/theory/local/student.hpp"
#include "steppe/theory/panel_table.hpp"

namespace steppe::theory {

namespace {

/// Orders of the field on which the rule acts, and the slopes by the weights' orders.
struct FieldOrders {
    double variance = 1.0;
    double reference = 0.0;  ///< of q~
    double overlap = 0.0, other = 0.0, mutual = 0.0;
    double overlap_slope = 1.0, other_slope = 1.0, mutual_slope = 1.0;

    /// (t - s)/(1 - q~) of the fields.
    double drift = 0.0;
    double rest() const { return variance - reference; }
};

FieldOrders field_orders(const Model& model, const Reference& reference, double overlap,
                         const StudentOrder& order) {
    const double other = overlap - (1.0 - reference.overlap) * order.drift;
    FieldOrders out;
    const Kernel t = field_order(model, overlap), s = field_order(model, other),
                 q = field_order(model, order.mutual);
    out.variance = field_order(model, 1.0).value;
    out.reference = field_order(model, reference.overlap).value;
    out.overlap = t.value;
    out.other = s.value;
    out.mutual = q.value;
    out.overlap_slope = t.slope;
    out.other_slope = s.slope;
    out.mutual_slope = q.slope;
    // Of one unit the quotient is what it is by the weights, also at a single reference, 0/0.
    out.drift = model.units == 1 ? order.drift : (t.value - s.value) / out.rest();
    return out;
}

/// E over the student's own field of log P, g, g' and g^2, at the mean that the reference sets.
enum Entry { LogP, G, Dg, SquareG, Entries };
using Table = PanelTable<Entries>;

Table table_of(const Model& model, double deviation, double spread, double low, double high,
               bool fine) {
    const auto local = [&](double y) {
        const LocalChannel at = local_channel(model, model.margin, y, deviation);
        return Table::Values{at.log_p, at.g, at.dg, at.g * at.g};
    };
    // H has its zeros at 1.9 + 2.8i and further off.
    const Bend bend{model.margin, 2.0 * deviation};
    return Table([&](double y) { return smoothed(local, y, spread, bend); }, model.margin,
                 std::hypot(deviation, spread), low, high, fine ? 2 : 1);
}

}  // namespace

StudentChannel student_channel(const Model& model, const Reference& reference, double overlap,
                               const StudentOrder& order, bool fine) {
    const FieldOrders field = field_orders(model, reference, overlap, order);
    const double along = field.other / field.reference;
    const double left =
        field.mutual - along * field.other - field.drift * field.drift * field.rest();
    const double spread = std::sqrt(std::max(left, 0.0));
    const double deviation = std::sqrt(field.variance - field.mutual);
    const std::vector<FieldNode> nodes =
        reference_fields(reference, field.reference, field.rest(),
                         {along, field.drift, model.margin, std::hypot(deviation, spread)}, fine);
    const auto mean = [&](const FieldNode& node) {
        return along * node.omega + field.drift * node.excess;
    };
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const FieldNode& node : nodes) {
        low = std::min(low, mean(node));
        high = std::max(high, mean(node));
    }
    const Table table = table_of(model, deviation, spread, low, high, fine);
    double energy = 0.0, square = 0.0, cross = 0.0, pull = 0.0, stiffness = 0.0;
    for (const FieldNode& node : nodes) {
        const Table::Values at = table(mean(node));
        energy += node.weight * at[LogP];
        square += node.weight * at[SquareG];
        cross += node.weight * node.mean_excess * at[G];
        pull += node.weight * node.omega * at[G];
        stiffness += node.weight * at[Dg];
    }
    StudentChannel out;
    out.energy = energy;
    out.mutual = square * field.mutual_slope;
    // Of one unit both quotients are 1 and 0, also where the reference is a single minimiser.
    const bool one = model.units == 1;
    const double quotient = one ? 1.0 : (1.0 - reference.overlap) / field.rest();
    out.other = cross * field.other_slope * quotient;
    out.overlap = field.overlap_slope * (pull - field.other * stiffness) / field.reference;
    if (!one) out.overlap += (field.overlap_slope - field.other_slope) * cross / field.rest();
    return out;
}

}  // namespace steppe::theory

#include "steppe/theory/local/franz_parisi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "steppe/theory/local/student.hpp"

namespace steppe::theory {

namespace {

void check(const Model& model, const Reference& reference) {
    model.validate();
    const bool right = model.weights != WeightSet::Ternary && model.rule == Rule::Majority &&
                       model.labels == Labels::Random && !model.hot() &&
                       (model.units == 1 || model.units == Model::infinite);
    if (!right) {
        throw Error(fmt::format(
            "local entropies round a reference are known of weights +-1 and spherical ones, of one "
            "unit or infinitely many, random labels and no temperature, not of: {}",
            model.name()));
    }
    if (reference.measure == Reference::Measure::CrossEntropy && model.units != 1) {
        throw Error("a minimiser of the cross-entropy is the reference of a perceptron's weights");
    }
    if (reference.single() && model.weights != WeightSet::Spherical) {
        throw Error("a single minimiser of the cross-entropy has spherical weights");
    }
    if (!(reference.load > 0.0 && reference.overlap > 0.0)) {
        throw Error("a reference needs a load above 0");
    }
}

/// The saddle point at one overlap, at one resolution.
class HeldStudent {
  public:
    HeldStudent(const Model& model, const Reference& reference, double overlap, bool fine)
        : model_(model), reference_(reference), overlap_(overlap), fine_(fine) {}

    /// From the order that there is without patterns, or from one nearby.
    std::optional<StudentOrder> solve(StudentOrder order) const {
        // Where there is none q creeps to 1, or a conjugate has no bounds.
        const double most = 1.0 - 1e-6 * (1.0 - overlap_) * (1.0 + overlap_);
        try {
            StudentOrder next = iterate(order);
            for (int step = 0; step < 400 && next.mutual < most; ++step) {
                // What is left of 1 - q is only as good as q is.
                if (distance(order, next) < 2e-12 + 1e-14 / (1.0 - next.mutual)) return next;
                const std::optional<StudentOrder> better = newton(order, next);
                if (better) {
                    const StudentOrder after = iterate(*better);
                    if (distance(*better, after) < 0.7 * distance(order, next)) {
                        order = *better;
                        next = after;
                        continue;
                    }
                }
                order = next;
                next = iterate(order);
            }
            if (distance(order, next) < 1e-9) return next;
        } catch (const NoSaddlePoint&) {
        }
        return {};
    }

    LocalEntropyPoint point(const StudentOrder& order) const {
        const StudentChannel channel = at(order);
        const StudentWeights weights = under(channel);
        LocalEntropyPoint out;
        out.overlap = overlap_;
        out.distance = 0.5 * (1.0 - overlap_);
        out.bound = entropy_around(model_.weights, overlap_);
        out.entropy.value = weights.entropy + reference_.load * channel.energy;
        out.field.value = weights.field - reference_.load * channel.overlap;
        out.mutual.value = order.mutual;
        out.other.value = overlap_ - (1.0 - reference_.overlap) * order.drift;
        return out;
    }

  private:
    StudentChannel at(const StudentOrder& order) const {
        return student_channel(model_, reference_, overlap_, order, fine_);
    }

    StudentWeights under(const StudentChannel& channel) const {
        return student_weights(model_.weights, reference_, overlap_,
                               reference_.load * channel.mutual, reference_.load * channel.other,
                               fine_);
    }

    StudentOrder iterate(const StudentOrder& order) const { return under(at(order)).order; }

    static double distance(const StudentOrder& a, const StudentOrder& b) {
        return std::hypot((a.mutual - b.mutual) / (1.0 - a.mutual),
                          (a.drift - b.drift) / (1.0 + std::abs(a.drift)));
    }

    /// A step to order = iterate(order), the Jacobian by differences, where it is near.
    std::optional<StudentOrder> newton(const StudentOrder& order, const StudentOrder& next) const {
        if (distance(order, next) > 0.2) return {};
        const double dq = 1e-5 * (1.0 - order.mutual), dd = 1e-5 * (1.0 + std::abs(order.drift));
        const StudentOrder by_q = iterate({order.mutual + dq, order.drift}),
                           by_d = iterate({order.mutual, order.drift + dd});
        const double a = (by_q.mutual - next.mutual) / dq, b = (by_d.mutual - next.mutual) / dd,
                     c = (by_q.drift - next.drift) / dq, d = (by_d.drift - next.drift) / dd;
        // Only where the iteration itself would come to rest is the saddle point stable.
        const double determinant = (1.0 - a) * (1.0 - d) - b * c;
        if (!(determinant > 0.0 && a + d < 2.0)) return {};
        const double f = next.mutual - order.mutual, g = next.drift - order.drift;
        StudentOrder out{order.mutual + ((1.0 - d) * f + b * g) / determinant,
                         order.drift + ((1.0 - a) * g + c * f) / determinant};
        const double shorter = std::min(1.0, 0.5 / distance(order, out));
        out.mutual = order.mutual + shorter * (out.mutual - order.mutual);
        out.drift = order.drift + shorter * (out.drift - order.drift);
        if (!(std::isfinite(out.drift) && out.mutual > 0.0)) return {};
        return out;
    }

    const Model& model_;
    const Reference& reference_;
    double overlap_;
    bool fine_;
};

Value differing(const Value& fine, const Value& coarse) {
    return {fine.value, std::abs(fine.value - coarse.value) + 1e-13 * std::abs(fine.value)};
}

}  // namespace

LocalEntropyPoint franz_parisi(const Model& model, const Reference& reference, double overlap) {
    check(model, reference);
    if (!(overlap > 0.0 && overlap < 1.0)) {
        throw Error(fmt::format(
            "the overlap with the reference is {}: it must be above 0 and below 1", overlap));
    }
    const HeldStudent quick(model, reference, overlap, false),
        good(model, reference, overlap, true);
    const std::optional<StudentOrder> coarse = quick.solve({overlap * overlap, overlap});
    const std::optional<StudentOrder> fine = coarse ? good.solve(*coarse) : coarse;
    if (!fine) {
        throw NoSaddlePoint(fmt::format(
            "{}, load {}: from q = t^2 no saddle point was reached at overlap {} with the "
            "reference; there may be no solutions",
            model.name(), reference.load, overlap));
    }
    LocalEntropyPoint out = good.point(*fine);
    const LocalEntropyPoint less = quick.point(*coarse);
    out.entropy = differing(out.entropy, less.entropy);
    out.field = differing(out.field, less.field);
    out.mutual = differing(out.mutual, less.mutual);
    out.other = differing(out.other, less.other);
    return out;
}

std::vector<LocalEntropyPoint> franz_parisi(const Model& model, const Reference& reference,
                                            const std::vector<double>& overlaps) {
    std::vector<LocalEntropyPoint> out;
    for (const double overlap : overlaps) out.push_back(franz_parisi(model, reference, overlap));
    return out;
}

}  // namespace steppe::theory

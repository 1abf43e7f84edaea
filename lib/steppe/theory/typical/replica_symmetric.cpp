#include "steppe/theory/typical/replica_symmetric.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "steppe/theory/typical/imposed.hpp"
#include "steppe/theory/typical/saddle_curve.hpp"

namespace steppe::theory {

namespace {

bool taught(const Model& model) {
    return model.labels == Labels::Teacher;
}

/// Whether a student knows all about its teacher but the weights: then R = q.
bool bayes_optimal(const Model& model) {
    return taught(model) && model.margin == 0.0 && !model.hot();
}

/// The teacher itself, of +-1 weights: nothing else is left.
SaddlePoint teacher_alone(double load) {
    SaddlePoint out;
    out.load = load;
    out.order = {1.0, 1.0, 1.0};
    out.overlap = out.teacher = {1.0, 0.0};
    out.teacher_alone = true;
    return out;
}

/// Spherical weights at loads beyond what the curve reaches: what else there is at them may be the
/// wrong one.
bool is_beyond(const Model& model, const SaddleCurve& curve, double load) {
    return model.weights == WeightSet::Spherical && curve.reach() && load > *curve.reach();
}

std::vector<SaddlePoint> on_curve(const Model& model, const SaddleCurve& curve, double load) {
    std::vector<SaddlePoint> out;
    if (is_beyond(model, curve, load)) return out;
    if (const auto silent = curve.without_overlap(load)) out.push_back(*silent);
    if (load > 0.0) {
        for (const SaddleCurve::Branch& branch : curve.rising()) {
            if (const auto point = curve.on(branch, load)) out.push_back(*point);
        }
    }
    if (bayes_optimal(model) && model.weights == WeightSet::Binary && load > 0.0) {
        out.push_back(teacher_alone(load));
    }
    return out;
}

[[noreturn]] void refuse(const Model& model, const std::optional<SaddleCurve>& curve, double load) {
    std::string where;
    if (curve && curve->reach() && load > *curve->reach()) {
        where = fmt::format("; those of overlap up to {:.6g} end at load {:.6g}", curve->highest(),
                            *curve->reach());
    } else if (curve && load > curve->last_load()) {
        where = fmt::format("; there are up to load {:.6g}", curve->last_load());
    }
    throw NoSaddlePoint(fmt::format("{}: no replica-symmetric saddle point at load {}{}",
                                    model.name(), load, where));
}

SaddlePoint right_one(const Model& model, const std::vector<SaddlePoint>& all) {
    const auto less = [](const SaddlePoint& a, const SaddlePoint& b) {
        return a.free_entropy.value < b.free_entropy.value;
    };
    // Of several norms, as of several overlaps with a teacher, most weights have the best.
    return taught(model) || !has_one_order(model) ? *std::max_element(all.begin(), all.end(), less)
                                                  : *std::min_element(all.begin(), all.end(), less);
}

void check_load(double load) {
    if (!(load >= 0.0 && std::isfinite(load))) {
        throw Error(fmt::format("load is {}: it must be a number of at least 0", load));
    }
}

}  // namespace

bool has_one_order(const Model& model) {
    return model.weights != WeightSet::Ternary && (!taught(model) || bayes_optimal(model));
}

std::vector<SaddlePoint> replica_symmetric(const Model& model, const std::vector<double>& loads) {
    model.validate();
    std::for_each(loads.begin(), loads.end(), check_load);
    std::optional<SaddleCurve> curve;
    if (has_one_order(model)) curve.emplace(model);
    std::vector<SaddlePoint> out;
    for (const double load : loads) {
        const std::vector<SaddlePoint> all =
            curve
                ? on_curve(model, *curve, load)
                : free_saddle_points(model, load, taught(model) ? Imposed::Teacher : Imposed::Norm);
        if (all.empty()) refuse(model, curve, load);
        out.push_back(right_one(model, all));
    }
    return out;
}

SaddlePoint replica_symmetric(const Model& model, double load) {
    return replica_symmetric(model, std::vector<double>{load}).front();
}

std::vector<SaddlePoint> all_saddle_points(const Model& model, double load) {
    model.validate();
    check_load(load);
    if (has_one_order(model)) return on_curve(model, SaddleCurve(model), load);
    return free_saddle_points(model, load, taught(model) ? Imposed::Teacher : Imposed::Norm);
}

}  // namespace steppe::theory

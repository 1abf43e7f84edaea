#include "steppe/theory/typical/transitions.hpp"

#include <algorithm>
#include <cmath>

#include "steppe/theory/broken/sign_tree.hpp"
#include "steppe/theory/broken/spherical.hpp"
#include "steppe/theory/root.hpp"
#include "steppe/theory/typical/saddle_curve.hpp"

namespace steppe::theory {

namespace {

double entropy_of(const SaddlePoint& point) {
    return point.entropy.value;
}

/// Without overlap the entropy is a straight line.
std::optional<Value> silent_capacity(const Model& model, const SaddleCurve& curve) {
    const auto at = [&](bool fine) {
        const ChannelAverages channel = channel_averages(model, {}, fine, false);
        // What is met at finite beta has the errors' cost on top of the free entropy.
        const double cost = model.hot() ? model.beta * channel.errors : 0.0;
        return -prior_averages(model.weights, {}, fine).entropy / (channel.energy + cost);
    };
    const double load = at(true);
    if (!(load > 0.0) || !curve.without_overlap(load)) return {};
    return Value{load, std::abs(load - at(false)) + 1e-15 * load};
}

/// Without overlap the replicon grows with the load.
std::optional<Value> silent_instability(const Model& model, const SaddleCurve& curve) {
    const auto at = [&](bool fine) {
        return 1.0 / (prior_averages(model.weights, {}, fine).susceptibility *
                      channel_averages(model, {}, fine).curvature);
    };
    const double load = at(true);
    // A hair below, where there still is such a saddle point: its overlap may start there.
    if (!std::isfinite(load) || !curve.without_overlap(load * (1.0 - 1e-9))) return {};
    return Value{load, std::abs(load - at(false)) + 1e-15 * load};
}

/// The least load below `end` at which the replicon is 1.
std::optional<Value> first_instability(const Model& model, const SaddleCurve& curve,
                                       const std::optional<Value>& end) {
    std::optional<Value> least = silent_instability(model, curve);
    const auto excess = [](const SaddlePoint& point) { return point.replicon.value - 1.0; };
    for (const SaddleCurve::Branch& branch : curve.rising()) {
        const std::optional<Value> load = curve.load_where(branch, excess, true);
        if (load && (!least || load->value < least->value)) least = load;
    }
    return least && end && least->value >= end->value ? std::optional<Value>() : least;
}

/// The least load at which the entropy of discrete weights vanishes.
std::optional<Value> zero_entropy(const Model& model, const SaddleCurve& curve) {
    std::optional<Value> least = silent_capacity(model, curve);
    for (const SaddleCurve::Branch& branch : curve.rising()) {
        const std::optional<Value> load = curve.load_where(branch, entropy_of, false);
        if (load && (!least || load->value < least->value)) least = load;
    }
    return least;
}

/// The same where there is no curve: along the right saddle points.
std::optional<Value> zero_entropy(const Model& model) {
    const auto entropy = [&](double load) { return replica_symmetric(model, load).entropy; };
    // The load at which patterns that say nothing of one another would leave nothing.
    const PriorAverages free = prior_averages(model.weights, {});
    const double annealed =
        -free.entropy / channel_averages(model, free.order, false, false).energy;
    double low = 0.05 * annealed, high = 0.0, factor = 1.5;
    while (low * factor < 30.0 * annealed && high == 0.0) {
        try {
            const double next = low * factor;
            (entropy(next).value < 0.0 ? high : low) = next;
        } catch (const NoSaddlePoint&) {
            // The saddle point may end not far above the load that is wanted.
            factor = std::sqrt(factor);
            if (factor < 1.005) break;
        }
    }
    if (high == 0.0) return {};
    const auto f = [&](double load) { return entropy(load).value; };
    Value out = root_between(f, low, high, f(low), f(high), 1e-10);
    const double slope = (f(out.value * 1.001) - f(out.value)) / (0.001 * out.value);
    out.error += std::abs(entropy(out.value).error / slope);
    return out;
}

void add_teacher(const Model& model, const SaddleCurve& curve, Transitions& out) {
    // Where labels say nothing of single weights the solutions far from the teacher never cease to
    // be metastable.
    out.first_order = silent_capacity(model, curve);
    for (const SaddleCurve::Branch& branch : curve.rising()) {
        const std::optional<Value> load = curve.load_where(branch, entropy_of, false);
        if (!load || (out.first_order && out.first_order->value < load->value)) continue;
        out.first_order = load;
        out.spinodal = curve.turning_load(branch);
        return;
    }
}

/// Where the overlap of two solutions gets to 1; not known of rules whose overlap is 0 at all
/// loads.
std::optional<Value> spherical_capacity(const Model& model) {
    if (model.hot() || model.rule != Rule::Majority) return {};
    if (model.is_perceptron()) return replica_symmetric_capacity(model);
    if (model.units == Model::infinite) {
        // Sign units: it rises with their number, without end.
        if (model.unit == Unit::Sign) return {};
        return replica_symmetric_capacity(model);
    }
    if (model.unit != Unit::Sign || model.margin != 0.0) return {};
    return replica_symmetric_tree_capacity(model.units);
}

}  // namespace

Transitions transitions(const Model& model) {
    model.validate();
    Transitions out;
    const bool taught = model.labels == Labels::Teacher;
    const bool discrete = model.weights != WeightSet::Spherical;
    if (!has_one_order(model)) {
        // Ternary weights that are all 0 keep some rules at every load.
        const bool always = model.weights == WeightSet::Ternary && model.keeps_without_field();
        if (discrete && !always) out.capacity = zero_entropy(model);
    } else {
        const SaddleCurve curve(model);
        if (taught && discrete) add_teacher(model, curve, out);
        if (!taught) {
            out.capacity = discrete ? zero_entropy(model, curve) : spherical_capacity(model);
        }
        out.instability =
            first_instability(model, curve, out.capacity ? out.capacity : out.first_order);
    }
    const std::optional<Value>& end = out.capacity ? out.capacity : out.first_order;
    if (end && discrete) {
        // A hair below, where the right saddle point is still there.
        const SaddlePoint point = replica_symmetric(model, end->value * (1.0 - 1e-12));
        out.overlap = point.overlap;
        out.replicon = point.replicon;
    }
    return out;
}

}  // namespace steppe::theory

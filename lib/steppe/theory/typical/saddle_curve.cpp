#include "steppe/theory/typical/saddle_curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "steppe/theory/root.hpp"

namespace steppe::theory {

namespace {

/// Logarithms of q^. Below the first the overlap is none in double precision; below the second, of
/// patterns that say nothing without overlap, what they say is lost in rounding.
constexpr double lowest = -36.0, lowest_of_silent = -22.0;

/// Whether patterns say nothing of single weights where there is no overlap.
bool is_silent(const Model& model) {
    return channel_averages(model, {}, false, false).response <= 1e-20;
}

/// An overlap beyond which too little is left of 1 - q in double precision; averages over several
/// fields are good, and affordable, only where the fields are not yet decided.
double highest_overlap(const Model& model) {
    if (model.is_perceptron() || model.units == Model::infinite) return 1.0 - 2e-6;
    if (model.unit != Unit::Sign) return 0.95;
    return model.units <= 3 ? 0.98 : 0.88;
}

/// R^ = q^ in the Bayes-optimal case.
Conjugates conjugates_of(const Model& model, double log_conjugate) {
    const double c = std::exp(log_conjugate);
    return {c, model.labels == Labels::Teacher ? c : 0.0};
}

Order order_of(const Model& model, const PriorAverages& prior) {
    const double q = prior.order.overlap;
    return {1.0, q, model.labels == Labels::Teacher ? q : 0.0};
}

/// Where the weights reach the highest overlap.
double highest_of(const Model& model) {
    const auto below = [&](double t) {
        return prior_averages(model.weights, conjugates_of(model, t)).order.overlap -
               highest_overlap(model);
    };
    const double high = 40.0;
    return root_between(below, lowest, high, below(lowest), below(high), 1e-6).value;
}

Value differing(const Value& fine, const Value& coarse) {
    return {fine.value, fine.error + std::abs(fine.value - coarse.value)};
}

}  // namespace

SaddlePoint with_errors(const SaddlePoint& fine, const SaddlePoint& coarse) {
    SaddlePoint out = fine;
    out.overlap = differing(fine.overlap, coarse.overlap);
    out.teacher = differing(fine.teacher, coarse.teacher);
    out.entropy = differing(fine.entropy, coarse.entropy);
    out.free_entropy = differing(fine.free_entropy, coarse.free_entropy);
    out.errors = differing(fine.errors, coarse.errors);
    out.replicon = differing(fine.replicon, coarse.replicon);
    return out;
}

SaddleCurve::SaddleCurve(const Model& model)
    : model_(model), lowest_(is_silent(model) ? lowest_of_silent : lowest) {
    find_branches();
}

double SaddleCurve::load(double log_conjugate, bool fine) const {
    const PriorAverages prior =
        prior_averages(model_.weights, conjugates_of(model_, log_conjugate), fine);
    return std::exp(log_conjugate) /
           channel_averages(model_, order_of(model_, prior), fine, false).response;
}

double SaddleCurve::highest() const {
    return highest_overlap(model_);
}

void SaddleCurve::find_branches() {
    // Averages over several fields are dear, and their curves have no narrow turns.
    const std::size_t count = model_.units > 1 && !model_.is_perceptron() ? 40 : 80;
    std::vector<double> grid, loads;
    for (const double t : even_grid(lowest_, highest_of(model_), count)) {
        const double at = load(t);
        if (!std::isfinite(at)) continue;
        grid.push_back(t);
        loads.push_back(at);
    }
    const auto refined = [&](std::size_t i, double sign) {
        // The turn is between the neighbours of grid point i.
        if (i == 0 || i + 1 == grid.size()) return grid[i];
        return minimum_between([&](double t) { return sign * load(t); }, grid[i - 1], grid[i + 1],
                               40)
            .first;
    };
    for (std::size_t i = 0; i + 1 < grid.size();) {
        std::size_t end = i;
        while (end + 1 < grid.size() && loads[end + 1] > loads[end]) ++end;
        if (end > i) {
            rising_.push_back({refined(i, 1.0), refined(end, -1.0)});
            last_load_ = std::max(last_load_, loads[end]);
            if (end + 1 == grid.size()) reach_ = loads[end];
            i = end;
        } else {
            ++i;
        }
    }
}

SaddlePoint SaddleCurve::point(double log_conjugate, bool fine, bool with_curvature) const {
    SaddlePoint out;
    out.conjugates = conjugates_of(model_, log_conjugate);
    const PriorAverages prior = prior_averages(model_.weights, out.conjugates, fine);
    out.order = order_of(model_, prior);
    const ChannelAverages channel = channel_averages(model_, out.order, fine, with_curvature);
    out.load = out.conjugates.overlap / channel.response;
    out.overlap = {out.order.overlap, 0.0};
    out.teacher = {out.order.teacher, 0.0};
    out.free_entropy = {prior.entropy + out.load * channel.energy, 0.0};
    out.errors = {channel.errors, 0.0};
    const double cost = model_.hot() ? out.load * model_.beta * channel.errors : 0.0;
    out.entropy = {out.free_entropy.value + cost, 0.0};
    out.replicon = {out.load * channel.curvature * prior.susceptibility, 0.0};
    return out;
}

std::optional<SaddlePoint> SaddleCurve::on(const Branch& branch, double wanted) const {
    const auto solve = [&](bool fine, double low, double high) -> std::optional<SaddlePoint> {
        const auto off = [&](double t) { return std::log(load(t, fine) / wanted); };
        const double at_low = off(low), at_high = off(high);
        if (!(at_low <= 0.0 && at_high >= 0.0)) return {};
        return point(root_between(off, low, high, at_low, at_high).value, fine, true);
    };
    const std::optional<SaddlePoint> coarse = solve(false, branch.low, branch.high);
    if (!coarse) return {};
    const double t = std::log(coarse->conjugates.overlap);
    std::optional<SaddlePoint> fine =
        solve(true, std::max(t - 0.01, branch.low), std::min(t + 0.01, branch.high));
    if (!fine) fine = solve(true, branch.low, branch.high);
    if (!fine) return {};
    SaddlePoint out = with_errors(*fine, *coarse);
    out.load = wanted;
    return out;
}

std::optional<SaddlePoint> SaddleCurve::without_overlap(double load) const {
    if (load > 0.0 && lowest_ != lowest_of_silent) return {};
    // Where a little overlap grows with the iterations it is none.
    if (load > 0.0 && this->load(lowest_) < load) return {};
    const auto solve = [&](bool fine) {
        SaddlePoint out;
        out.load = load;
        const ChannelAverages channel = channel_averages(model_, {}, fine);
        const PriorAverages prior = prior_averages(model_.weights, {}, fine);
        out.conjugates.overlap = load * channel.response;
        out.free_entropy = {prior.entropy + load * channel.energy, 0.0};
        out.errors = {channel.errors, 0.0};
        const double cost = model_.hot() ? load * model_.beta * channel.errors : 0.0;
        out.entropy = {out.free_entropy.value + cost, 0.0};
        out.replicon = {load * channel.curvature * prior.susceptibility, 0.0};
        return out;
    };
    return with_errors(solve(true), solve(false));
}

std::optional<Value> SaddleCurve::load_where(const Branch& branch, const Quantity& quantity,
                                             bool with_curvature) const {
    const auto solve = [&](bool fine, double low, double high, std::size_t count) {
        const std::vector<Value> roots =
            roots_along([&](double t) { return quantity(point(t, fine, with_curvature)); },
                        even_grid(low, high, count));
        return roots.empty() ? std::optional<Value>() : roots.front();
    };
    const std::optional<Value> coarse = solve(false, branch.low, branch.high, 40);
    if (!coarse) return {};
    const std::optional<Value> fine = solve(true, std::max(branch.low, coarse->value - 0.05),
                                            std::min(branch.high, coarse->value + 0.05), 2);
    if (!fine) return {};
    const double at = load(fine->value, true);
    return Value{at, std::abs(at - load(coarse->value)) +
                         std::abs(load(fine->value + fine->error, true) - at)};
}

Value SaddleCurve::turning_load(const Branch& branch) const {
    const double fine = load(branch.high, true);
    return {fine, std::abs(fine - load(branch.high)) + 1e-12 * fine};
}

}  // namespace steppe::theory

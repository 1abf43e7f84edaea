#include "steppe/theory/saddle_curve.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "steppe/theory/root.hpp"

namespace steppe::theory {

namespace {

/// Log odds of q. Beyond, too little is left of 1 - q in double precision; averages over several
/// fields are good, and affordable, only where the fields are not yet decided.
constexpr double lowest = -25.0;
double highest_of(const Model& model) {
    if (model.units == 1 || model.units == Model::infinite) return 13.0;
    return model.units <= 3 ? 4.0 : 2.0;
}

double overlap_of(double log_odds) {
    return 1.0 / (1.0 + std::exp(-log_odds));
}

/// The conjugates under which weights have the overlap q; in the Bayes-optimal case R^ = q^.
Conjugates conjugates_of(const Model& model, double log_odds, bool fine) {
    const double q = overlap_of(log_odds), rest = overlap_of(-log_odds);
    const bool taught = model.labels == Labels::Teacher;
    if (model.weights == WeightSet::Spherical) {
        return taught ? Conjugates{q / rest, q / rest} : Conjugates{q / (rest * rest), 0.0};
    }
    // By the logarithm of q^: it grows from about q to the square of 1/(1 - q), and with a teacher
    // to the logarithm of that.
    const auto given = [&](double log_conjugate) {
        const double c = std::exp(log_conjugate);
        return Conjugates{c, taught ? c : 0.0};
    };
    // The difference from 1 where q is near 1: it is what is left of the information.
    const auto off = [&](double x) {
        const double reached = prior_averages(model.weights, given(x), fine).order.overlap;
        return q < 0.5 ? reached / q - 1.0 : (rest - (1.0 - reached)) / rest;
    };
    double low = lowest - 2.0, high = 2.0 * highest_of(model) + 6.0;
    const double at_low = off(low), at_high = off(high);
    if (!(at_low < 0.0 && at_high > 0.0)) throw NoSaddlePoint("the overlap is out of reach");
    return given(root_between(off, low, high, at_low, at_high).value);
}

Order order_of(const Model& model, double log_odds) {
    const double q = overlap_of(log_odds);
    return {1.0, q, model.labels == Labels::Teacher ? q : 0.0};
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

SaddleCurve::SaddleCurve(const Model& model) : model_(model) {
    find_branches();
}

double SaddleCurve::load(double log_odds, bool fine) const {
    const ChannelAverages channel =
        channel_averages(model_, order_of(model_, log_odds), fine, false);
    return conjugates_of(model_, log_odds, fine).overlap / channel.response;
}

void SaddleCurve::find_branches() {
    // Averages over several fields are dear, and their curves have no narrow turns.
    const std::size_t count = model_.units > 1 ? 40 : 80;
    std::vector<double> grid, loads;
    for (const double t : even_grid(lowest, highest_of(model_), count)) {
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
            i = end;
        } else {
            ++i;
        }
    }
}

SaddlePoint SaddleCurve::point(double log_odds, bool fine, bool with_curvature) const {
    SaddlePoint out;
    out.order = order_of(model_, log_odds);
    out.conjugates = conjugates_of(model_, log_odds, fine);
    const ChannelAverages channel = channel_averages(model_, out.order, fine, with_curvature);
    const PriorAverages prior = prior_averages(model_.weights, out.conjugates, fine);
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
    const double t = std::log(coarse->order.overlap / (1.0 - coarse->order.overlap));
    std::optional<SaddlePoint> fine =
        solve(true, std::max(t - 0.01, branch.low), std::min(t + 0.01, branch.high));
    if (!fine) fine = solve(true, branch.low, branch.high);
    if (!fine) return {};
    SaddlePoint out = with_errors(*fine, *coarse);
    out.load = wanted;
    return out;
}

std::optional<SaddlePoint> SaddleCurve::without_overlap(double load) const {
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
    const SaddlePoint fine = solve(true);
    const bool silent = fine.conjugates.overlap <= 1e-20 * std::max(load, 1e-20);
    if (!silent && load > 0.0) return {};
    // Where a little overlap grows with the iterations it is none.
    if (load > 0.0 && this->load(lowest) < load) return {};
    return with_errors(fine, solve(false));
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

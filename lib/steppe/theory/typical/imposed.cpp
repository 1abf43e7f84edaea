#include "steppe/theory/typical/imposed.hpp"

#include <algorithm>
#include <cmath>

#include "steppe/theory/root.hpp"
#include "steppe/theory/typical/saddle_curve.hpp"

namespace steppe::theory {

namespace {

/// One imposed order at one load.
class ImposedOrder {
  public:
    ImposedOrder(const Model& model, double load, Imposed which, double imposed)
        : model_(model), load_(load), which_(which), imposed_(imposed) {}

    std::optional<ImposedPoint> coarse() const {
        std::optional<ImposedPoint> best;
        for (const double q : stable_overlaps()) {
            const ImposedPoint found = point(q, false);
            if (!best || found.point.free_entropy.value < best->point.free_entropy.value) {
                best = found;
            }
        }
        return best;
    }

    /// The fine one nearest to an overlap.
    std::optional<ImposedPoint> fine_near(double near) const {
        if (near <= least()) return point(near, true);
        const auto f = [&](double q) { return growth(q, true); };
        const double room = std::min(near - least(), most() - near);
        for (double part = 1e-3; part < 1.0; part *= 8.0) {
            const double low = near - part * room, high = near + part * room;
            const double at_low = f(low), at_high = f(high);
            if (at_low >= 0.0 && at_high <= 0.0) {
                return point(root_between(f, low, high, at_low, at_high).value, true);
            }
        }
        return {};
    }

  private:
    bool taught() const { return which_ == Imposed::Teacher; }

    /// q is between R^2 (or 0) and Q.
    double least() const { return taught() ? imposed_ * imposed_ : 0.0; }
    double most() const { return taught() ? 1.0 : imposed_; }

    Order order(double q) const {
        return taught() ? Order{1.0, q, imposed_} : Order{imposed_, q, 0.0};
    }

    /// q^ of the channel, with the second conjugate that the prior needs for the imposed order.
    Conjugates conjugates(const ChannelAverages& channel, bool fine) const {
        Conjugates c;
        c.overlap = load_ * channel.response;
        if (taught() && model_.weights == WeightSet::Spherical) {
            // R = R^ v, v = 1 - q, 1 = v + (q^ + R^^2) v^2.
            const double rest = 1.0 - imposed_ * imposed_;
            const double v = 2.0 * rest / (1.0 + std::sqrt(1.0 + 4.0 * c.overlap * rest));
            c.teacher = imposed_ / v;
            return c;
        }
        double Conjugates::*free = taught() ? &Conjugates::teacher : &Conjugates::precision;
        const auto off = [&](double x) {
            Conjugates tried = c;
            tried.*free = x;
            const Order reached = prior_averages(model_.weights, tried, fine).order;
            return taught() ? reached.teacher - imposed_ : imposed_ - reached.norm;
        };
        double low = -1.0, high = 1.0, at_low = off(low), at_high = off(high);
        for (; at_low > 0.0 && low > -1e15; at_low = off(low)) low *= 2.0;
        for (; at_high < 0.0 && high < 1e15; at_high = off(high)) high *= 2.0;
        if (at_low > 0.0 || at_high < 0.0) throw NoSaddlePoint("the order is out of reach");
        c.*free = root_between(off, low, high, at_low, at_high).value;
        return c;
    }

    /// What an iteration makes of q, less q.
    double growth(double q, bool fine) const {
        const Conjugates c = conjugates(channel_averages(model_, order(q), fine, false), fine);
        return prior_averages(model_.weights, c, fine).order.overlap - q;
    }

    /// Where q neither grows nor falls, and comes back when it is changed.
    std::vector<double> stable_overlaps() const {
        std::vector<double> grid, out;
        for (const double part : unit_grid(17, 18.0)) {
            grid.push_back(least() + (most() - least()) * part);
        }
        const auto f = [&](double q) { return growth(q, false); };
        double last = 1.0, last_q = 0.0;
        for (const double q : grid) {
            const double here = f(q);
            // Below the first point q grows, or stays where it is.
            if (last > 0.0 && here <= 0.0) {
                const bool none = q == grid.front();
                // Without overlap, or without patterns, it is the least there can be.
                out.push_back(!none ? root_between(f, last_q, q, last, here).value
                              : least() == 0.0 || load_ == 0.0 ? least()
                                                               : q);
            }
            last = here;
            last_q = q;
        }
        return out;
    }

    ImposedPoint point(double q, bool fine) const {
        ImposedPoint out;
        SaddlePoint& p = out.point;
        p.load = load_;
        p.order = order(q);
        const ChannelAverages channel = channel_averages(model_, p.order, fine, true);
        p.conjugates = conjugates(channel, fine);
        const PriorAverages prior = prior_averages(model_.weights, p.conjugates, fine);
        p.overlap = {q, 0.0};
        p.teacher = {p.order.teacher, 0.0};
        p.free_entropy = {prior.entropy + load_ * channel.energy, 0.0};
        p.errors = {channel.errors, 0.0};
        const double cost = model_.hot() ? load_ * model_.beta * channel.errors : 0.0;
        p.entropy = {p.free_entropy.value + cost, 0.0};
        p.replicon = {load_ * channel.curvature * prior.susceptibility, 0.0};
        out.pull = {taught() ? p.conjugates.teacher - load_ * channel.teacher
                             : p.conjugates.precision - load_ * channel.precision,
                    0.0};
        return out;
    }

    const Model& model_;
    double load_;
    Imposed which_;
    double imposed_;
};

/// Rising values of the imposed order between which its conjugate turns at most once.
std::vector<double> places_of(const Model& model, Imposed which) {
    if (which == Imposed::Teacher) return even_grid(0.0, 0.999, 24);
    std::vector<double> out;
    // Weights of which nearly all are 0 keep the rule wherever a field of 0 does.
    if (model.keeps_without_field()) {
        for (double norm = 1e-8; norm < 0.02; norm *= 4.0) out.push_back(norm);
    }
    for (const double norm : even_grid(0.02, 0.98, 24)) out.push_back(norm);
    return out;
}

}  // namespace

std::optional<ImposedPoint> imposed_saddle_point(const Model& model, double load, Imposed which,
                                                 double imposed) {
    const ImposedOrder order(model, load, which, imposed);
    const std::optional<ImposedPoint> coarse = order.coarse();
    if (!coarse) return {};
    std::optional<ImposedPoint> fine = order.fine_near(coarse->point.order.overlap);
    if (!fine) return {};
    fine->point = with_errors(fine->point, coarse->point);
    fine->pull.error = std::abs(fine->pull.value - coarse->pull.value);
    return fine;
}

std::vector<SaddlePoint> free_saddle_points(const Model& model, double load, Imposed which) {
    // The entropy has a maximum by R where the pull turns from a push; a stable norm where the
    // precision that it needs turns from less than the channel has to more.
    const double sign = which == Imposed::Teacher ? 1.0 : -1.0;
    const auto pull = [&](double imposed) {
        const std::optional<ImposedPoint> at = ImposedOrder(model, load, which, imposed).coarse();
        return at ? sign * at->pull.value : std::nan("");
    };
    const auto refined = [&](double imposed) -> std::optional<SaddlePoint> {
        const std::optional<ImposedPoint> coarse =
            ImposedOrder(model, load, which, imposed).coarse();
        if (!coarse) return {};
        double q = coarse->point.order.overlap;
        const auto fine = [&](double x) {
            const std::optional<ImposedPoint> at = ImposedOrder(model, load, which, x).fine_near(q);
            if (at) q = at->point.order.overlap;
            return at;
        };
        const auto fine_pull = [&](double x) {
            const std::optional<ImposedPoint> at = fine(x);
            return at ? sign * at->pull.value : std::nan("");
        };
        for (double by = 1e-6; by < 1e-2; by *= 16.0) {
            const double low = imposed * (1.0 - by), high = imposed + by * (1.0 - imposed);
            const double at_low = fine_pull(low), at_high = fine_pull(high);
            if (!(at_low <= 0.0 && at_high >= 0.0)) continue;
            const std::optional<ImposedPoint> found =
                fine(root_between(fine_pull, low, high, at_low, at_high).value);
            if (found) return with_errors(found->point, coarse->point);
        }
        return {};
    };
    std::vector<SaddlePoint> out;
    double last = std::nan(""), last_x = 0.0;
    for (const double x : places_of(model, which)) {
        const double here = pull(x);
        if (last < 0.0 && here >= 0.0) {
            const std::optional<SaddlePoint> found =
                refined(root_between(pull, last_x, x, last, here).value);
            if (found) out.push_back(*found);
        }
        last = here;
        last_x = x;
    }
    return out;
}

}  // namespace steppe::theory

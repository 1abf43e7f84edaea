#include "steppe/theory/imposed.hpp"

#include <cmath>

#include "steppe/theory/root.hpp"
#include "steppe/theory/saddle_curve.hpp"

namespace steppe::theory {

namespace {

/// One imposed order at one load, at one resolution.
class ImposedOrder {
  public:
    ImposedOrder(const Model& model, double load, Imposed which, double imposed, bool fine)
        : model_(model), load_(load), which_(which), imposed_(imposed), fine_(fine) {}

    std::optional<ImposedPoint> solve() const {
        std::optional<ImposedPoint> best;
        for (const double q : stable_overlaps()) {
            const ImposedPoint found = point(q);
            if (!best || found.point.free_entropy.value < best->point.free_entropy.value) {
                best = found;
            }
        }
        return best;
    }

  private:
    bool taught() const { return which_ == Imposed::Teacher; }

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

    /// Where q neither grows nor falls, and comes back when it is changed. It is between R^2 (or 0)
    /// and Q.
    std::vector<double> stable_overlaps() const {
        const double least = taught() ? imposed_ * imposed_ : 0.0;
        const double most = taught() ? 1.0 : imposed_;
        std::vector<double> grid;
        for (const double part : unit_grid(17, 18.0)) grid.push_back(least + (most - least) * part);
        std::vector<double> out;
        double last = 1.0, last_q = 0.0;
        for (const double q : grid) {
            // Where they are is seen at the coarse resolution too, for which far fewer nodes do.
            const double here = growth(q, false);
            // Below the first point q grows, or stays where it is.
            if (last > 0.0 && here <= 0.0) {
                out.push_back(q == grid.front() ? q : rest_between(last_q, q));
            }
            last = here;
            last_q = q;
        }
        return out;
    }

    /// Where q stays what it is, between one that grows and one that does not.
    double rest_between(double low, double high) const {
        const auto root = [&](bool fine) -> std::optional<double> {
            const auto f = [&](double q) { return growth(q, fine); };
            const double at_low = f(low), at_high = f(high);
            if (!(at_low >= 0.0 && at_high <= 0.0)) return {};
            return root_between(f, low, high, at_low, at_high).value;
        };
        if (fine_) {
            if (const std::optional<double> q = root(true)) return *q;
        }
        return root(false).value();
    }

    ImposedPoint point(double q) const {
        ImposedPoint out;
        SaddlePoint& p = out.point;
        p.load = load_;
        p.order = order(q);
        const ChannelAverages channel = channel_averages(model_, p.order, fine_, true);
        p.conjugates = conjugates(channel, fine_);
        const PriorAverages prior = prior_averages(model_.weights, p.conjugates, fine_);
        p.overlap = {q, 0.0};
        p.teacher = {p.order.teacher, 0.0};
        p.free_entropy = {prior.entropy + load_ * channel.energy, 0.0};
        p.errors = {channel.errors, 0.0};
        const double cost = model_.hot() ? load_ * model_.beta * channel.errors : 0.0;
        p.entropy = {p.free_entropy.value + cost, 0.0};
        p.replicon = {load_ * channel.curvature * prior.susceptibility, 0.0};
        out.pull = taught() ? p.conjugates.teacher - load_ * channel.teacher
                            : p.conjugates.precision - load_ * channel.precision;
        return out;
    }

    const Model& model_;
    double load_;
    Imposed which_;
    double imposed_;
    bool fine_;
};

}  // namespace

std::optional<ImposedPoint> imposed_saddle_point(const Model& model, double load, Imposed which,
                                                 double imposed, bool fine) {
    return ImposedOrder(model, load, which, imposed, fine).solve();
}

std::vector<SaddlePoint> free_saddle_points(const Model& model, double load, Imposed which) {
    const auto pull = [&](double imposed, bool fine) {
        const std::optional<ImposedPoint> point =
            imposed_saddle_point(model, load, which, imposed, fine);
        return point ? point->pull : std::nan("");
    };
    // The entropy has a maximum by R where the pull turns from a push; a stable norm where the
    // precision that it needs turns from less than the channel has to more.
    std::vector<SaddlePoint> out;
    const std::vector<double> grid =
        which == Imposed::Teacher ? even_grid(0.0, 0.999, 24) : even_grid(0.02, 0.98, 24);
    double last = std::nan(""), last_x = 0.0;
    const double sign = which == Imposed::Teacher ? 1.0 : -1.0;
    for (const double x : grid) {
        const double here = sign * pull(x, false);
        if (last < 0.0 && here >= 0.0) {
            const auto root = [&](bool fine) {
                const auto f = [&](double y) { return sign * pull(y, fine); };
                const double at = root_between(f, last_x, x, f(last_x), f(x)).value;
                return imposed_saddle_point(model, load, which, at, fine);
            };
            const std::optional<ImposedPoint> coarse = root(false), fine = root(true);
            if (coarse && fine) out.push_back(with_errors(fine->point, coarse->point));
        }
        last = here;
        last_x = x;
    }
    return out;
}

}  // namespace steppe::theory

#include "steppe/theory/local/clone_saddle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "steppe/error.hpp"
#include "steppe/theory/local/clone_averages.hpp"
#include "steppe/theory/root.hpp"

namespace steppe::theory {
namespace {

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

/// At spreads above, infinitely many clones near one another do not feel the patterns: the entropy
/// is its bound to the last digit.
constexpr double unfelt = 1e50;

/// By the secant rule, from a guess that may be good: NaN where it leaves [least, most] or is not
/// there soon.
template <class Function>
double near_root(Function&& f, double guess, double least, double most) {
    double last = guess, f_last = f(last);
    double x = guess * (guess < most / 1.001 ? 1.001 : 0.999), f_x = f(x);
    for (int step = 0; step < 12 && std::isfinite(f_x); ++step) {
        if (f_x == f_last) return f_x == 0.0 ? x : no_value;
        const double next = x - f_x * (x - last) / (f_x - f_last);
        if (!(next > least && next < most)) return no_value;
        if (std::abs(next - x) <= 1e-11 * x) return next;
        last = x;
        f_last = f_x;
        x = next;
        f_x = f(x);
    }
    return no_value;
}

/// The root between `least` and `most` of a function that is positive below and negative above it.
/// NaN where there is none.
template <class Function>
double falling_root(Function&& f, double guess, double least, double most) {
    guess = std::clamp(guess, least, most);
    const double near = near_root(f, guess, least, most);
    if (!std::isnan(near)) return near;
    double low = guess, high = guess;
    double f_low = f(low), f_high = f_low;
    for (double by = 1.5; f_high > 0.0 || std::isnan(f_high); by *= 1.5) {
        if (high >= most) return no_value;
        low = high;
        f_low = f_high;
        high = std::min(most, high * by);
        f_high = f(high);
    }
    for (double by = 1.5; f_low < 0.0; by *= 1.5) {
        if (low <= least) return no_value;
        high = low;
        f_high = f_low;
        low = std::max(least, low / by);
        f_low = f(low);
    }
    if (std::isnan(f_low)) return no_value;
    return root_between(f, low, high, f_low, f_high, 1e-14).value;
}

/// One equation after the other: each solve...() makes good a member of the order, given those that
/// it follows from, and gives how far off the next equation is.
class Search {
  public:
    Search(const Model& model, double load, CloneOrder order)
        : model_(model), load_(load), order_(order) {}

    /// From E < tanh^2 > = q1, which rises with it. False where even 0 is too much.
    bool solve_conjugate_spread() {
        const auto lack = [&](double conjugate_spread) {
            CloneOrder order = order_;
            order.conjugate_spread = conjugate_spread;
            return order.overlap - weight_averages(order, usual_fineness).second;
        };
        const double guess = order_.conjugate_spread > 0.0 ? order_.conjugate_spread : 1.0;
        const double root = falling_root(lack, guess, 1e-10, 1e8);
        if (std::isnan(root)) return false;
        order_.conjugate_spread = root;
        return true;
    }

    /// Conjugates from spread and R; what R is to be, less R. NaN where there are none.
    double solve_conjugates() {
        const FieldOverlaps fields = field_overlaps(model_, order_);
        order_.conjugate = load_ * fields.slope_between *
                           pattern_averages(model_, order_, usual_fineness).first_square;
        if (taught(model_)) {
            order_.conjugate_teacher = load_ * teacher_force(model_, order_, usual_fineness);
        }
        if (!solve_conjugate_spread()) return no_value;
        weights_ = weight_averages(order_, usual_fineness);
        return weights_.first - order_.teacher;
    }

    /// All else from the spread; what the spread is to be, less the spread.
    double solve_all_but_spread(double spread) {
        order_.spread = spread;
        if (taught(model_)) {
            // Given the spread, R is unique; at most sqrt(q0), where the teacher is known best.
            const double most = std::sqrt(order_.between()) * (1.0 - 1e-9);
            const auto lack = [&](double overlap) {
                order_.teacher = overlap;
                return solve_conjugates();
            };
            const double guess = order_.teacher > 0.0 ? order_.teacher : 0.5 * most;
            const double root = falling_root(lack, guess, 1e-9 * most, most);
            order_.teacher = std::isnan(root) ? most : root;
        }
        if (std::isnan(solve_conjugates())) return no_value;
        if (order_.conjugate == 0.0) return -spread;
        return weights_.z_first / std::sqrt(order_.conjugate) - (1.0 - order_.overlap) - spread;
    }

    bool solve() {
        const bool many = std::isinf(order_.clones);
        double most = many ? unfelt : order_.clones * order_.overlap;
        if (load_ == 0.0) return solve_apart(many ? 0.0 : most);
        if (model_.rule == Rule::Band) {
            // By symmetry groups may have no overlap: unless a little of it grows.
            const double nearly = many ? 1e12 : most * (1.0 - 1e-5);
            if (!(solve_all_but_spread(nearly) < 0.0)) return solve_apart(most);
            most = nearly;
        }
        const auto lack = [&](double spread) { return solve_all_but_spread(spread); };
        const double guess =
            order_.spread > 0.0 && order_.spread < most ? order_.spread : std::min(1.0, 0.5 * most);
        const double root = falling_root(lack, guess, 1e-9, most);
        if (!std::isnan(root)) return !std::isnan(solve_all_but_spread(root));
        return many && solve_all_but_spread(most) > 0.0 && solve_apart(most);
    }

    /// Where the patterns give groups nothing in common.
    bool solve_apart(double spread) {
        order_.spread = spread;
        order_.conjugate = order_.teacher = order_.conjugate_teacher = 0.0;
        return solve_conjugate_spread();
    }

    const CloneOrder& order() const { return order_; }

  private:
    const Model& model_;
    double load_;
    CloneOrder order_;
    CloneAverages weights_;
};

/// How far the equations are from being solved, and what that may do to the entropy.
struct Residual {
    double largest = 0.0, of_entropy = 0.0;

    void add(double residual, double times) {
        largest = std::max(largest, std::abs(residual));
        of_entropy += std::abs(residual * times);
    }
};

Residual residual_of(const Model& model, double load, const CloneOrder& o, const CloneSums& sums) {
    Residual out;
    out.add(sums.weights.second - o.overlap, 0.5 * o.conjugate_spread);
    if (load == 0.0 || o.conjugate == 0.0) return out;
    const double slope = field_overlaps(model, o).slope_between;
    out.add(load * slope * sums.patterns.first_square / o.conjugate - 1.0,
            0.5 * o.spread * o.conjugate);
    out.add((sums.weights.z_first / std::sqrt(o.conjugate) - 1.0 + o.overlap) / o.spread - 1.0,
            0.5 * o.spread * o.conjugate);
    if (taught(model)) {
        out.add(sums.weights.first - o.teacher, o.conjugate_teacher);
        out.add(load * teacher_force(model, o, finer) / o.conjugate_teacher - 1.0,
                o.teacher * o.conjugate_teacher);
    }
    return out;
}

std::string count_text(double clones) {
    return std::isinf(clones) ? "infinitely many" : fmt::format("{}", clones);
}

void check(const Model& model, double load, double clones, double overlap) {
    if (!(load >= 0.0 && std::isfinite(load))) {
        throw Error(fmt::format("clones: a load is at least 0 and finite, not {}", load));
    }
    if (!(clones >= 1.0)) {
        throw Error(fmt::format("clones: their number is at least 1 (or inf), not {}", clones));
    }
    if (!(overlap > 0.0 && overlap < 1.0)) {
        throw Error(fmt::format("clones: their overlap is between 0 and 1, not {}", overlap));
    }
    model.validate();
    const bool one_field = model.is_perceptron() || model.units == Model::infinite;
    const bool plain = model.is_perceptron() && model.rule == Rule::Majority && model.margin == 0.0;
    if (model.weights != WeightSet::Binary || model.hot() || !one_field ||
        (taught(model) && !plain)) {
        throw Error(fmt::format(
            "clones and wide regions are known of +-1 weights and no beta: of the perceptron, the "
            "symmetric perceptron and infinitely many units, with a teacher of the perceptron "
            "without margin; not of: {}",
            model.name()));
    }
}

}  // namespace

CloneOrder clone_order(const Model& model, double load, double clones, double overlap,
                       const CloneOrder* near) {
    check(model, load, clones, overlap);
    CloneOrder start;
    if (near != nullptr && near->clones == clones) start = *near;
    start.clones = clones;
    start.overlap = overlap;
    Search search(model, load, start);
    if (!search.solve()) {
        throw NoSaddlePoint(
            fmt::format("{} clones at load {}: no saddle point at overlap {:.6g}, which is below "
                        "that of typical "
                        "solutions, or the load is too large",
                        count_text(clones), load, overlap));
    }
    return search.order();
}

CloneEntropy clone_entropy(const Model& model, double load, double clones, double overlap,
                           const CloneOrder* near) {
    CloneEntropy out;
    out.order = clone_order(model, load, clones, overlap, near);
    const CloneSums sums = clone_sums(model, load, out.order, finer);
    const CloneSums coarse = clone_sums(model, load, out.order, usual_fineness);
    const Residual residual = residual_of(model, load, out.order, sums);
    out.residual = residual.largest;
    if (!(residual.largest < 1e-5)) {
        throw NoSaddlePoint(
            fmt::format("{} clones at load {}: no saddle point was reached at overlap {:.6g}, an "
                        "equation is off by {:.1e}",
                        count_text(clones), load, overlap, residual.largest));
    }
    const auto value = [&](double found, double less_finely, double scale) {
        return Value{found, std::abs(found - less_finely) + 1e-14 + residual.largest * scale};
    };
    out.entropy = value(sums.entropy, coarse.entropy, 0.0);
    out.entropy.error += residual.of_entropy;
    out.slope = value(sums.slope, coarse.slope, std::abs(sums.slope) + out.order.conjugate_spread);
    out.load_slope =
        value(sums.patterns.value, coarse.patterns.value, std::abs(sums.patterns.value));
    return out;
}

double clone_free_entropy(const Model& model, double load, const CloneOrder& order) {
    return clone_sums(model, load, order, finer).entropy;
}

}  // namespace steppe::theory

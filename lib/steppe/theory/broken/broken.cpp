#include "steppe/theory/broken/broken.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"
#include "steppe/theory/broken/sign_tree.hpp"
#include "steppe/theory/broken/spherical.hpp"
#include "steppe/theory/root.hpp"
#include "steppe/theory/simplex.hpp"

namespace steppe::theory {

namespace {

/// log E exp(-(a/2) (u - x)_+^2) over a standard normal x.
double log_pass(double u, double a) {
    const double root = std::sqrt(1.0 + a);
    const double cost = 0.5 * a * u * u / (1.0 + a);
    if (u < 0.0) {
        // What is missing from 1, which may be small.
        return std::log1p(std::exp(-cost) * gaussian_tail(-u / root) / root - gaussian_tail(-u));
    }
    const double above = log_gaussian_tail(u);
    const double below = -cost - std::log(root) + log_gaussian_tail(-u / root);
    const double most = std::max(above, below);
    return most + std::log1p(std::exp(std::min(above, below) - most));
}

/// Overlaps and scales, from variables that may take any value: q0 = tanh(x)^2, so that 0 is a
/// point like any other and 1 - q0 goes to 0 exponentially; c (1 - q0) as its logarithm. The second
/// step divides 1 - q0 in the same way; r = 1/(1 + exp(-x)).
struct Steps {
    double q0, rest0;     ///< 1 - q0
    double gap, rest1;    ///< q1 - q0, 1 - q1
    double scale, ratio;  ///< of the last step; c0/c1
};

double square_of_tanh(double x) {
    return std::tanh(x) * std::tanh(x);
}

double rest_of_tanh(double x) {
    const double c = std::cosh(x);
    return 1.0 / (c * c);
}

Steps one_step(const std::vector<double>& x) {
    const double rest = rest_of_tanh(x[0]);
    return {square_of_tanh(x[0]), rest, 0.0, rest, std::exp(x[1]) / rest, 1.0};
}

Steps two_steps(const std::vector<double>& x) {
    Steps steps = one_step(x);
    steps.gap = steps.rest0 * square_of_tanh(x[2]);
    steps.rest1 = steps.rest0 * rest_of_tanh(x[2]);
    steps.scale = std::exp(x[1]) / steps.rest1;
    steps.ratio = 1.0 / (1.0 + std::exp(-x[3]));
    return steps;
}

/// Beyond, no rule resolves what the fields' averages have to (and no capacity has its minimum).
bool out_of_reach(const std::vector<double>& x) {
    return std::abs(x[0]) > 10.0 || std::abs(x[1]) > 14.0 ||
           (x.size() > 2 && (std::abs(x[2]) > 6.0 || std::abs(x[3]) > 8.0));
}

/// log(1 + c (1 - q))/2 and so on, times c0.
double weights_term(const Steps& s) {
    const double c0 = s.ratio * s.scale;
    const double inner = s.scale * s.rest1, outer = c0 * s.gap / (1.0 + inner);
    const double all = 1.0 + inner + c0 * s.gap;
    return 0.5 * (s.ratio * std::log1p(inner) + std::log1p(outer) + c0 * s.q0 / all);
}

class Fields {
  public:
    Fields(const Model& model, std::size_t pieces)
        : model_(model), pieces_(pieces), slope_(field_order(model, 1.0).slope) {}

    /// -E log E [E exp(-c v/(2 D'(1)))]^r.
    double term(const Steps& s) const {
        const double last = order_left(model_, s.rest1);
        const double outer = field_order(model_, s.q0).value;
        const double between = std::max(order_left(model_, s.rest0) - last, 0.0);
        const double a = s.scale * last / slope_;
        const double width = std::sqrt(last), middle = std::sqrt(between), far = std::sqrt(outer);
        const auto inner = [&](double mean) {
            return s.ratio * log_pass((model_.margin - mean) / width, a);
        };
        // Far below the margin the inner average is -steep (margin - mean)^2/2.
        const double steep = s.ratio * a / ((1.0 + a) * last);
        const auto log_of_average = [&](double mean) {
            if (s.gap == 0.0) return inner(mean);
            return log_average(inner, mean, middle, width, steep);
        };
        if (far < 1e-9) return -log_of_average(0.0);
        const Bend bend{model_.margin / far, std::hypot(width, middle) / far};
        return -normal_rule(bend, pieces_)([&](double z) { return log_of_average(far * z); });
    }

    /// The quotient that is smallest at capacity.
    double load(const Steps& s) const { return weights_term(s) / term(s); }

  private:
    const Model& model_;
    std::size_t pieces_;
    double slope_;

    /// log E exp(f(mean + deviation z)).
    ///
    /// The integrand is log-concave, and falls from its top at least as the normal does. Where the
    /// margin is far above the mean the top is away from 0: there the rule's centre is shifted,
    /// E exp f(z) = exp(-shift^2/2) E exp(f(z + shift) - shift z).
    template <class Function>
    double log_average(const Function& f, double mean, double deviation, double width,
                       double steep) const {
        const double missing = model_.margin - mean;
        const double shift =
            std::max(0.0, missing * steep * deviation / (1.0 + steep * deviation * deviation));
        const NormalRule rule =
            normal_rule(Bend{missing / deviation - shift, width / deviation}, pieces_);
        std::vector<double> exponents;
        for (const double z : rule.node) {
            exponents.push_back(f(mean + deviation * (z + shift)) - shift * z);
        }
        const double most = *std::max_element(exponents.begin(), exponents.end());
        double sum = 0.0, lack = 0.0;
        for (std::size_t i = 0; i < exponents.size(); ++i) {
            sum += rule.weight[i] * std::exp(exponents[i] - most);
            lack -= rule.weight[i] * std::expm1(exponents[i]);
        }
        // Where f is near 0 all over, the average is 1 less what is lacking.
        if (shift < 1.0 && lack < 0.5) return -0.5 * shift * shift + std::log1p(-lack);
        return -0.5 * shift * shift + most + std::log(sum);
    }
};

/// The coarse look round before the first descent.
std::vector<double> best_of_grid(const Fields& fields) {
    std::vector<double> best;
    double lowest = HUGE_VAL;
    for (const double x : even_grid(0.1, 8.1, 33)) {
        for (const double log_scale : even_grid(-2.0, 10.0, 25)) {
            const double load = fields.load(one_step({x, log_scale}));
            if (load < lowest) {
                lowest = load;
                best = {x, log_scale};
            }
        }
    }
    return best;
}

/// The coarse look round for a second step: the first where one step alone has it, the second
/// within its states. From a start with the first step's scale too far off the descent ends at one
/// step, which is a minimum as well where the second comes by a jump.
template <class Load>
std::vector<double> best_within(const Load& load, const std::vector<double>& one) {
    std::vector<double> best;
    double lowest = HUGE_VAL;
    for (const double inner : even_grid(1.0, 4.5, 8)) {
        for (const double log_scale : even_grid(-0.5, 1.6, 4)) {
            for (const double factor : {1.0, 2.5}) {
                const double ratio = factor * std::exp(one[1] - log_scale) * rest_of_tanh(inner);
                if (ratio > 0.9) continue;
                const std::vector<double> x{one[0], log_scale, inner,
                                            std::log(ratio / (1.0 - ratio))};
                const double tried = load(x);
                if (tried >= lowest) continue;
                lowest = tried;
                best = x;
            }
        }
    }
    return best;
}

/// The value with finer rules at the place that the coarser ones found: what the place is off
/// matters in second order only.
Value settle(const Fields& fine, const Steps& steps, const Minimum& found) {
    const double load = fine.load(steps);
    const double error = std::abs(load - found.value) + found.error + 1e-13 * load;
    if (!(error < 1e-6 * load)) {
        throw NoSaddlePoint(fmt::format(
            "the least load of broken symmetry was not reached: {:.10g} is off by {:.1g}", load,
            error));
    }
    return {load, error};
}

void check(const Model& model, std::size_t steps) {
    model.validate();
    const bool one_field = model.is_perceptron() || model.units == Model::infinite;
    const bool tree = model.units == 3 && model.unit == Unit::Sign && model.margin == 0.0;
    const bool known = model.weights == WeightSet::Spherical && !model.hot() &&
                       model.labels == Labels::Random && model.rule == Rule::Majority &&
                       ((one_field && (steps == 1 || steps == 2)) || (tree && steps == 1));
    if (!known) {
        throw Error(fmt::format(
            "the capacity with {} step{} of broken replica symmetry is known of spherical weights "
            "and random labels: with 1 or 2 of the perceptron and of infinitely many units, with 1 "
            "of 3 sign units without margin; not of: {}",
            steps, steps == 1 ? "" : "s", model.name()));
    }
    if (model.units == Model::infinite && model.unit == Unit::Sign) {
        throw NoSaddlePoint(
            "tree committees of infinitely many sign units have no capacity: it grows with their "
            "number");
    }
}

struct OneStep {
    BrokenCapacity capacity;
    std::vector<double> place;
};

OneStep find_one_step(const Model& model) {
    const Value symmetric = replica_symmetric_capacity(model);
    const OneStep unbroken{{symmetric, false, {}, {}}, {}};
    if (model.is_perceptron() && model.margin >= 0.0) return unbroken;
    const Fields fields(model, 1);
    const auto load = [&](const std::vector<double>& x) {
        return out_of_reach(x) ? HUGE_VAL : fields.load(one_step(x));
    };
    const Minimum found = minimum_near(load, best_of_grid(fields), {0.1, 0.2});
    if (found.value >= symmetric.value * (1.0 - 1e-10)) return unbroken;
    const Steps steps = one_step(found.place);
    return {{settle(Fields(model, 2), steps, found), true, {steps.q0}, {steps.scale}}, found.place};
}

BrokenCapacity two_step_capacity(const Model& model) {
    const OneStep one = find_one_step(model);
    if (!one.capacity.broken) return one.capacity;
    const Fields fields(model, 1);
    const auto load = [&](const std::vector<double>& x) {
        return out_of_reach(x) ? HUGE_VAL : fields.load(two_steps(x));
    };
    // The second start is for weak breaking, where the two steps come out of one.
    const std::vector<double> x = one.place, step{0.1, 0.2, 0.3, 0.5};
    Minimum found;
    found.value = HUGE_VAL;
    for (const std::vector<double>& start : {best_within(load, x),
                                             {x[0] - 0.1, x[1] - 0.4, 1.7, -1.5},
                                             {x[0] - 0.05, x[1] - 0.4, 1.0, 0.0}}) {
        Minimum tried = minimum_near(load, start, step, 1e-8);
        if (tried.value < found.value) found = std::move(tried);
    }
    found = minimum_near(load, found.place, {0.01, 0.02, 0.03, 0.05}, 1e-11);
    if (found.value >= one.capacity.load.value * (1.0 - 1e-9)) return one.capacity;
    const Steps steps = two_steps(found.place);
    return {settle(Fields(model, 2), steps, found),
            true,
            {steps.q0, steps.q0 + steps.gap},
            {steps.ratio * steps.scale, steps.scale}};
}

}  // namespace

BrokenCapacity broken_capacity(const Model& model, std::size_t steps) {
    check(model, steps);
    if (model.units == 3) return one_step_tree_capacity();
    return steps == 1 ? find_one_step(model).capacity : two_step_capacity(model);
}

}  // namespace steppe::theory

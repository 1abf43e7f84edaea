#include "steppe/theory/local/cross_entropy.hpp"

#include <fmt/format.h>

#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <limits>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"
#include "steppe/theory/local/reference_law.hpp"
#include "steppe/theory/prior.hpp"
#include "steppe/theory/root.hpp"

namespace steppe::theory {

namespace {

void check(double load, double gamma) {
    if (!(load > 0.0 && std::isfinite(load))) {
        throw Error(fmt::format("load is {}: it must be a number above 0", load));
    }
    if (!(gamma > 0.0 && std::isfinite(gamma))) {
        throw Error(fmt::format(
            "gamma, the norm of the weights, is {}: it must be a number above 0", gamma));
    }
}

Value differing(double fine, double coarse) {
    return {fine, std::abs(fine - coarse) + 1e-15 * std::abs(fine)};
}

/// Everything at one resolution.
struct Minimum {
    double overlap = 1.0, conjugate = 0.0;
    double beta = std::numeric_limits<double>::infinity();
    double response = 0.0, loss = 0.0, errors = 0.0, replicon = 0.0;
};

/// A single minimiser that moves the stability of a pattern by response * -slope.
class SingleMinimum {
  public:
    SingleMinimum(double gamma, bool fine) : gamma_(gamma), fine_(fine) {}

    /// The norm asks that load E (s - omega)^2 is 1.
    double load(double response) const {
        double square = 0.0;
        for (const FieldNode& node : nodes(response)) {
            square += node.weight * node.excess * node.excess;
        }
        return 1.0 / square;
    }

    Minimum at(double load) const {
        const auto off = [&](double x) { return std::log(this->load(std::exp(x)) / load); };
        const double low = -20.0, high = 200.0;
        const double at_low = off(low), at_high = off(high);
        if (!(at_low > 0.0 && at_high < 0.0)) {
            throw NoSaddlePoint(fmt::format(
                "cross-entropy of norm {}: no minimiser at load {} within reach", gamma_, load));
        }
        Minimum out;
        out.response = std::exp(root_between(off, low, high, at_low, at_high).value);
        for (const FieldNode& node : nodes(out.response)) {
            const LossAt loss = cross_entropy_loss(gamma_, node.omega + node.excess);
            const double held =
                out.response * loss.curvature / (1.0 + out.response * loss.curvature);
            out.loss += node.weight * loss.value;
            out.replicon += load * node.weight * held * held;
        }
        // s = 0 where omega is -response/2.
        out.errors = gaussian_tail(0.5 * out.response);
        return out;
    }

  private:
    std::vector<FieldNode> nodes(double response) const {
        Reference reference;
        reference.measure = Reference::Measure::CrossEntropy;
        reference.gamma = gamma_;
        reference.overlap = 1.0;
        reference.response = response;
        return reference_fields(reference, 1.0, 0.0, {1.0, 1.0, 0.0, 0.5 / gamma_}, fine_);
    }

    double gamma_;
    bool fine_;
};

/// Weights +-1 at a temperature.
class FrozenMinimum {
  public:
    FrozenMinimum(double load, double gamma, bool fine) : load_(load), gamma_(gamma), fine_(fine) {}

    struct Point {
        Minimum minimum;
        double entropy = 0.0;
    };

    /// At a temperature: the saddle point of smallest q, looked for near a q first.
    Point at(double beta, double near) const {
        const auto grows = [&](double q) { return next(beta, q) - q; };
        const double below = near - 0.05 * (1.0 - near), above = near + 0.05 * (1.0 - near);
        if (near > 0.0) {
            const double at_below = grows(below), at_above = grows(above);
            if (at_below > 0.0 && at_above <= 0.0) {
                return point(beta, root_between(grows, below, above, at_below, at_above).value);
            }
        }
        double last_q = 0.0, last = grows(0.0);
        for (const double q : unit_grid(25, 9.0)) {
            const double here = grows(q);
            if (here <= 0.0) return point(beta, root_between(grows, last_q, q, last, here).value);
            last = here;
            last_q = q;
        }
        throw NoSaddlePoint(fmt::format(
            "cross-entropy of norm {}, weights +-1: no saddle point at load {}, beta {}", gamma_,
            load_, beta));
    }

    /// The temperature without entropy, cooled down to from one at which there is some.
    Point without_entropy() const {
        double low = 0.5, high = low;
        Point warm = at(low, 0.0);
        while (warm.entropy < 0.0) warm = at(low *= 0.5, warm.minimum.overlap);
        Point cold = warm;
        while (cold.entropy > 0.0) {
            low = high;
            warm = cold;
            if ((high *= 2.0) > coldest) {
                throw NoSaddlePoint(fmt::format(
                    "cross-entropy of norm {}, weights +-1, load {}: it is as good as 0 at "
                    "configurations that still have an entropy",
                    gamma_, load_));
            }
            cold = at(high, warm.minimum.overlap);
        }
        return between(low, high, warm, cold);
    }

    /// The same where another resolution has it.
    Point without_entropy_near(const Minimum& known) const {
        const double low = known.beta * (1.0 - 1e-4), high = known.beta * (1.0 + 1e-4);
        const Point warm = at(low, known.overlap), cold = at(high, known.overlap);
        if (!(warm.entropy >= 0.0 && cold.entropy <= 0.0)) return without_entropy();
        return between(low, high, warm, cold);
    }

  private:
    static constexpr double coldest = 1e5;

    Point between(double low, double high, const Point& warm, const Point& cold) const {
        const double q = cold.minimum.overlap;
        const auto entropy = [&](double beta) { return at(beta, q).entropy; };
        const double beta =
            root_between(entropy, low, high, warm.entropy, cold.entropy, 1e-11).value;
        return at(beta, q);
    }

    Reference reference(double beta) const {
        Reference out;
        out.measure = Reference::Measure::CrossEntropy;
        out.gamma = gamma_;
        out.beta = beta;
        return out;
    }

    template <class Function>
    void over_patterns(double beta, double q, Function&& add) const {
        const Reference asked = reference(beta);
        const double length = std::sqrt(q), response = beta * (1.0 - q);
        const NormalRule rule = length > 0.0
                                    ? normal_rule(Bend{-0.5 * response / length,
                                                       std::hypot(response, 0.5 / gamma_) / length},
                                                  fine_ ? 2 : 1)
                                    : normal_rule(Bend{}, 1);
        for (std::size_t i = 0; i < rule.node.size(); ++i) {
            add(rule.weight[i], loss_averages(asked, length * rule.node[i], 1.0 - q, fine_));
        }
    }

    double conjugate(double beta, double q) const {
        double sum = 0.0;
        over_patterns(beta, q,
                      [&](double weight, const LossAverages& a) { sum += weight * a.g * a.g; });
        return load_ * sum;
    }

    double next(double beta, double q) const {
        return prior_averages(WeightSet::Binary, {conjugate(beta, q), 0.0, 0.0}, fine_)
            .order.overlap;
    }

    Point point(double beta, double q) const {
        Point out;
        Minimum& m = out.minimum;
        m.overlap = q;
        m.beta = beta;
        m.response = beta * (1.0 - q);
        double log_z = 0.0, curvature = 0.0;
        over_patterns(beta, q, [&](double weight, const LossAverages& a) {
            log_z += weight * a.log_z;
            m.loss += weight * a.loss;
            m.errors += weight * a.errors;
            m.conjugate += load_ * weight * a.g * a.g;
            curvature += weight * a.dg * a.dg;
        });
        const PriorAverages prior =
            prior_averages(WeightSet::Binary, {m.conjugate, 0.0, 0.0}, fine_);
        m.replicon = load_ * curvature * prior.susceptibility;
        out.entropy = prior.entropy + load_ * (log_z + beta * m.loss);
        return out;
    }

    double load_, gamma_;
    bool fine_;
};

}  // namespace

CrossEntropyMinimum cross_entropy_minimum(WeightSet weights, double load, double gamma) {
    check(load, gamma);
    if (weights == WeightSet::Ternary) {
        throw Error("minimisers of the cross-entropy have spherical weights, or weights +-1");
    }
    Minimum coarse, fine;
    if (weights == WeightSet::Spherical) {
        coarse = SingleMinimum(gamma, false).at(load);
        fine = SingleMinimum(gamma, true).at(load);
    } else {
        coarse = FrozenMinimum(load, gamma, false).without_entropy().minimum;
        fine = FrozenMinimum(load, gamma, true).without_entropy_near(coarse).minimum;
    }
    CrossEntropyMinimum out;
    out.reference.measure = Reference::Measure::CrossEntropy;
    out.reference.load = load;
    out.reference.gamma = gamma;
    out.reference.beta = fine.beta;
    out.reference.overlap = fine.overlap;
    out.reference.conjugate = fine.conjugate;
    out.reference.response = fine.response;
    out.loss = differing(fine.loss, coarse.loss);
    out.errors = differing(fine.errors, coarse.errors);
    out.response = differing(fine.response, coarse.response);
    out.beta = std::isfinite(fine.beta) ? differing(fine.beta, coarse.beta) : Value{fine.beta, 0.0};
    out.replicon = differing(fine.replicon, coarse.replicon);
    return out;
}

double stability_density(const CrossEntropyMinimum& minimum, double s) {
    const Reference& reference = minimum.reference;
    const LossAt loss = cross_entropy_loss(reference.gamma, s);
    if (reference.single()) {
        // omega as a function of s.
        const double omega = s + reference.response * loss.slope;
        return normal_density(omega) * (1.0 + reference.response * loss.curvature);
    }
    const double rest = 1.0 - reference.overlap, length = std::sqrt(reference.overlap);
    const double deviation = std::sqrt(rest);
    const NormalRule rule = normal_rule(Bend{s / length, deviation / length}, 1);
    return rule([&](double z) {
        const double omega = length * z, x = (s - omega) / deviation;
        const double log_z = loss_averages(reference, omega, rest, false).log_z;
        return std::exp(-reference.beta * loss.value - 0.5 * x * x - log_z) * normal_density(0.0) /
               deviation;
    });
}

Value load_of_errors(double gamma, double part) {
    check(1.0, gamma);
    if (!(part > 0.0 && part < 0.5)) {
        throw Error(fmt::format("a part of errors of {}: it must be above 0 and below 1/2", part));
    }
    const double response = 2.0 * M_SQRT2 * boost::math::erfc_inv(2.0 * part);
    return differing(SingleMinimum(gamma, true).load(response),
                     SingleMinimum(gamma, false).load(response));
}

}  // namespace steppe::theory

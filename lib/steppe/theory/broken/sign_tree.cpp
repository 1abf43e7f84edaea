#include "steppe/theory/broken/sign_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <vector>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"
#include "steppe/theory/root.hpp"
#include "steppe/theory/simplex.hpp"

namespace steppe::theory {

namespace {

/// P(at least `least` of `count` events of probability p in (0, 1)).
double at_least(std::size_t least, std::size_t count, double p) {
    const auto n = static_cast<double>(count), k = static_cast<double>(least);
    double term = std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) +
                           k * std::log(p) + (n - k) * std::log1p(-p));
    double sum = 0.0;
    for (double i = k; i <= n; i += 1.0) {
        sum += term;
        if (term < 1e-17 * sum) break;
        term *= (n - i) / (i + 1.0) * p / (1.0 - p);
    }
    return sum;
}

/// E exp(-(c/2) v) of three fields, each a normal of mean m_k and variance 1 - q0, the means those
/// of a grid: tables over means and places x >= 0.
///
/// At most one field may stay below 0: if any does, let h_k = -x be the lowest. The two others
/// are each above 0, or between -x and 0 and turned at exp(-(c/2) h^2). So with
///   p(m) = P(h > 0), g(m, x) = the density of h at -x,
///   e(m, x) = p(m) + int_0^x g(m, y) exp(-(c/2) y^2) dy,
/// E exp(-(c/2) v) = p p p + sum_k int_0^inf dx g(m_k, x) prod_{j != k} e(m_j, x).
class ThreeFields {
  public:
    ThreeFields(double q0, double rest, double c, const std::vector<double>& nodes,
                std::size_t pieces) {
        const double deviation = std::sqrt(rest), most = std::sqrt(q0) * nodes.back();
        place_nodes(deviation, most, pieces);
        const double shrink = 1.0 + c * rest;
        const double narrow = deviation / std::sqrt(shrink);
        for (const double z : nodes) {
            const double m = std::sqrt(q0) * z, centre = m / shrink;
            const double above = gaussian_tail(-m / deviation);
            // int g exp: a normal of deviation `narrow` round -centre, times what is left of it.
            const double scale = std::exp(-0.5 * c * m * m / shrink) / std::sqrt(shrink);
            const double from = gaussian_tail(centre / narrow);
            above_.push_back(above);
            for (std::size_t i = 0; i < x_.size(); ++i) {
                density_.push_back(weight_[i] * normal_density((x_[i] + m) / deviation) /
                                   deviation);
                passed_.push_back(above +
                                  scale * (from - gaussian_tail((x_[i] + centre) / narrow)));
            }
        }
    }

    double average(std::size_t a, std::size_t b, std::size_t c) const {
        const std::size_t size = x_.size();
        const double *ga = &density_[a * size], *gb = &density_[b * size],
                     *gc = &density_[c * size];
        const double *ea = &passed_[a * size], *eb = &passed_[b * size], *ec = &passed_[c * size];
        double sum = above_[a] * above_[b] * above_[c];
        for (std::size_t i = 0; i < size; ++i) {
            sum += ga[i] * eb[i] * ec[i] + ea[i] * (gb[i] * ec[i] + eb[i] * gc[i]);
        }
        return sum;
    }

  private:
    std::vector<double> x_, weight_;
    std::vector<double> above_;             ///< p, by mean
    std::vector<double> density_, passed_;  ///< weight * g and e, mean by mean

    /// Panels no longer than a deviation near 0, where what is turned is, and than 2 further out.
    void place_nodes(double deviation, double most, std::size_t pieces) {
        using Gauss = boost::math::quadrature::gauss<double, 15>;
        const double reach = most + 8.0 * deviation;
        for (double from = 0.0; from < reach;) {
            const double length =
                (from < 3.0 * deviation ? 1.0 : 2.0) * deviation / static_cast<double>(pieces);
            for (std::size_t j = 0; j < Gauss::abscissa().size(); ++j) {
                const double node = Gauss::abscissa()[j];
                for (const double side : {-1.0, 1.0}) {
                    if (node == 0.0 && side > 0.0) continue;
                    x_.push_back(from + 0.5 * length * (1.0 + side * node));
                    weight_.push_back(0.5 * length * Gauss::weights()[j]);
                }
            }
            from += length;
        }
    }
};

/// -E log E exp(-(c/2) v): the outer average over three means by the trapezoid rule, which for
/// smooth integrands on the whole line errs exponentially little; each unordered triple once.
double fields_term(double q0, double rest, double c, std::size_t pieces) {
    const double step =
        std::min(0.5, 0.5 * std::sqrt(rest / std::max(q0, 1e-9))) / static_cast<double>(pieces);
    std::vector<double> nodes, weights;
    const auto last = static_cast<int>(std::floor(7.0 / step));
    for (int i = -last; i <= last; ++i) {
        nodes.push_back(i * step);
        weights.push_back(step * normal_density(i * step));
    }
    const ThreeFields fields(q0, rest, c, nodes, pieces);
    double sum = 0.0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        for (std::size_t j = i; j < nodes.size(); ++j) {
            for (std::size_t k = j; k < nodes.size(); ++k) {
                const double weight = weights[i] * weights[j] * weights[k];
                if (weight < 1e-14) continue;
                const double orders = i == j && j == k ? 1.0 : i == j || j == k ? 3.0 : 6.0;
                sum -= orders * weight * std::log(fields.average(i, j, k));
            }
        }
    }
    return sum;
}

/// q0 = tanh(x0)^2, c (1 - q0) = exp(x1), as for one field.
struct Place {
    explicit Place(const std::vector<double>& x)
        : q0(std::tanh(x[0]) * std::tanh(x[0])),
          rest(1.0 / (std::cosh(x[0]) * std::cosh(x[0]))),
          c(std::exp(x[1]) / rest) {}
    double q0, rest, c;
};

double load_at(const Place& at, std::size_t pieces) {
    const double all = 1.0 + at.c * at.rest;
    const double weights_term = 0.5 * (std::log(all) + at.c * at.q0 / all);
    return weights_term / fields_term(at.q0, at.rest, at.c, pieces);
}

}  // namespace

Value replica_symmetric_tree_capacity(std::size_t units) {
    if (units % 2 == 0) {
        throw Error(fmt::format("a committee of {} units has no majority: their number must be odd",
                                units));
    }
    // A field of -x is turned if at least (K - 1)/2 of the K - 1 others are below it: those stay.
    const Value lack = integral(
        [units](double x) {
            return static_cast<double>(units) * x * x * normal_density(x) *
                   at_least((units - 1) / 2, units - 1, gaussian_tail(x));
        },
        0.0, normal_reach, 1e-13);
    return {1.0 / lack.value, lack.error / (lack.value * lack.value) + 1e-14};
}

BrokenCapacity one_step_tree_capacity() {
    const auto load = [](const std::vector<double>& x) {
        if (!(std::abs(x[0]) < 2.5 && std::abs(x[1]) < 8.0)) return HUGE_VAL;
        return load_at(Place(x), 1);
    };
    std::vector<double> start;
    double lowest = HUGE_VAL;
    for (const double x : even_grid(0.2, 1.6, 5)) {
        for (const double log_scale : even_grid(-1.0, 4.0, 6)) {
            const double tried = load({x, log_scale});
            if (tried >= lowest) continue;
            lowest = tried;
            start = {x, log_scale};
        }
    }
    const Minimum found = minimum_near(load, start, {0.1, 0.2}, 1e-10);
    const Place at(found.place);
    const double fine = load_at(at, 2);
    return {{fine, std::abs(fine - found.value) + found.error + 1e-13}, true, {at.q0}, {at.c}};
}

}  // namespace steppe::theory

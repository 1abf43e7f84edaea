#include "steppe/theory/typical/learning_errors.hpp"

#include <algorithm>
#include <array>
#include <boost/math/special_functions/binomial.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/owens_t.hpp>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"

namespace steppe::theory {

namespace {

/// Part of fields of that correlation that differ in sign.
double sign_error(double correlation) {
    return std::acos(std::clamp(correlation, -1.0, 1.0)) / std::numbers::pi;
}

/// The parts of patterns on which two networks of sign units differ, whose units differ on the part
/// `error` each.
double parity_error(std::size_t units, double error) {
    return 0.5 * (1.0 - std::pow(1.0 - 2.0 * error, static_cast<double>(units)));
}

/// The chance that j of count happen, each with chance p.
double binomial(std::size_t count, std::size_t j, double p) {
    return boost::math::binomial_coefficient<double>(static_cast<unsigned>(count),
                                                     static_cast<unsigned>(j)) *
           std::pow(p, static_cast<double>(j)) * std::pow(1.0 - p, static_cast<double>(count - j));
}

double majority_error(std::size_t units, double error) {
    double sum = 0.0;
    // The first network answers + by j units, of which `kept` answer + in the second as well, and
    // `won` others.
    for (std::size_t j = units / 2 + 1; j <= units; ++j) {
        for (std::size_t kept = 0; kept <= j; ++kept) {
            for (std::size_t won = 0; won <= units - j && kept + won <= units / 2; ++won) {
                sum += binomial(units, j, 0.5) * binomial(j, kept, 1.0 - error) *
                       binomial(units - j, won, error);
            }
        }
    }
    return 2.0 * sum;
}

/// int_y^infinity phi(x) H(-b x) dx (Owen, Ann. Math. Stat. 27:1075, 1956).
double upper_part(double y, double b) {
    return 0.5 * gaussian_tail(y) + boost::math::owens_t(y, b);
}

/// The majority of solutions against the teacher, both committees of sign units: units have the
/// mean fields sqrt(q) z_k, known to the solutions; of the last unit the average is done exactly,
/// since the answer turns at one z.
class BayesOfMajority {
  public:
    BayesOfMajority(std::size_t units, double overlap, double teacher, NormalRule rule)
        : units_(units), rule_(std::move(rule)) {
        solution_ = std::sqrt(overlap / (1.0 - overlap));
        const double slope = teacher / std::sqrt(overlap);
        teacher_ = slope / std::sqrt(1.0 - slope * slope);
        choose(0, 0, 1.0, 0, {1.0}, {1.0});
    }
    double error() const { return error_; }

  private:
    using Counts = std::vector<double>;

    static Counts with_unit(const Counts& counts, double p) {
        Counts out(counts.size() + 1, 0.0);
        for (std::size_t j = 0; j < counts.size(); ++j) {
            out[j] += counts[j] * (1.0 - p);
            out[j + 1] += counts[j] * p;
        }
        return out;
    }

    void choose(std::size_t k, std::size_t first, double weight, std::size_t run,
                const Counts& solution, const Counts& teacher) {
        if (k + 1 == units_) {
            add(weight, solution, teacher);
            return;
        }
        for (std::size_t i = first; i < rule_.node.size(); ++i) {
            const std::size_t same = k > 0 && i == first ? run + 1 : 1;
            const double ways = static_cast<double>(k + 1) / static_cast<double>(same);
            const double z = rule_.node[i];
            choose(k + 1, i, weight * rule_.weight[i] * ways, same,
                   with_unit(solution, gaussian_tail(-solution_ * z)),
                   with_unit(teacher, gaussian_tail(-teacher_ * z)));
        }
    }

    /// P(answer +) = sure + split p, p the last unit's chance: `split` of the others are in
    /// balance.
    void add(double weight, const Counts& solution, const Counts& teacher) {
        const auto parts = [&](const Counts& counts) {
            double sure = 0.0;
            for (std::size_t j = units_ / 2 + 1; j < counts.size(); ++j) sure += counts[j];
            return std::pair(sure, counts[units_ / 2]);
        };
        const auto ours = parts(solution), theirs = parts(teacher);
        const double turn = (0.5 - ours.first) / std::max(ours.second, 1e-300);
        // Above this z the solutions' majority says +.
        const double at =
            turn <= 0.0   ? -40.0
            : turn >= 1.0 ? 40.0
                          : -std::numbers::sqrt2 * boost::math::erfc_inv(2.0 * turn) / solution_;
        const double above = gaussian_tail(at), plus_above = upper_part(at, teacher_);
        const double plus = theirs.first + 0.5 * theirs.second;
        const double plus_there = theirs.first * above + theirs.second * plus_above;
        // Says + where the teacher says -, and the other way round.
        error_ += weight * ((above - plus_there) + (plus - plus_there));
    }

    std::size_t units_;
    NormalRule rule_;
    double solution_ = 0.0, teacher_ = 0.0, error_ = 0.0;
};

struct Correlations {
    double gibbs, bayes, clipped;
};

/// Of a unit's field with the teacher's unit.
Correlations correlations(const Model& model, const SaddlePoint& point) {
    const double q = point.order.overlap, r = point.order.teacher;
    if (q == 0.0 || point.teacher_alone) return {r, r, r};
    const double mean = r / std::sqrt(q);
    if (model.weights == WeightSet::Spherical) return {r, mean, mean};
    // E sign(sqrt(q^) z + R^).
    const double field = point.conjugates.teacher / std::sqrt(point.conjugates.overlap);
    return {r, mean, 1.0 - 2.0 * gaussian_tail(field)};
}

/// By its error of the correlation.
Value with_error(double at, double above) {
    return {at, std::abs(above - at)};
}

LearningErrors of_one_field(const Model& model, const SaddlePoint& point, const Correlations& c) {
    const auto seen = [&](double correlation) {
        return field_order(model, std::clamp(correlation, -1.0, 1.0)).value /
               field_order(model, 1.0).value;
    };
    LearningErrors out;
    const auto filled = [&](double r, double q, double clipped) {
        const double own = q > 0.0 ? seen(r) / std::sqrt(seen(q)) : 0.0;
        return std::array{sign_error(seen(r)), sign_error(own), sign_error(seen(clipped))};
    };
    const double r = c.gibbs, q = point.order.overlap;
    const auto at = filled(r, q, c.clipped);
    const double dr = point.teacher.error, dq = point.overlap.error;
    const auto near = filled(r - dr, std::max(q - dq, 0.0), c.clipped - dr);
    out.gibbs = with_error(at[0], near[0]);
    out.bayes = with_error(at[1], near[1]);
    out.clipped = with_error(at[2], near[2]);
    return out;
}

}  // namespace

LearningErrors learning_errors(const Model& model, const SaddlePoint& point) {
    if (model.labels != Labels::Teacher) {
        throw Error("errors on new patterns belong to a teacher's labels");
    }
    if (point.teacher_alone) return {};
    const Correlations c = correlations(model, point);
    if (model.is_perceptron() || model.units == Model::infinite)
        return of_one_field(model, point, c);
    if (model.unit != Unit::Sign) {
        throw Error("errors on new patterns of a few units are known of sign units alone");
    }
    LearningErrors out;
    const bool parity = model.rule == Rule::Parity;
    const auto of = [&](double correlation) {
        const double error = sign_error(correlation);
        return parity ? parity_error(model.units, error) : majority_error(model.units, error);
    };
    out.gibbs = with_error(of(c.gibbs), of(c.gibbs - point.teacher.error));
    out.clipped = with_error(of(c.clipped), of(c.clipped - point.teacher.error));
    if (parity || point.order.overlap == 0.0) {
        // The sign of a product of means is the product of their signs.
        out.bayes = with_error(of(c.bayes), of(c.bayes - point.teacher.error));
        return out;
    }
    const double q = point.order.overlap;
    const auto bayes = [&](NormalRule rule) {
        return BayesOfMajority(model.units, q, point.order.teacher, std::move(rule)).error();
    };
    if (model.units <= 3) {
        // Units decide within sqrt((1 - q)/q) of 0.
        const Bend bend{0.0, std::sqrt((1.0 - q) / q)};
        out.bayes = with_error(bayes(normal_rule(bend, 2)), bayes(normal_rule(bend, 1)));
        return out;
    }
    const std::size_t nodes = model.units <= 5 ? 20 : 12;
    out.bayes = with_error(bayes(hermite_rule(nodes)), bayes(hermite_rule(nodes / 2)));
    return out;
}

}  // namespace steppe::theory

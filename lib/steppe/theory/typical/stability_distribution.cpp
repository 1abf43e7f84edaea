#include "steppe/theory/typical/stability_distribution.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <utility>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"
#include "steppe/theory/normal_part.hpp"

namespace steppe::theory {

namespace {

/// The field's order, and what is allowed of it.
struct Field {
    double variance = 1.0, overlap = 0.0, teacher = 0.0;

    double length() const { return std::sqrt(overlap); }
    double sigma() const { return std::sqrt(variance - overlap); }
};

Field field_of(const Model& model, const SaddlePoint& point) {
    const Order& order = point.order;
    if (point.teacher_alone) {
        throw NoSaddlePoint("the teacher alone is left: its stabilities are half a normal's");
    }
    if (model.is_perceptron()) return {order.norm, order.overlap, order.teacher};
    if (model.units != Model::infinite) {
        throw Error("stabilities are those of one field: of one unit, or of infinitely many");
    }
    return {field_order(model, 1.0).value, field_order(model, order.overlap).value,
            field_order(model, order.teacher).value};
}

/// E over z, with the teacher's weight, of f(omega, log P(omega)).
Value over_fields(const Model& model, const Field& field,
                  const std::function<double(double, double)>& f) {
    const double length = field.length(), sigma = field.sigma();
    const bool taught = model.labels == Labels::Teacher && length > 0.0;
    const double slope = taught ? field.teacher / length : 0.0;
    const double width = std::sqrt(std::max(field.variance - slope * slope, 1e-300));
    const Bend bend = length > 0.0 ? Bend{model.margin / length, sigma / length} : Bend{};
    return normal_average(
        [&](double z) {
            const double omega = length * z;
            const double weight = taught ? 2.0 * gaussian_tail(-slope * z / width) : 1.0;
            return weight * f(omega, local_channel(model, model.margin, omega, sigma).log_p);
        },
        bend, 1e-10);
}

/// Where the rule is kept: [low, high].
std::pair<double, double> kept(const Model& model) {
    const double infinity = std::numeric_limits<double>::infinity();
    return {model.rule == Rule::Band ? -model.margin : model.margin,
            model.rule == Rule::Band ? model.margin : infinity};
}

}  // namespace

double stability_density(const Model& model, const SaddlePoint& point, double h) {
    const Field field = field_of(model, point);
    const auto range = kept(model);
    const bool inside = h >= range.first && h <= range.second;
    if (!inside && !model.hot()) return 0.0;
    const double sigma = field.sigma(), cost = inside ? 0.0 : -model.beta;
    // Density and P fall together where the rule is hardly kept: their logarithms are subtracted.
    return over_fields(model, field,
                       [&](double omega, double log_p) {
                           const double x = (h - omega) / sigma;
                           return std::exp(cost - 0.5 * x * x - log_p);
                       })
               .value /
           (sigma * std::sqrt(2.0 * std::numbers::pi));
}

Value stability_part(const Model& model, const SaddlePoint& point, double from, double to) {
    if (!(from < to)) throw Error("a range of stabilities rises");
    const Field field = field_of(model, point);
    const auto range = kept(model);
    const double sigma = field.sigma();
    const double low = std::max(from, range.first), high = std::min(to, range.second);
    return over_fields(model, field, [&](double omega, double log_p) {
        const auto part = [&](double a, double b) {
            return log_between((a - omega) / sigma, (b - omega) / sigma);
        };
        const double inside = low < high ? std::exp(part(low, high) - log_p) : 0.0;
        if (!model.hot()) return inside;
        const double wrong = std::exp(-model.beta);
        return (1.0 - wrong) * inside + wrong * std::exp(part(from, to) - log_p);
    });
}

}  // namespace steppe::theory

#include "steppe/theory/broken/barrier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <cstddef>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"
#include "steppe/theory/typical/replica_symmetric.hpp"

namespace steppe::theory {

namespace {

/// 1 - H(u + rest)/H(u), without the difference of two large logarithms where u is large.
double lost(double u, double rest, double log_tail, double mills) {
    if (u < 0.0) return -std::expm1(log_gaussian_tail(u + rest) - log_tail);
    const double ratio = mills / inverse_mills_ratio(u + rest);
    return -std::expm1(std::log(ratio) - (u + 0.5 * rest) * rest);
}

/// P(a y1 + b y2 < reach) of two y >= 0 of density M(u) exp(-u y - y^2/2): how far two fields are
/// above the margin, which is u of their deviations above their mean. a >= b.
double both_low(double u, double a, double b, double reach, std::size_t pieces) {
    using Gauss = boost::math::quadrature::gauss<double, 15>;
    const double log_tail = log_gaussian_tail(u), mills = inverse_mills_ratio(u);
    const auto f = [&](double y) {
        const double rest = std::max(reach - a * y, 0.0) / b;
        return mills * std::exp(-(u + 0.5 * y) * y) * lost(u, rest, log_tail, mills);
    };
    // Beyond `most` the density has fallen to exp(-40) of what it is at 0, or at its top.
    const double most = 80.0 / (std::sqrt(u * u + 80.0) + u);
    const std::size_t panels = 3 * pieces;
    const double length = std::min(reach / a, most) / static_cast<double>(panels);
    double sum = 0.0;
    for (std::size_t k = 0; k < panels; ++k) {
        const double from = static_cast<double>(k) * length;
        sum += Gauss::integrate(f, from, from + length);
    }
    return sum;
}

double share(double margin, double overlap, double place, std::size_t pieces) {
    const double a = std::max(place, 1.0 - place), b = std::min(place, 1.0 - place);
    const double width = std::sqrt(1.0 - overlap), slope = std::sqrt(overlap);
    // n - 1 without cancellation, over the deviation 1 - q of the fields.
    const double norm = std::sqrt(1.0 - 2.0 * a * b * (1.0 - overlap));
    const double reach = -margin * 2.0 * a * b * width / (1.0 + norm);
    if (!(reach > 0.0)) return 0.0;
    const auto at = [&](double z) {
        return both_low((margin - slope * z) / width, a, b, reach, pieces);
    };
    if (slope == 0.0) return at(0.0);
    return normal_rule(Bend{margin / slope, width / slope}, pieces)(at);
}

void refuse(bool wrong, const char* what, double value, const char* range) {
    if (wrong) throw Error(fmt::format("the {} {} is not in {}", what, value, range));
}

}  // namespace

Value error_between(double margin, double overlap, double place) {
    refuse(!std::isfinite(margin), "margin", margin, "the real numbers");
    refuse(!(overlap >= 0.0 && overlap < 1.0), "overlap", overlap, "[0, 1)");
    refuse(!(place >= 0.0 && place <= 1.0), "place between two solutions", place, "[0, 1]");
    const double fine = share(margin, overlap, place, 2);
    return {fine, std::abs(fine - share(margin, overlap, place, 1)) + 1e-12 * fine};
}

Barrier barrier(double load, double margin, const std::vector<double>& places) {
    Model model;
    model.weights = WeightSet::Spherical;
    model.margin = margin;
    const SaddlePoint typical = replica_symmetric(model, load);
    if (!typical.stable()) {
        throw NoSaddlePoint(
            fmt::format("{}, load {:.6g}: replica symmetry is not stable, typical solutions have "
                        "more than one overlap",
                        model.name(), load));
    }
    Barrier out;
    out.overlap = typical.overlap;
    for (const double place : places) {
        out.errors.push_back(error_between(margin, out.overlap.value, place));
    }
    return out;
}

}  // namespace steppe::theory

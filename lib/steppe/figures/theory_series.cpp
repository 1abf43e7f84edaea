#include "steppe/figures/theory_series.hpp"

#include <cmath>
#include <limits>

namespace steppe {

void add_theory(Figure& figure, const std::string& name, const TheoryCurve& curve) {
    constexpr double gap = std::numeric_limits<double>::quiet_NaN();
    Series solid{name, Style::Theory, curve.x, curve.y}, dashed{name, Style::Beyond, curve.x, {}};
    const std::size_t count = curve.x.size();
    bool any = false;
    for (std::size_t i = 0; i < count; ++i) {
        // The dashes begin at the last point that holds.
        const bool next = (i > 0 && !curve.holds[i - 1]) || (i + 1 < count && !curve.holds[i + 1]);
        const bool here = !curve.holds[i];
        any = any || here;
        dashed.y.push_back(here || next ? curve.y[i] : gap);
        if (here) solid.y[i] = gap;
    }
    // A single point is no line.
    if (count == 1) solid = {name, Style::Points, curve.x, curve.y};
    figure.series.push_back(std::move(solid));
    if (any && count > 1) figure.series.push_back(std::move(dashed));
}

Drawing theory_drawing(const places::Place& place, const std::string& subject) {
    Drawing out{place.measure, subject, place.figure()};
    out.theory = true;
    return out;
}

Drawing capacity_mark(double load) {
    Drawing out = theory_drawing(places::solved, "");
    out.figure.series.push_back({"capacity", Style::Bound, {load, load}, {0.0, 1.0}});
    out.beside = true;
    return out;
}

double distance_bound(double distance, bool spherical) {
    if (spherical) {
        const double overlap = 1.0 - 2.0 * distance;
        return 0.5 * std::log1p(-overlap * overlap);
    }
    const auto part = [](double p) { return p > 0.0 ? -p * std::log(p) : 0.0; };
    return part(distance) + part(1.0 - distance);
}

}  // namespace steppe

#include "steppe/theory/local/wide_regions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "steppe/error.hpp"
#include "steppe/theory/local/clone_averages.hpp"
#include "steppe/theory/root.hpp"

namespace steppe::theory {
namespace {

/// The load at which S(d) is flat at a given distance, searched for from the last one found.
class FlatLoad {
  public:
    explicit FlatLoad(const Model& model) : model_(model) {}

    /// NaN where S(d) rises up to the load at which such distances are those of typical solutions.
    double operator()(double distance) {
        overlap_ = 1.0 - 2.0 * distance;
        double low = load_, high = load_;
        double at_low = slope(low), at_high = at_low;
        double by = 1.02;
        while (at_low > 0.0) {  // falls with the distance already
            high = low;
            at_high = at_low;
            low /= by;
            by *= by;
            at_low = slope(low);
        }
        while (at_high < 0.0) {
            low = high;
            at_low = at_high;
            high *= by;
            by = std::min(1.2, by * by);
            at_high = slope(high);
        }
        if (std::isnan(at_low) || std::isnan(at_high)) return at_high;
        return load_ = root_between([this](double load) { return slope(load); }, low, high, at_low,
                                    at_high, 1e-12)
                           .value;
    }

    const CloneOrder* order() const { return order_ ? &*order_ : nullptr; }

  private:
    /// dS/dq1, of the sign of load - flat load; NaN where there is no saddle point.
    double slope(double load) {
        try {
            order_ = clone_order(model_, load, infinitely_many, overlap_, order());
        } catch (const NoSaddlePoint&) {
            return std::numeric_limits<double>::quiet_NaN();
        }
        return clone_sums(model_, load, *order_, usual_fineness).slope;
    }

    const Model& model_;
    double load_ = 0.3, overlap_ = 0.0;
    std::optional<CloneOrder> order_;
};

}  // namespace

std::vector<WideRegion> wide_regions(const Model& model, double load, double clones,
                                     const std::vector<double>& distances) {
    std::vector<WideRegion> out;
    for (const double distance : distances) {
        if (!(distance > 0.0 && distance < 0.5)) {
            throw Error(
                fmt::format("wide regions: a distance is between 0 and 1/2, not {}", distance));
        }
        const double overlap = 1.0 - 2.0 * distance;
        const CloneOrder* near = out.empty() ? nullptr : &out.back().order;
        const CloneEntropy at = clone_entropy(model, load, clones, overlap, near);
        WideRegion region;
        region.distance = distance;
        region.entropy = at.entropy;
        region.without_patterns = clone_entropy({}, 0.0, clones, overlap, near).entropy;
        region.rise = {-2.0 * at.slope.value, 2.0 * at.slope.error};
        region.order = at.order;
        region.residual = at.residual;
        out.push_back(region);
    }
    return out;
}

WideRegionsEnd wide_regions_end(const Model& model) {
    // Small distances are flat at large loads only, large ones at none: between them is a minimum.
    FlatLoad flat(model);
    std::vector<std::pair<double, double>> points;
    for (double distance = 0.01; distance < 0.495; distance *= 1.25) {
        const double load = flat(distance);
        if (std::isnan(load)) break;
        points.emplace_back(distance, load);
    }
    const auto lowest =
        std::min_element(points.begin(), points.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (points.size() < 3 || lowest == points.begin() || lowest == std::prev(points.end())) {
        throw NoSaddlePoint("wide regions: no load at which S(d) stops being monotone");
    }
    const auto [distance, load] =
        minimum_between(std::ref(flat), std::prev(lowest)->first, std::next(lowest)->first);
    const CloneEntropy at =
        clone_entropy(model, load, infinitely_many, 1.0 - 2.0 * distance, flat.order());
    // How the slope changes with the load, for its error.
    const CloneEntropy above =
        clone_entropy(model, 1.001 * load, infinitely_many, 1.0 - 2.0 * distance, &at.order);
    const double bend = std::abs(above.slope.value - at.slope.value) / (0.001 * load);
    return {{load, (std::abs(at.slope.value) + at.slope.error) / bend},
            {distance, 1e-6 * distance}};
}

}  // namespace steppe::theory

#include "steppe/theory/local/clones.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "steppe/error.hpp"
#include "steppe/theory/local/clone_averages.hpp"
#include "steppe/theory/root.hpp"

namespace steppe::theory {

namespace {

/// Where the entropy is 0, at the usual fineness.
struct Zero {
    double load = 0.0, slope = 0.0;
    CloneOrder order;
};

/// By Newton's rule, held below loads that have no saddle point any more.
Zero zero_entropy(const Model& model, double clones, double overlap, double start,
                  const CloneOrder* near) {
    double load = start, below = 0.0, above = infinitely_many;
    std::optional<CloneOrder> order;
    if (near != nullptr) order = *near;
    for (int step = 0; step < 60 && above - below > 1e-3 * load; ++step) {
        try {
            order = clone_order(model, load, clones, overlap, order ? &*order : nullptr);
        } catch (const NoSaddlePoint&) {
            above = load;
            load = 0.5 * (above + below);
            continue;
        }
        below = load;
        const CloneSums sums = clone_sums(model, load, *order, usual_fineness);
        const double change = -sums.entropy / sums.patterns.value;
        if (std::abs(change) <= 1e-11 * load) return {load, sums.slope, *order};
        load = std::max(load + change, 0.1 * load);
        if (load >= above) load = 0.5 * (above + below);
    }
    throw NoSaddlePoint(
        fmt::format("clones: {} clones at overlap {} have no load at which their entropy is 0: "
                    "they become typical solutions before",
                    clones, overlap));
}

/// The same load with its error.
CloneLoad with_error(const Model& model, double clones, double overlap, const Zero& zero) {
    CloneLoad out;
    out.at = clone_entropy(model, zero.load, clones, overlap, &zero.order);
    const double change = -out.at.entropy.value / out.at.load_slope.value;
    out.load = {zero.load + change,
                std::abs(change) + out.at.entropy.error / std::abs(out.at.load_slope.value)};
    return out;
}

}  // namespace

CloneLoad clone_load(const Model& model, double clones, double overlap, double start,
                     const CloneOrder* near) {
    return with_error(model, clones, overlap, zero_entropy(model, clones, overlap, start, near));
}

CloneThreshold clone_threshold(const Model& model, double clones) {
    if (!(clones > 1.0 && std::isfinite(clones))) {
        throw Error(
            fmt::format("clones: an overlap gap is one of more than one, finitely many, not "
                        "of {}",
                        clones));
    }
    std::optional<Zero> at, least;
    Value place;
    double bend = 0.0;
    // The slope along the line of entropy 0 has the sign of the load's change with the overlap.
    const auto slope_at = [&](double overlap) {
        at = zero_entropy(model, clones, overlap, at ? at->load : 0.5, at ? &at->order : nullptr);
        return at->slope;
    };
    // From far to near, the least of all turns: up to where the load is well above it.
    double far = 0.0, f_far = 0.0;
    for (double distance = 0.2; distance > 1e-4; distance *= 0.6) {
        const double overlap = 1.0 - 2.0 * distance;
        double f = 0.0;
        try {
            f = slope_at(overlap);
        } catch (const NoSaddlePoint&) {
            continue;
        }
        if (least && at->load > 1.02 * least->load) break;
        if (f_far < 0.0 && f > 0.0) {
            const Zero here = *at;
            const Value root = root_between(slope_at, far, overlap, f_far, f, 1e-8);
            slope_at(root.value);
            if (!least || at->load < least->load) {
                least = at;
                bend = (f - f_far) / (overlap - far);
                place = root;
            }
            at = here;
        }
        far = overlap;
        f_far = f;
    }
    if (least) {
        const CloneLoad found = with_error(model, clones, place.value, *least);
        place.error += (std::abs(found.at.slope.value) + found.at.slope.error) / std::abs(bend);
        return {found.load, place, found.at.order};
    }
    throw NoSaddlePoint(fmt::format("clones: {} clones have no overlap gap that opens", clones));
}

}  // namespace steppe::theory

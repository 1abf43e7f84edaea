#include "steppe/theory/clones.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "steppe/error.hpp"
#include "steppe/theory/clone_averages.hpp"
#include "steppe/theory/root.hpp"

namespace steppe::theory {

CloneLoad clone_load(const CloneSystem& system, double clones, double overlap, double start,
                     const CloneOrder* near) {
    // Newton's rule, held below loads that have no saddle point any more.
    double load = start, below = 0.0, above = infinitely_many;
    std::optional<CloneOrder> order;
    if (near != nullptr) order = *near;
    for (int step = 0; step < 60 && above - below > 1e-3 * load; ++step) {
        try {
            order = clone_order(system, load, clones, overlap, order ? &*order : nullptr);
        } catch (const NoSaddlePoint&) {
            above = load;
            load = 0.5 * (above + below);
            continue;
        }
        below = load;
        const CloneSums sums = clone_sums(system, load, *order, usual_fineness);
        const double change = -sums.entropy / sums.patterns.value;
        if (std::abs(change) <= 1e-7 * load) {
            const CloneEntropy at = clone_entropy(system, load + change, clones, overlap, &*order);
            const double off = std::abs(at.entropy.value) + at.entropy.error;
            return {{load + change, off / std::abs(at.load_slope.value)}, at};
        }
        load = std::max(load + change, 0.1 * load);
        if (load >= above) load = 0.5 * (above + below);
    }
    throw NoSaddlePoint(
        fmt::format("clones: {} clones at overlap {} have no load at which their entropy is 0: "
                    "they become typical solutions before",
                    clones, overlap));
}

CloneThreshold clone_threshold(const CloneSystem& system, double clones) {
    if (!(clones > 1.0 && std::isfinite(clones))) {
        throw Error(
            fmt::format("clones: an overlap gap is one of more than one, finitely many, not "
                        "of {}",
                        clones));
    }
    std::optional<CloneLoad> at;
    // The slope along the line of entropy 0 has the sign of the load's change with the overlap.
    const auto slope_at = [&](double overlap) {
        at = clone_load(system, clones, overlap, at ? at->load.value : 0.5,
                        at ? &at->at.order : nullptr);
        return at->at.slope.value;
    };
    // From far to near: the loads fall, then rise.
    double far = 0.0, f_far = 0.0;
    for (double distance = 0.2; distance > 1e-4; distance *= 0.7) {
        const double overlap = 1.0 - 2.0 * distance;
        double f = 0.0;
        try {
            f = slope_at(overlap);
        } catch (const NoSaddlePoint&) {
            continue;
        }
        if (f_far < 0.0 && f > 0.0) {
            const Value root = root_between(slope_at, far, overlap, f_far, f, 1e-9);
            const double bend = (f - f_far) / (overlap - far);
            slope_at(root.value);
            return {at->load,
                    {root.value, root.error + at->at.slope.error / std::abs(bend)},
                    at->at.order};
        }
        far = overlap;
        f_far = f;
    }
    throw NoSaddlePoint(fmt::format("clones: {} clones have no overlap gap that opens", clones));
}

}  // namespace steppe::theory

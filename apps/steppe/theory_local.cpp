#include <fmt/format.h>

#include <cmath>

#include "steppe/theory/local/clones.hpp"
#include "steppe/theory/local/cross_entropy.hpp"
#include "steppe/theory/local/franz_parisi.hpp"
#include "steppe/theory/local/planted.hpp"
#include "steppe/theory/local/wide_regions.hpp"
#include "theory_points.hpp"

namespace steppe::cli {

namespace {

using namespace theory;

constexpr double usual_distances[] = {0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2};

std::vector<double> distances_of(const TheoryRequest& r) {
    if (r.distances.empty()) return {std::begin(usual_distances), std::end(usual_distances)};
    for (const double distance : r.distances) {
        if (!(distance > 0.0 && distance < 0.5)) {
            throw Error(
                fmt::format("--distance {}: a distance (1 - overlap)/2 is above 0 and below "
                            "0.5",
                            distance));
        }
    }
    return r.distances;
}

/// A point of a local entropy, under the names that measured ones have.
struct Near {
    double distance = 0.0;
    /// From what the solutions are round: of wide regions from their middle.
    double centre_distance = 0.0;
    Value entropy;
    double bound = 0.0;
    std::optional<double> field, mutual_overlap;
};

TheoryPoint point_of(const TheoryRequest& r, double load, const Near& near) {
    TheoryPoint point{{"model", r.model.name()}, {"load", load}, {"round", r.round}};
    point["distance"] = near.distance;
    point["centre_distance"] = near.centre_distance;
    put_answer(point, "local_entropy", near.entropy);
    point["bound"] = near.bound;
    point["field"] = near.field ? TheoryPoint(*near.field) : TheoryPoint();
    point["mutual_distance"] =
        near.mutual_overlap ? TheoryPoint(0.5 * (1.0 - *near.mutual_overlap)) : TheoryPoint();
    return point;
}

/// Points one after the other at the distances asked for. Of the usual distances those that come
/// before the first without a saddle point: beyond that of typical solutions there is none.
template <class At>
void add_points(const TheoryRequest& r, double load, const At& at, TheoryPoints& out) {
    const std::size_t before = out.size();
    for (const double distance : distances_of(r)) {
        try {
            out.push_back(point_of(r, load, at(distance)));
        } catch (const NoSaddlePoint&) {
            if (!r.distances.empty() || out.size() == before) throw;
            return;
        }
    }
}

void add_round_teacher(const TheoryRequest& r, double load, TheoryPoints& out) {
    if (r.model.labels != Labels::Teacher) {
        throw Error("--round teacher: there is one with --labels teacher");
    }
    const auto at = [&](double distance) -> Near {
        const PlantedPoint found = planted_local_entropy(r.model, load, 1.0 - 2.0 * distance);
        return {distance,    distance,          found.entropy,
                found.bound, found.field.value, found.saddle.overlap.value};
    };
    add_points(r, load, at, out);
}

void add_round_reference(const TheoryRequest& r, double load, TheoryPoints& out) {
    const Reference reference =
        r.round == "cross-entropy"
            ? cross_entropy_minimum(r.model.weights, load, r.norm).reference
            : typical_reference(r.model, load, r.reference_margin.value_or(r.model.margin));
    const auto at = [&](double distance) -> Near {
        const LocalEntropyPoint found = franz_parisi(r.model, reference, 1.0 - 2.0 * distance);
        return {distance,    distance,          found.entropy,
                found.bound, found.field.value, found.mutual.value};
    };
    add_points(r, load, at, out);
}

void add_wide(const TheoryRequest& r, double load, TheoryPoints& out) {
    const auto at = [&](double distance) -> Near {
        const WideRegion region = wide_regions(r.model, load, r.replicas, {distance}).front();
        // The distance is that of two of the solutions that look for the region together; their
        // mean has overlap sqrt(q1) with each.
        const double overlap = 1.0 - 2.0 * distance;
        return {distance,
                0.5 * (1.0 - std::sqrt(overlap)),
                region.entropy,
                region.without_patterns.value,
                {},
                overlap};
    };
    add_points(r, load, at, out);
}

}  // namespace

TheoryPoints local_entropy_points(const TheoryRequest& r) {
    TheoryPoints out;
    for (const double load : r.loads) {
        if (r.round == "teacher") {
            add_round_teacher(r, load, out);
        } else if (r.round == "wide") {
            add_wide(r, load, out);
        } else {
            add_round_reference(r, load, out);
        }
    }
    return out;
}

namespace {

/// JSON has no infinite numbers.
TheoryPoint count_of(double clones) {
    return std::isfinite(clones) ? TheoryPoint(clones) : TheoryPoint("infinite");
}

/// Where the overlap gap of a few opens; of infinitely many where wide regions fall apart.
TheoryPoint threshold_point(const Model& model, double clones) {
    TheoryPoint point{{"model", model.name()}, {"clones", count_of(clones)}};
    Value load, overlap;
    if (std::isfinite(clones)) {
        const CloneThreshold found = clone_threshold(model, clones);
        load = found.load;
        overlap = found.overlap;
    } else {
        const WideRegionsEnd found = wide_regions_end(model);
        load = found.load;
        overlap = {1.0 - 2.0 * found.distance.value, 2.0 * found.distance.error};
    }
    point["load"] = load.value;
    put_answer(point, "threshold", load);
    put(point, "overlap", overlap);
    point["distance"] = 0.5 * (1.0 - overlap.value);
    return point;
}

}  // namespace

TheoryPoints clone_points(const TheoryRequest& r) {
    TheoryPoints out;
    for (const double clones : r.clones) {
        if (!(clones > 1.0)) {
            throw Error(
                fmt::format("--clones {}: that is more than 1, 2 or more to be counted", clones));
        }
        if (r.distances.empty()) {
            out.push_back(threshold_point(r.model, clones));
            continue;
        }
        for (const double load : r.loads) {
            for (const double distance : distances_of(r)) {
                const CloneEntropy found =
                    clone_entropy(r.model, load, clones, 1.0 - 2.0 * distance);
                TheoryPoint point{{"model", r.model.name()}, {"clones", count_of(clones)}};
                point["load"] = load;
                point["distance"] = distance;
                point["overlap"] = found.order.overlap;
                put_answer(point, "entropy", found.entropy);
                out.push_back(point);
            }
        }
    }
    return out;
}

}  // namespace steppe::cli

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "steppe/error.hpp"
#include "steppe/figures/theory_curves.hpp"
#include "steppe/theory/local/franz_parisi.hpp"
#include "steppe/theory/local/planted.hpp"
#include "steppe/theory/local/reference.hpp"
#include "steppe/theory/local/wide_regions.hpp"

// Local entropies of theory against the distance from what they are round.
namespace steppe {

namespace {

using theory::Model;

struct LocalPoint {
    double entropy = std::numeric_limits<double>::quiet_NaN();
    bool holds = true;
};

/// Evenly up to a distance; a gap where there is no saddle point. Error where there is none at all.
std::vector<Drawing> against_distance(const Model& model, double load, const char* round_what,
                                      double to,
                                      const std::function<LocalPoint(double)>& point_at) {
    const int points = affordable_points(model, 40);
    const bool spherical = model.weights == theory::WeightSet::Spherical;
    TheoryCurve curve, less;
    std::string why;
    bool any = false;
    for (int i = 1; i <= points; ++i) {
        // Fine where curves are steep, and never at overlap 0.
        const double part = static_cast<double>(i) / points;
        const double distance = std::min(to * part * std::sqrt(part), 0.4999);
        LocalPoint point;
        try {
            point = point_at(distance);
            // Of +-1 weights it is the logarithm of a number: below 0 there are none.
            point.holds = point.holds && (spherical || point.entropy >= 0.0);
            any = true;
        } catch (const theory::NoSaddlePoint& missing) {
            why = missing.what();
        }
        curve.add(distance, point.entropy, point.holds);
        less.add(distance, point.entropy - distance_bound(distance, spherical), point.holds);
    }
    if (!any) throw theory::NoSaddlePoint(why);
    const std::string subject = fmt::format("{}, load {:.3g}, {}", model.name(), load, round_what);
    Drawing entropies = theory_drawing(places::local_entropy, subject),
            taken = theory_drawing(places::entropy_less_bound, subject);
    entropies.beside = taken.beside = true;
    add_theory(entropies.figure, "", curve);
    add_theory(taken.figure, "", less);
    return {entropies, taken};
}

}  // namespace

std::vector<Drawing> theory_round_teacher(const Model& model, double load, double to) {
    return against_distance(
        model, load, names::round_teacher, to, [&](double distance) -> LocalPoint {
            const theory::PlantedPoint at =
                theory::planted_local_entropy(model, load, 1.0 - 2.0 * distance);
            return {at.entropy.value, at.saddle.stable()};
        });
}

std::vector<Drawing> theory_of_wide_regions(const Model& model, double load, double to) {
    if (model.weights != theory::WeightSet::Binary || model.units != 1 || model.hot() ||
        model.rule != theory::Rule::Majority) {
        throw Error(fmt::format("wide regions are known of +-1 weights and one unit, not of a {}",
                                model.name()));
    }
    return against_distance(
        model, load, names::wide_regions, to, [&](double distance) -> LocalPoint {
            // The middle has this overlap with each of the solutions that are pairwise at its
            // square.
            const double overlap = 1.0 - 2.0 * distance;
            const double mutual = 0.5 * (1.0 - overlap * overlap);
            const double clones = std::numeric_limits<double>::infinity();
            return {theory::wide_regions(model, load, clones, {mutual}).front().entropy.value};
        });
}

std::vector<Drawing> theory_round_typical(const Model& model, double load, double to) {
    if (model.labels == theory::Labels::Teacher) {
        throw Error("round typical solutions it is known with random labels");
    }
    const theory::Reference reference = theory::typical_reference(model, load, model.margin);
    return against_distance(
        model, load, names::round_typical, to, [&](double distance) -> LocalPoint {
            return {theory::franz_parisi(model, reference, 1.0 - 2.0 * distance).entropy.value};
        });
}

}  // namespace steppe

#include "steppe/figures/theory_curves.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>

#include "steppe/theory/typical/learning_errors.hpp"
#include "steppe/theory/typical/replica_symmetric.hpp"
#include "steppe/theory/typical/stability_distribution.hpp"
#include "steppe/theory/typical/state_evolution.hpp"
#include "steppe/theory/typical/transitions.hpp"

namespace steppe {

namespace {

using theory::Model;
using theory::SaddlePoint;

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t curve_points = 120;

std::string subject_of(const Model& model, double load) {
    return fmt::format("{}, load {:.3g}", model.name(), load);
}

/// Stable, and not above the capacity, where +-1 weights have an entropy below 0.
bool holds(const Model& model, const SaddlePoint& saddle) {
    const bool discrete = model.weights != theory::WeightSet::Spherical;
    return saddle.stable() && !(discrete && !model.hot() && saddle.entropy.value < 0.0);
}

/// Those that there are: all at once, and where one is missing one by one.
std::vector<SaddlePoint> saddle_points(const Model& model, const std::vector<double>& loads) {
    try {
        return theory::replica_symmetric(model, loads);
    } catch (const theory::NoSaddlePoint&) {
    }
    std::vector<SaddlePoint> out;
    std::string why;
    for (const double load : loads) {
        try {
            out.push_back(theory::replica_symmetric(model, load));
        } catch (const theory::NoSaddlePoint& missing) {
            why = missing.what();
        }
    }
    if (out.empty()) throw theory::NoSaddlePoint(why);
    return out;
}

/// A saddle point of a curve; without one a gap.
struct Branch {
    double load = 0.0;
    std::optional<SaddlePoint> saddle;
    bool holds = true;
};

/// The saddle points, and where the teacher has become the only solution first those in which
/// message passing stays: metastable, and not what holds.
std::vector<Branch> branches(const Model& model, const std::vector<double>& loads) {
    std::vector<Branch> out, alone;
    bool stays = true;
    for (const SaddlePoint& saddle : saddle_points(model, loads)) {
        if (!saddle.teacher_alone) {
            out.push_back({saddle.load, saddle, holds(model, saddle)});
            continue;
        }
        alone.push_back({saddle.load, saddle, true});
        if (!stays) continue;
        const std::vector<SaddlePoint> all = theory::all_saddle_points(model, saddle.load);
        stays = !all.empty() && !all.front().teacher_alone;
        if (stays) out.push_back({saddle.load, all.front(), false});
    }
    if (!alone.empty()) out.push_back({alone.front().load, {}, true});
    out.insert(out.end(), alone.begin(), alone.end());
    return out;
}

Drawing beside(const places::Place& place, const std::string& subject) {
    Drawing out = theory_drawing(place, subject);
    out.beside = true;
    return out;
}

}  // namespace

int affordable_points(const Model& model, int points) {
    return model.units == 1 || model.units == Model::infinite ? points : points / 4;
}

std::vector<Drawing> theory_of_loads(const Model& model, const std::vector<double>& loads) {
    const bool taught = model.labels == theory::Labels::Teacher;
    TheoryCurve entropy, overlap, gibbs, bayes, clipped;
    for (const Branch& at : branches(model, loads)) {
        entropy.add(at.load, at.saddle ? at.saddle->free_entropy.value : none, at.holds);
        overlap.add(at.load, at.saddle ? at.saddle->overlap.value : none, at.holds);
        theory::LearningErrors errors{{none, 0.0}, {none, 0.0}, {none, 0.0}};
        if (taught && at.saddle) errors = theory::learning_errors(model, *at.saddle);
        gibbs.add(at.load, errors.gibbs.value, at.holds);
        bayes.add(at.load, errors.bayes.value, at.holds);
        clipped.add(at.load, errors.clipped.value, at.holds);
    }
    std::vector<Drawing> out{beside(places::entropy, model.name()),
                             beside(places::overlap, model.name())};
    add_theory(out[0].figure, "", entropy);
    add_theory(out[1].figure, "", overlap);
    if (taught) {
        out.push_back(beside(places::errors, model.name()));
        add_theory(out[2].figure, "Gibbs", gibbs);
        add_theory(out[2].figure, "Bayes", bayes);
        add_theory(out[2].figure, "clipped", clipped);
    }
    return out;
}

std::optional<Drawing> theory_of_capacity(const Model& model) {
    const theory::Transitions found = theory::transitions(model);
    if (!found.capacity) return {};
    return capacity_mark(found.capacity->value);
}

std::vector<Drawing> theory_of_stabilities(const Model& model, double load, double to) {
    const SaddlePoint saddle = theory::replica_symmetric(model, load);
    const bool good = holds(model, saddle);
    TheoryCurve curve;
    // The density jumps at the margin.
    curve.add(model.margin, 0.0, good);
    for (std::size_t i = 0; i <= curve_points; ++i) {
        const double part = static_cast<double>(i) / static_cast<double>(curve_points);
        const double h = model.margin + part * (to - model.margin);
        const double inside = i == 0 ? std::nextafter(h, to) : h;
        curve.add(h, theory::stability_density(model, saddle, inside), good);
    }
    Drawing typical = beside(places::typical_stabilities, subject_of(model, load)),
            given = beside(places::stabilities, subject_of(model, load));
    add_theory(typical.figure, "", curve);
    add_theory(given.figure, "typical solutions", curve);
    return {typical, given};
}

std::vector<Drawing> theory_of_iterations(const Model& model, double load, std::size_t iterations) {
    const std::vector<theory::Order> orders = theory::state_evolution(model, load, iterations);
    TheoryCurve overlap, teacher;
    for (std::size_t t = 0; t < orders.size(); ++t) {
        overlap.add(static_cast<double>(t), orders[t].overlap);
        teacher.add(static_cast<double>(t), orders[t].teacher);
    }
    std::vector<Drawing> out{beside(places::run_overlap, subject_of(model, load))};
    add_theory(out.front().figure, "", overlap);
    if (model.labels == theory::Labels::Teacher) {
        out.push_back(beside(places::run_teacher, subject_of(model, load)));
        add_theory(out.back().figure, "", teacher);
    }
    return out;
}

}  // namespace steppe

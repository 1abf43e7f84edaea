#include "theory_points.hpp"

#include <fmt/format.h>

#include <cmath>

#include "steppe/theory/broken/broken.hpp"
#include "steppe/theory/prior.hpp"
#include "steppe/theory/root.hpp"
#include "steppe/theory/typical/learning_errors.hpp"
#include "steppe/theory/typical/replica_symmetric.hpp"
#include "steppe/theory/typical/stability_distribution.hpp"
#include "steppe/theory/typical/state_evolution.hpp"
#include "steppe/theory/typical/transitions.hpp"

namespace steppe::cli {

namespace {

void put_under(TheoryPoint& point, const std::string& name, const std::string& error_name,
               const std::optional<theory::Value>& value) {
    point[name] = value ? TheoryPoint(value->value) : TheoryPoint();
    point[error_name] = value ? TheoryPoint(value->error) : TheoryPoint();
}

}  // namespace

void put_answer(TheoryPoint& point, const std::string& name,
                const std::optional<theory::Value>& value) {
    put_under(point, name, "error", value);
}

void put(TheoryPoint& point, const std::string& name, const std::optional<theory::Value>& value) {
    put_under(point, name, name + "_error", value);
}

namespace {

using namespace theory;

TheoryPoint point_at(const TheoryRequest& r, double load) {
    return {{"model", r.model.name()}, {"load", load}};
}

/// What must be known to read the number.
std::string note_on(const Model& model, const SaddlePoint& saddle) {
    if (saddle.teacher_alone) return "the teacher is the only solution";
    // Of spherical weights it is the logarithm of a volume.
    const bool discrete = model.weights != WeightSet::Spherical;
    if (discrete && saddle.entropy.value < 0.0) {
        return model.hot() ? "the entropy is negative: what is met is frozen"
                           : "above the capacity: the entropy is negative";
    }
    return saddle.stable() ? "" : "replica symmetry is unstable";
}

void put_stability(TheoryPoint& point, const Model& model, const SaddlePoint& saddle) {
    put(point, "replicon", saddle.replicon);
    point["stable"] = saddle.stable();
    point["note"] = note_on(model, saddle);
}

TheoryPoints entropy(const TheoryRequest& r) {
    TheoryPoints out;
    for (const SaddlePoint& saddle : replica_symmetric(r.model, r.loads)) {
        TheoryPoint point = point_at(r, saddle.load);
        put_answer(point, "entropy", saddle.entropy);
        if (r.model.hot()) {
            put(point, "free_entropy", saddle.free_entropy);
            put(point, "error_rate", saddle.errors);
        }
        put(point, "overlap", saddle.overlap);
        put_stability(point, r.model, saddle);
        out.push_back(point);
    }
    return out;
}

TheoryPoints overlap(const TheoryRequest& r) {
    TheoryPoints out;
    for (const SaddlePoint& saddle : replica_symmetric(r.model, r.loads)) {
        TheoryPoint point = point_at(r, saddle.load);
        put_answer(point, "overlap", saddle.overlap);
        if (r.model.labels == Labels::Teacher) put(point, "teacher_overlap", saddle.teacher);
        if (r.model.weights == WeightSet::Ternary) point["norm"] = saddle.order.norm;
        point["conjugate"] = saddle.conjugates.overlap;
        put_stability(point, r.model, saddle);
        out.push_back(point);
    }
    return out;
}

TheoryPoints generalisation(const TheoryRequest& r) {
    TheoryPoints out;
    for (const SaddlePoint& saddle : replica_symmetric(r.model, r.loads)) {
        const LearningErrors errors = learning_errors(r.model, saddle);
        TheoryPoint point = point_at(r, saddle.load);
        // What is called the generalisation error of a student is that of one drawn at random.
        put_answer(point, "generalisation", errors.gibbs);
        point["gibbs_error"] = errors.gibbs.value;
        point["bayes_error"] = errors.bayes.value;
        point["clipped_error"] = errors.clipped.value;
        put(point, "teacher_overlap", saddle.teacher);
        put(point, "entropy", saddle.entropy);
        put_stability(point, r.model, saddle);
        out.push_back(point);
    }
    return out;
}

/// What must be known to read the capacity, or why there is none.
std::string note_on(const Model& model, const Transitions& found) {
    if (found.capacity) {
        return found.instability ? "replica symmetry is unstable below it: an upper estimate" : "";
    }
    if (model.labels == Labels::Teacher) {
        return found.first_order ? "" : "the load of no solutions is not known with a teacher";
    }
    if (model.hot()) return "at finite beta spherical weights have no capacity";
    if (model.weights == WeightSet::Ternary && model.keeps_without_field()) {
        return "weights of 0 store all patterns: no capacity";
    }
    if (model.units == Model::infinite && model.unit == Unit::Sign) {
        return "it rises with the number of sign units, without end";
    }
    return "the capacity of this model is not known";
}

TheoryPoints capacity(const TheoryRequest& r) {
    TheoryPoints out;
    for (const double margin : r.margins) {
        Model model = r.model;
        model.margin = margin;
        model.validate();
        Model without_margin = model;
        without_margin.margin = 0.0;
        TheoryPoint point{{"model", without_margin.name()}, {"margin", margin}};
        if (r.steps > 0) {
            const BrokenCapacity found = broken_capacity(model, r.steps);
            point["load"] = found.load.value;
            put_answer(point, "capacity", found.load);
            point["steps"] = r.steps;
            point["broken"] = found.broken;
            point["overlaps"] = found.overlaps;
            point["scales"] = found.scales;
            out.push_back(point);
            continue;
        }
        const Transitions found = transitions(model);
        point["load"] = found.capacity ? TheoryPoint(found.capacity->value) : TheoryPoint();
        put_answer(point, "capacity", found.capacity);
        put(point, "overlap", found.overlap);
        put(point, "replicon", found.replicon);
        put(point, "instability", found.instability);
        if (model.labels == Labels::Teacher) {
            put(point, "first_order", found.first_order);
            put(point, "spinodal", found.spinodal);
        }
        point["note"] = note_on(model, found);
        out.push_back(point);
    }
    return out;
}

/// From the margin to 4 above it; where patterns below it are met, from as far below.
std::vector<double> usual_stabilities(const Model& model) {
    const bool band = model.rule == Rule::Band;
    const double low = band ? -model.margin : model.hot() ? model.margin - 4.0 : model.margin;
    return even_grid(low, band ? model.margin : model.margin + 4.0, 41);
}

TheoryPoints stabilities(const TheoryRequest& r) {
    TheoryPoints out;
    for (const SaddlePoint& saddle : replica_symmetric(r.model, r.loads)) {
        for (const double h : r.stabilities.empty() ? usual_stabilities(r.model) : r.stabilities) {
            TheoryPoint point = point_at(r, saddle.load);
            point["stability"] = h;
            point["density"] = stability_density(r.model, saddle, h);
            out.push_back(point);
        }
    }
    return out;
}

TheoryPoints evolution(const TheoryRequest& r) {
    TheoryPoints out;
    // As `steppe solve` starts: fields drawn evenly from within 0.01 of 0.
    Order start = prior_averages(r.model.weights, {}).order;
    start.overlap = 0.01 * 0.01 / 3.0;
    for (const double load : r.loads) {
        const std::vector<Order> orders = state_evolution(r.model, load, r.iterations, start);
        for (std::size_t t = 0; t < orders.size(); ++t) {
            TheoryPoint point = point_at(r, load);
            point["iteration"] = t;
            point["overlap"] = orders[t].overlap;
            if (r.model.labels == Labels::Teacher) point["teacher_overlap"] = orders[t].teacher;
            out.push_back(point);
        }
    }
    return out;
}

}  // namespace

const std::vector<TheoryQuantity>& theory_quantities() {
    static const std::vector<TheoryQuantity> all{
        {"entropy", "logarithm of the number of solutions per weight", entropy, {"load"}},
        {"capacity", "the load up to which there are solutions", capacity, {"steps"}},
        {"overlap", "of two solutions drawn at random, and with the teacher", overlap, {"load"}},
        {"generalisation",
         "errors on new patterns, with a teacher's labels",
         generalisation,
         {"load"}},
        {"local-entropy",
         "logarithm of the number of solutions at a distance, per weight",
         local_entropy_points,
         {"load", "distance", "round", "replicas", "reference-margin", "norm"}},
        {"clones",
         "entropy of several solutions at a mutual distance; without distances the load at which "
         "their overlap gap opens",
         clone_points,
         {"load", "distance", "clones"}},
        {"stabilities",
         "their density over the patterns, in a typical solution",
         stabilities,
         {"load", "stability"}},
        {"state-evolution",
         "overlaps after each iteration of approximate message passing, whose fields begin within "
         "0.01 of 0",
         evolution,
         {"load", "iterations"}}};
    return all;
}

}  // namespace steppe::cli

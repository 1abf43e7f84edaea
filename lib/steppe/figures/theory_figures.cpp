#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "steppe/figures/theory_series.hpp"

// The lists of points of `steppe theory --json`.
namespace steppe {

namespace {

using Json = nlohmann::json;
using Points = std::vector<const Json*>;
/// Points of one curve, by its subject.
using Curves = std::vector<std::pair<std::string, Points>>;

std::string model_of(const Json& point) {
    return text_in(point, "model", "");
}

std::string with_load(const Json& point) {
    return fmt::format("{}, load {:.3g}", model_of(point), number_in(point, "load"));
}

Curves curves_of(const Json& list, std::string (*subject)(const Json&)) {
    Curves out;
    for (const Json& point : list) {
        const std::string name = subject(point);
        auto at = std::ranges::find(out, name, &Curves::value_type::first);
        if (at == out.end()) {
            out.emplace_back(name, Points{});
            at = out.end() - 1;
        }
        at->second.push_back(&point);
    }
    return out;
}

bool holds(const Json& point) {
    const auto stable = point.find("stable");
    const bool above = text_in(point, "note", "").starts_with("above the capacity");
    return !above && (stable == point.end() || *stable != false);
}

TheoryCurve curve_of(const Points& points, const char* x, const char* y) {
    TheoryCurve curve;
    for (const Json* point : points) {
        curve.add(number_in(*point, x), number_in(*point, y), holds(*point));
    }
    return curve;
}

bool has(const Json& list, const char* key) {
    return std::ranges::any_of(
        list, [&](const Json& point) { return !std::isnan(number_in(point, key)); });
}

/// A panel of one number against another.
void draw(const Json& list, const places::Place& place, const char* x, const char* y,
          std::string (*subject)(const Json&), std::vector<Drawing>& out,
          const std::string& name = "") {
    if (!has(list, y)) return;
    for (const auto& [whose, points] : curves_of(list, subject)) {
        Drawing drawing = theory_drawing(place, whose);
        add_theory(drawing.figure, name, curve_of(points, x, y));
        out.push_back(std::move(drawing));
    }
}

/// At finite beta what a run has is the free entropy.
void draw_entropy(const Json& list, std::vector<Drawing>& out) {
    draw(list, places::entropy, "load", has(list, "free_entropy") ? "free_entropy" : "entropy",
         model_of, out);
    draw(list, places::overlap, "load", "overlap", model_of, out);
}

void draw_overlap(const Json& list, std::vector<Drawing>& out) {
    draw(list, places::overlap, "load", "overlap", model_of, out);
    draw(list, places::teacher_overlap, "load", "teacher_overlap", model_of, out);
}

void draw_errors(const Json& list, std::vector<Drawing>& out) {
    constexpr std::pair<const char*, const char*> kinds[] = {
        {"gibbs_error", "Gibbs"}, {"bayes_error", "Bayes"}, {"clipped_error", "clipped"}};
    for (const auto& [key, name] : kinds) {
        draw(list, places::errors, "load", key, model_of, out, name);
    }
}

/// The panels of solutions that were found and of typical ones have axes of their own.
void draw_stabilities(const Json& list, std::vector<Drawing>& out) {
    for (const places::Place& place : {places::typical_stabilities, places::stabilities}) {
        const std::size_t before = out.size();
        // What it is beside the stabilities of one solution.
        const bool others = place.measure == std::string_view(places::stabilities.measure);
        draw(list, place, "stability", "density", with_load, out,
             others ? "typical solutions" : "");
        for (std::size_t i = before; i < out.size(); ++i) {
            out[i].beside = true;
            out[i].choice = 1;
        }
    }
}

/// One margin is a mark where there are runs that were to be solved.
void draw_capacity(const Json& list, std::vector<Drawing>& out) {
    Drawing against_margin = theory_drawing(places::capacity, "");
    TheoryCurve curve;
    for (const Json& point : list) {
        const double value = number_in(point, "capacity");
        const double unstable_from = number_in(point, "instability");
        curve.add(number_in(point, "margin"), value, !(unstable_from < value));
    }
    // Models are named with their margins: the first says which they are without.
    const std::string model = model_of(list.front());
    const std::size_t margin = model.find(", margin");
    std::string subject = model.substr(0, margin);
    if (margin != std::string::npos) {
        const std::size_t rest = model.find(", ", margin + 2);
        if (rest != std::string::npos) subject += model.substr(rest);
    }
    const double steps = number_in(list.front(), "steps");
    if (steps > 0.0) {
        subject += fmt::format(", {:g} step{} of broken symmetry", steps, steps == 1.0 ? "" : "s");
    }
    against_margin.subject = subject;
    add_theory(against_margin.figure, "", curve);
    const bool single = list.size() == 1;
    if (single) {
        against_margin.beside = true;
        against_margin.choice = 2;
    }
    out.push_back(std::move(against_margin));
    if (single && std::isfinite(curve.y.front())) {
        out.push_back(capacity_mark(curve.y.front()));
        out.back().choice = 2;
    }
}

void draw_evolution(const Json& list, std::vector<Drawing>& out) {
    draw(list, places::run_overlap, "iteration", "overlap", with_load, out);
    draw(list, places::run_teacher, "iteration", "teacher_overlap", with_load, out);
}

/// By `steppe theory local-entropy --round`.
std::string round_what(const Json& point) {
    const std::string round = text_in(point, "round", "");
    const std::string words = round == "wide"            ? names::wide_regions
                              : round == "teacher"       ? names::round_teacher
                              : round == "solution"      ? names::round_typical
                              : round == "cross-entropy" ? "round minimisers of the cross-entropy"
                                                         : round;
    return words.empty() ? with_load(point) : fmt::format("{}, {}", with_load(point), words);
}

void draw_local_entropy(const Json& list, std::vector<Drawing>& out) {
    for (const auto& [whose, points] : curves_of(list, round_what)) {
        Drawing entropy = theory_drawing(places::local_entropy, whose);
        Drawing less = theory_drawing(places::entropy_less_bound, whose);
        // Of wide regions, whose distances are mutual, that from their middle.
        const char* const where = has(list, "centre_distance") ? "centre_distance" : "distance";
        TheoryCurve curve = curve_of(points, where, "local_entropy");
        // Of +-1 weights it is the logarithm of a number: below 0 there are none.
        const bool spherical = whose.starts_with("spherical");
        for (std::size_t i = 0; i < curve.y.size(); ++i) {
            curve.holds[i] = curve.holds[i] && (spherical || !(curve.y[i] < 0.0));
        }
        const TheoryCurve bound = curve_of(points, where, "bound");
        TheoryCurve taken = curve;
        for (std::size_t i = 0; i < taken.y.size(); ++i) taken.y[i] -= bound.y[i];
        add_theory(entropy.figure, "", curve);
        add_theory(less.figure, "", taken);
        entropy.figure.series.push_back({"without patterns", Style::Bound, bound.x, bound.y});
        out.push_back(std::move(entropy));
        out.push_back(std::move(less));
    }
}

std::string of_clones(const Json& point) {
    return fmt::format("{}, {:g} clones", with_load(point), number_in(point, "clones"));
}

/// Without distances it is where their overlap gap opens.
void draw_clones(const Json& list, std::vector<Drawing>& out) {
    draw(list, places::clone_threshold, "clones", "threshold", model_of, out);
    draw(list, places::clones, "overlap", "entropy", of_clones, out);
}

/// A quantity is known by a key that no other before it has.
struct Quantity {
    const char* key;
    void (*draw)(const Json& list, std::vector<Drawing>& out);
};

constexpr Quantity quantities[] = {
    {"capacity", draw_capacity},           {"gibbs_error", draw_errors},
    {"local_entropy", draw_local_entropy}, {"density", draw_stabilities},
    {"iteration", draw_evolution},         {"clones", draw_clones},
    {"conjugate", draw_overlap},           {"entropy", draw_entropy}};

bool is_list(const Json& object) {
    return object.is_array() && !object.empty() && std::ranges::all_of(object, [](const Json& p) {
               return p.is_object() && p.contains("model") && p["model"].is_string();
           });
}

std::vector<Drawing> drawings(const Content& content) {
    std::vector<Drawing> out;
    for (const Json& list : content.objects) {
        if (!is_list(list)) continue;
        for (const Quantity& quantity : quantities) {
            if (!list.front().contains(quantity.key)) continue;
            quantity.draw(list, out);
            break;
        }
    }
    return out;
}

}  // namespace

Recogniser theory_recogniser() {
    return {"steppe theory QUANTITY --json",
            {"entropy", "overlap", "teacher-overlap", "generalisation", "capacity", "stabilities",
             "typical-stabilities", "convergence", "local-entropy", "clones"},
            drawings};
}

}  // namespace steppe

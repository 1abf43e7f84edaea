#include <algorithm>
#include <map>
#include <utility>

#include "steppe/figures/drawing.hpp"
#include "steppe/landscape/estimate.hpp"

// The results of `steppe study`, a solution a line: means over the solutions of each arm, and the
// test error of each solution.
namespace steppe {

namespace {

using Json = nlohmann::json;
using Rows = std::vector<const Json*>;

constexpr const char* test_error = "test-error";

/// Number by number the mean of what has one shape; null where some have none.
Json mean_of(const Rows& values) {
    const Json& first = *values.front();
    const auto all = [&](const auto& holds) {
        return std::ranges::all_of(values, [&](const Json* value) { return holds(*value); });
    };
    if (all([](const Json& value) { return value.is_number(); })) {
        double sum = 0.0;
        for (const Json* value : values) sum += value->get<double>();
        return sum / static_cast<double>(values.size());
    }
    if (all([&](const Json& value) { return value.is_array() && value.size() == first.size(); })) {
        Json list = Json::array();
        for (std::size_t i = 0; i < first.size(); ++i) {
            Rows parts;
            for (const Json* value : values) parts.push_back(&(*value)[i]);
            list.push_back(mean_of(parts));
        }
        return list;
    }
    if (all([](const Json& value) { return value.is_object(); })) {
        Json object = Json::object();
        for (const auto& [key, value] : first.items()) {
            Rows parts;
            for (const Json* other : values) {
                const auto part = other->find(key);
                if (part != other->end()) parts.push_back(&*part);
            }
            if (parts.size() == values.size()) object[key] = mean_of(parts);
        }
        return object;
    }
    return first.is_string() ? first : Json();
}

/// Of point i of the flatness: over training sets, as in the report, and not that of the noise on
/// one solution.
double flatness_error(const std::vector<std::pair<Json, const Json*>>& of, std::size_t i) {
    std::map<Json, std::vector<double>> sets;
    for (const auto& [set, flatness] : of) {
        sets[set].push_back(number_in(part_of(*flatness, "points")[i], "added_error"));
    }
    std::vector<double> means;
    for (const auto& [set, values] : sets) means.push_back(estimate_of(values).mean);
    return estimate_of(means).error;
}

/// One measure over the solutions that have it. Spectra lie on axes of their own: that of the
/// first.
Json measure_of(const Rows& rows, const std::string& name) {
    Rows answers;
    std::vector<std::pair<Json, const Json*>> of;
    for (const Json* row : rows) {
        const Json& answer = part_of(part_of(*row, "measures"), name.c_str());
        if (!answer.is_object()) continue;
        answers.push_back(&answer);
        of.emplace_back(row->value("set", Json()), &answer);
    }
    if (answers.empty() || name == "hessian") return answers.empty() ? Json() : *answers.front();
    Json mean = mean_of(answers);
    const Json& points = part_of(mean, "points");
    for (std::size_t i = 0; name == "flatness" && i < points.size(); ++i) {
        if (points.is_array() && points[i].is_object()) {
            mean["points"][i]["standard_error"] = flatness_error(of, i);
        }
    }
    return mean;
}

/// Means of an arm's measures.
Json measures_of(const Rows& rows) {
    Json mean = Json::object();
    for (const std::string& name : landscape_recogniser().measures) {
        mean[name] = measure_of(rows, name);
    }
    return mean;
}

Drawing test_errors(const std::string& arm, const Rows& rows) {
    Figure figure;
    figure.x.label = "noise at which accuracy falls by 0.1";
    figure.y.label = "test error";
    Series series{"", Style::Points, {}, {}};
    for (const Json* row : rows) {
        const Json& flatness = part_of(part_of(*row, "measures"), "flatness");
        series.x.push_back(number_in(flatness, "noise_at_tenth"));
        series.y.push_back(number_in(*row, "test_error"));
    }
    figure.series.push_back(std::move(series));
    return {test_error, arm, figure};
}

/// Rows that count, by arm, in the order of their names' first appearance.
std::vector<std::pair<std::string, Rows>> arms_of(const Content& content) {
    std::vector<std::pair<std::string, Rows>> arms;
    for (const Json& row : content.objects) {
        const auto counts = row.find("counts");
        if (counts == row.end() || *counts != true) continue;
        const std::string name = text_in(row, "arm", "");
        auto at = std::ranges::find(arms, name, &std::pair<std::string, Rows>::first);
        if (at == arms.end()) {
            arms.emplace_back(name, Rows{});
            at = arms.end() - 1;
        }
        at->second.push_back(&row);
    }
    return arms;
}

std::vector<Drawing> drawings(const Content& content) {
    std::vector<Drawing> out;
    const bool study = !content.objects.empty() && content.objects.front().is_object() &&
                       content.objects.front().contains("arm");
    if (!study) return out;
    for (const auto& [arm, rows] : arms_of(content)) draw_measures(measures_of(rows), arm, out);
    for (const auto& [arm, rows] : arms_of(content)) out.push_back(test_errors(arm, rows));
    return out;
}

}  // namespace

Recogniser study_recogniser() {
    std::vector<std::string> names = landscape_recogniser().measures;
    names.emplace_back(test_error);
    return {"steppe study, results.jsonl", names, drawings};
}

}  // namespace steppe

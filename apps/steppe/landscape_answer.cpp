#include "landscape_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace steppe::cli {

namespace {

constexpr const char* unfinished_words = "not finished";

/// Of the patterns alone, among measures that may be of a solution.
bool is_of_patterns(std::string_view name) {
    return std::ranges::find(measures_of_patterns, name) != std::end(measures_of_patterns);
}

std::string of_patterns_text(const MeasureJson& measures) {
    std::string text;
    for (const auto& [name, answer] : measures.items()) {
        if (!is_of_patterns(name)) continue;
        text += fmt::format("{:<15}{}\n", "typical",
                            answer.contains("unfinished") ? std::string(unfinished_words)
                                                          : typical_stabilities_line(answer));
    }
    return text;
}

std::string solution_text(const MeasureJson& one, const MeasureJson& patterns) {
    std::string text =
        fmt::format("{:<15}{}: {} of {} patterns wrong\n", "solution",
                    one["solution"].get<std::string>(), one["errors"].dump(), patterns.dump());
    if (one["same_patterns"] == false) {
        text +=
            fmt::format("{:<15}these are not the patterns that the solution was found on\n", "");
    }
    for (const auto& [name, answer] : one["measures"].items()) {
        if (is_of_patterns(name)) continue;
        const bool whole = !answer.contains("unfinished");
        text += fmt::format("{:<15}{}\n", name,
                            whole ? measure_named(name).headline(answer) : unfinished_words);
    }
    return text;
}

/// Name and barrier of each path that was taken.
std::vector<std::pair<std::string, MeasureJson>> paths_of(const MeasureJson& answer) {
    const MeasureJson& barrier = answer["measures"]["barrier"];
    const auto name = [](const MeasureJson& first, const MeasureJson& second) {
        return fmt::format("{} to {}", first.get<std::string>(), second.get<std::string>());
    };
    if (!barrier.contains("pairs")) {
        const MeasureJson& both = answer["solutions"];
        return {{name(both[0]["solution"], both[1]["solution"]), barrier}};
    }
    std::vector<std::pair<std::string, MeasureJson>> paths;
    for (const MeasureJson& pair : barrier["pairs"]) {
        paths.emplace_back(name(pair["first"], pair["second"]), pair);
    }
    return paths;
}

std::string barrier_text(const MeasureJson& barrier) {
    if (barrier.contains("unfinished")) return unfinished_words;
    return fmt::format(
        "error at most {:.4f} along the geodesic, at {:.2f} of the way; overlap "
        "{:.4f}",
        barrier["height"].get<double>(), barrier["position"].get<double>(),
        barrier["overlap"].get<double>());
}

std::string overlaps_text(const MeasureJson& overlaps) {
    if (overlaps.contains("unfinished")) return unfinished_words;
    const MeasureJson& matrix = overlaps["matrix"];
    std::vector<double> pairs;
    for (std::size_t i = 0; i < matrix.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) pairs.push_back(matrix[i][j].get<double>());
    }
    double sum = 0.0;
    for (const double overlap : pairs) sum += overlap;
    const auto [least, most] = std::ranges::minmax_element(pairs);
    return fmt::format("mean {:.4f}, from {:.4f} to {:.4f}, of {} pair{}",
                       sum / static_cast<double>(pairs.size()), *least, *most, pairs.size(),
                       pairs.size() == 1 ? "" : "s");
}

/// A name as a field of CSV.
std::string csv_field(const std::string& name) {
    if (name.find_first_of(",\"\n\r") == std::string::npos) return name;
    std::string quoted = "\"";
    for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

}  // namespace

std::string answer_text(const MeasureJson& answer) {
    const MeasureJson& patterns = answer["patterns"];
    const MeasureJson& between = answer["measures"];
    std::string text;
    if (answer.contains("solution")) text += solution_text(answer, patterns);
    if (answer.contains("solutions")) {
        for (const MeasureJson& one : answer["solutions"]) text += solution_text(one, patterns);
    }
    text += of_patterns_text(between);
    if (between.contains("barrier")) {
        for (const auto& [name, barrier] : paths_of(answer)) {
            text += fmt::format("{:<15}{}: {}\n", "barrier", name, barrier_text(barrier));
        }
    }
    if (between.contains("overlaps")) {
        text += fmt::format("{:<15}{}\n", "overlaps", overlaps_text(between["overlaps"]));
    }
    return text;
}

std::string answer_csv(const MeasureJson& answer) {
    std::string text = "solution,measure,quantity,at,value\n";
    const auto add = [&](const MeasureJson& one) {
        const std::string of = csv_field(one["solution"].get<std::string>()) + ",";
        for (const auto& [name, found] : one["measures"].items()) {
            if (!is_of_patterns(name)) text += measure_csv(name, found, of);
        }
    };
    const MeasureJson& between = answer["measures"];
    if (answer.contains("solution")) add(answer);
    if (answer.contains("solutions")) {
        for (const MeasureJson& one : answer["solutions"]) add(one);
    }
    for (const auto& [name, found] : between.items()) {
        if (is_of_patterns(name)) text += measure_csv(name, found, ",");
    }
    if (between.contains("barrier")) {
        for (const auto& [name, barrier] : paths_of(answer)) {
            text += measure_csv("barrier", barrier, csv_field(name) + ",");
        }
    }
    if (between.contains("overlaps")) text += measure_csv("overlaps", between["overlaps"], ",");
    return text;
}

}  // namespace steppe::cli

#include <limits>

#include "steppe/figures/drawing.hpp"

namespace steppe {

namespace {

constexpr const char* measure = "convergence";

/// One line of a log an iteration, and between two tries a gap.
Series series_of(const Content& log, const char* counter, const char* key) {
    Series series{"", Style::Line, {}, {}};
    double attempt = number_in(log.objects.front(), "try");
    for (const nlohmann::json& line : log.objects) {
        const double next = number_in(line, "try");
        if (next > attempt) {
            series.x.push_back(number_in(line, counter));
            series.y.push_back(std::numeric_limits<double>::quiet_NaN());
        }
        attempt = next;
        series.x.push_back(number_in(line, counter));
        series.y.push_back(number_in(line, key));
    }
    return series;
}

/// The log of `steppe solve`: of message passing or of a learner.
std::vector<Drawing> drawings(const Content& content) {
    if (content.objects.empty()) return {};
    const nlohmann::json& first = content.objects.front();
    if (!first.is_object() || !first.contains("errors") || !first.contains("best_errors"))
        return {};
    const auto drawn = [&](const char* counter, const char* key, const char* label) {
        Figure figure;
        figure.x.label = counter;
        figure.y.label = label;
        figure.series.push_back(series_of(content, counter, key));
        return Drawing{measure, "", figure};
    };
    if (first.contains("epoch")) {
        return {drawn("epoch", "errors", "patterns answered wrongly"),
                drawn("epoch", "loss", "mean cost of a pattern")};
    }
    if (!first.contains("iteration")) return {};
    return {drawn("iteration", "errors", "patterns answered wrongly"),
            drawn("iteration", "overlap", "mean squared magnetization")};
}

}  // namespace

Recogniser log_recogniser() {
    return {"steppe solve --log FILE", {measure}, drawings};
}

}  // namespace steppe

#include <algorithm>
#include <cmath>
#include <limits>

#include "steppe/figures/drawing.hpp"
#include "steppe/figures/places.hpp"

namespace steppe {

namespace {

constexpr const char* measure = "convergence";

/// More points than a picture has columns say nothing: of each of so many stretches the lowest and
/// the highest point are kept, and gaps.
Series thinned(const Series& series) {
    constexpr std::size_t stretches = 2000;
    const std::size_t points = series.x.size();
    if (points <= 2 * stretches) return series;
    Series out{series.name, series.style, {}, {}};
    for (std::size_t s = 0; s < stretches; ++s) {
        const std::size_t begin = s * points / stretches, end = (s + 1) * points / stretches;
        std::size_t low = begin, high = begin;
        std::vector<std::size_t> kept;
        for (std::size_t i = begin; i < end; ++i) {
            if (std::isnan(series.y[i])) {
                kept.push_back(i);
                continue;
            }
            // Where the first is a gap, the next takes its place.
            if (!(series.y[low] <= series.y[i])) low = i;
            if (!(series.y[high] >= series.y[i])) high = i;
        }
        kept.insert(kept.end(), {low, high});
        std::ranges::sort(kept);
        kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
        for (const std::size_t i : kept) {
            out.x.push_back(series.x[i]);
            out.y.push_back(series.y[i]);
        }
    }
    return out;
}

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

/// The focused run's own local entropy, where a step of the schedule ended.
Series entropy_series(const Content& log) {
    Series series{"", Style::LineAndPoints, {}, {}};
    for (const nlohmann::json& line : log.objects) {
        const double entropy = number_in(line, "internal_entropy");
        if (std::isnan(entropy)) continue;
        series.x.push_back(0.5 * (1.0 - number_in(line, "centre_overlap")));
        series.y.push_back(entropy);
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
        figure.series.push_back(thinned(series_of(content, counter, key)));
        return Drawing{measure, "", figure};
    };
    if (first.contains("epoch")) {
        return {drawn("epoch", "errors", "patterns answered wrongly"),
                drawn("epoch", "loss", "mean cost of a pattern")};
    }
    if (!first.contains("iteration")) return {};
    std::vector<Drawing> all{
        drawn("iteration", "errors", "patterns answered wrongly"),
        drawn(places::run_overlap.x, "overlap", places::run_overlap.y),
        // Without a teacher there is no point, and no panel.
        drawn(places::run_teacher.x, "teacher_overlap", places::run_teacher.y)};
    // Of --log-entropy; without it there is no point, and no panel.
    Figure entropy;
    entropy.x.label = "distance from the centre";
    entropy.y.label = "entropy round the centre";
    entropy.series.push_back(entropy_series(content));
    all.push_back({measure, "", std::move(entropy)});
    return all;
}

}  // namespace

Recogniser log_recogniser() {
    return {"steppe solve --log FILE", {measure}, drawings};
}

}  // namespace steppe

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "steppe/figures/drawing.hpp"
#include "steppe/figures/places.hpp"

// What `steppe landscape --json` prints, a figure for each measure.
namespace steppe {

namespace {

using Json = nlohmann::json;
using Figures = std::vector<Figure>;

Figure figure_of(const std::string& x, const std::string& y, std::vector<Series> series) {
    Figure figure;
    figure.x.label = x;
    figure.y.label = y;
    figure.series = std::move(series);
    return figure;
}

Figure figure_at(const places::Place& place, std::vector<Series> series) {
    return figure_of(place.x, place.y, std::move(series));
}

std::string noise_label(const std::string& kind) {
    if (kind == "multiplicative") return "noise: deviation relative to each weight";
    if (kind == "additive") return "noise: deviation in root mean square weights";
    if (kind == "flips") return "probability that a weight is turned";
    return "noise";
}

/// One figure for each kind of noise: their sizes mean different things.
Figures flatness(const Json& measure) {
    const std::string usual = text_in(measure, "kind", "");
    std::vector<std::pair<std::string, Series>> kinds;
    for (const Json& point : part_of(measure, "points")) {
        const std::string kind = text_in(point, "kind", usual);
        auto at = std::ranges::find(kinds, kind, &std::pair<std::string, Series>::first);
        if (at == kinds.end()) {
            kinds.emplace_back(kind, Series{});
            at = kinds.end() - 1;
        }
        at->second.x.push_back(number_in(point, "noise"));
        at->second.y.push_back(number_in(point, "added_error"));
        at->second.error.push_back(number_in(point, "standard_error"));
    }
    Figures out;
    for (const auto& [kind, series] : kinds) {
        out.push_back(figure_of(noise_label(kind), "added error rate", {series}));
    }
    return out;
}

Figures local_entropy(const Json& measure) {
    const Json& points = part_of(measure, "points");
    const std::vector<double> distance = column(points, "distance");
    const std::vector<double> entropy = column(points, "entropy"), bound = column(points, "bound");
    std::vector<double> taken;
    for (std::size_t i = 0; i < entropy.size(); ++i) taken.push_back(entropy[i] - bound[i]);
    return {figure_at(places::local_entropy, {{"", Style::LineAndPoints, distance, entropy},
                                              {"without patterns", Style::Bound, distance, bound}}),
            figure_at(places::entropy_less_bound, {{"", Style::LineAndPoints, distance, taken}})};
}

/// Heights of equal bins: steps from 0 up and down to 0 again.
Series steps_of(const std::vector<double>& heights, double from, double to) {
    Series series{"", Style::Steps, {}, {}};
    const double width = (to - from) / static_cast<double>(heights.size());
    if (!(width > 0.0)) return series;
    series.x.push_back(from);
    series.y.push_back(0.0);
    for (std::size_t i = 0; i < heights.size(); ++i) {
        series.x.push_back(from + width * static_cast<double>(i));
        series.y.push_back(heights[i]);
    }
    series.x.push_back(to);
    series.y.push_back(0.0);
    return series;
}

/// Counts in equal bins as a density.
Series density_of(const std::vector<double>& counts, double from, double to) {
    double total = 0.0;
    for (const double count : counts) total += std::isfinite(count) ? count : 0.0;
    const double width = (to - from) / static_cast<double>(counts.size());
    if (!(total > 0.0)) return {"", Style::Steps, {}, {}};
    std::vector<double> heights;
    for (const double count : counts) heights.push_back(count / (total * width));
    return steps_of(heights, from, to);
}

/// The same of values.
Series density_of(const std::vector<double>& values, std::size_t bins) {
    double from = std::numeric_limits<double>::infinity(), to = -from;
    for (const double value : values) {
        if (!std::isfinite(value)) continue;
        from = std::min(from, value);
        to = std::max(to, value);
    }
    if (!(from < to) || !std::isfinite(to - from)) return {};
    std::vector<double> counts(bins, 0.0);
    for (const double value : values) {
        if (!std::isfinite(value)) continue;
        const double at = (value - from) / (to - from) * static_cast<double>(bins);
        counts[std::min(static_cast<std::size_t>(at), bins - 1)] += 1.0;
    }
    return density_of(counts, from, to);
}

Figures hessian(const Json& measure) {
    constexpr std::size_t bins = 50;
    /// Below this part of the peak a density says nothing.
    constexpr double least_part = 1e-6;
    const Json& density = part_of(measure, "density");
    Series series = density.empty() ? density_of(numbers_of(part_of(measure, "eigenvalues")), bins)
                                    : Series{"", Style::Line, column(density, "eigenvalue"),
                                             column(density, "density")};
    double peak = 0.0;
    for (const double y : series.y) peak = std::isfinite(y) ? std::max(peak, y) : peak;
    Figure figure = figure_of("eigenvalue of the Hessian", "spectral density", {series});
    figure.y.logarithmic = true;
    if (peak > 0.0 && !density.empty()) figure.y.from = least_part * peak;
    return {figure};
}

Figures sharpness(const Json& measure) {
    const Json& points = part_of(measure, "points");
    const std::vector<double> radius = column(points, "radius");
    const auto figure = [&](const char* key, const char* label, const std::string& origin) {
        Series series{"", Style::LineAndPoints, radius, column(points, key)};
        // What the weights themselves have belongs at radius 0.
        if (std::ranges::find(radius, 0.0) == radius.end() && !radius.empty()) {
            series.x.insert(series.x.begin(), 0.0);
            series.y.insert(series.y.begin(), number_in(measure, origin.c_str()));
        }
        return figure_of("radius about the weights", label, {series});
    };
    return {figure("loss", "loss", "loss"), figure("error_rate", "error rate", "error_rate")};
}

/// Bins of stabilities, and where the margin is.
Figures with_margin(const Json& measure, const places::Place& place, const Series& bins) {
    if (bins.y.empty()) return {};
    const double margin = number_in(measure, "margin");
    const Series line{
        "margin", Style::Bound, {margin, margin}, {0.0, *std::ranges::max_element(bins.y)}};
    return {figure_at(place, {bins, line})};
}

Figures stabilities(const Json& measure) {
    return with_margin(measure, places::stabilities,
                       density_of(numbers_of(part_of(measure, "counts")),
                                  number_in(measure, "from"), number_in(measure, "to")));
}

Figures typical_stabilities(const Json& measure) {
    return with_margin(measure, places::typical_stabilities,
                       steps_of(column(part_of(measure, "points"), "density"),
                                number_in(measure, "from"), number_in(measure, "to")));
}

/// Error rate along a path.
Series path_of(const Json& path, const std::string& name) {
    const Json& points = part_of(path, "points");
    return {name, Style::LineAndPoints, column(points, "position"), column(points, "error")};
}

Figures barrier(const Json& measure) {
    Figure figure = figure_of("position on the path", "error rate",
                              {path_of(measure, text_in(measure, "path", ""))});
    const Json& straight = part_of(measure, "straight");
    if (!straight.empty()) figure.series.push_back(path_of(straight, "straight"));
    return {figure};
}

Figures overlaps(const Json& measure) {
    constexpr std::size_t bins = 40;
    const std::vector<double> counts = numbers_of(part_of(measure, "counts"));
    if (!counts.empty()) {
        return {
            figure_of("overlap of two solutions", "density of pairs",
                      {density_of(counts, number_in(measure, "from"), number_in(measure, "to"))})};
    }
    std::vector<double> values;
    std::size_t row = 0;
    for (const Json& line : part_of(measure, "matrix")) {
        const std::vector<double> numbers = numbers_of(line);
        values.insert(values.end(), numbers.begin(),
                      numbers.begin() + static_cast<std::ptrdiff_t>(std::min(row, numbers.size())));
        ++row;
    }
    return {figure_of("overlap of two solutions", "density of pairs", {density_of(values, bins)})};
}

struct Measure {
    const char* name;
    Figures (*figures)(const Json& measure);
};

constexpr Measure measures[] = {
    {"flatness", flatness},       {"local-entropy", local_entropy},
    {"hessian", hessian},         {"sharpness", sharpness},
    {"stabilities", stabilities}, {"typical-stabilities", typical_stabilities},
    {"barrier", barrier},         {"overlaps", overlaps}};

std::vector<Drawing> drawings(const Content& content) {
    std::vector<Drawing> out;
    for (const Json& object : content.objects) {
        for (const Json& solution : part_of(object, "solutions")) {
            draw_measures(part_of(solution, "measures"), text_in(solution, "solution", ""), out);
        }
        draw_measures(part_of(object, "measures"), text_in(object, "solution", ""), out);
    }
    return out;
}

}  // namespace

void draw_measures(const Json& measured, const std::string& subject, std::vector<Drawing>& out) {
    for (const Measure& measure : measures) {
        const Json& values = part_of(measured, measure.name);
        if (!values.is_object()) continue;
        for (const Figure& figure : measure.figures(values)) {
            out.push_back({measure.name, subject, figure});
        }
    }
}

Recogniser landscape_recogniser() {
    std::vector<std::string> names;
    for (const Measure& measure : measures) names.emplace_back(measure.name);
    return {"steppe landscape --json", names, drawings};
}

}  // namespace steppe

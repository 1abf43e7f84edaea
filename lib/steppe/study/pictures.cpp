#include "steppe/study/pictures.hpp"

#include <cmath>
#include <limits>

#include "steppe/study/summaries.hpp"

namespace steppe {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// A curve that a measure's points make.
struct Curve {
    std::string measure;
    std::string x, y;     ///< keys of a point
    std::string bound{};  ///< that of a curve that none is above
    std::string list = "points";
};

double number_or_nan(const MeasureJson& point, const std::string& key) {
    const auto found = point.find(key);
    return found != point.end() && found->is_number() ? found->get<double>() : none;
}

/// Point p of a row's curve, or null.
const MeasureJson* point_of(const MeasureJson& row, const Curve& curve, std::size_t p) {
    const auto measures = row.find("measures");
    if (measures == row.end() || !measures->contains(curve.measure)) return nullptr;
    const MeasureJson& answer = (*measures)[curve.measure];
    if (!answer.contains(curve.list) || answer[curve.list].size() <= p) return nullptr;
    return &answer[curve.list][p];
}

/// Point by point the mean over rows that have it; a point that some row lacks is a gap.
Series mean_curve(const std::string& name, const Rows& rows, const Curve& curve,
                  const std::string& y_key) {
    Series series{name, Style::LineAndPoints, {}, {}};
    for (std::size_t p = 0;; ++p) {
        double x = 0.0, y = 0.0, count = 0.0;
        for (const MeasureJson* row : rows) {
            const MeasureJson* point = point_of(*row, curve, p);
            if (!point) continue;
            x += number_or_nan(*point, curve.x);
            y += number_or_nan(*point, y_key);
            count += 1.0;
        }
        if (count == 0.0) return series;
        series.x.push_back(x / count);
        series.y.push_back(y / count);
    }
}

bool has_a_point(const Series& series) {
    for (std::size_t i = 0; i < series.x.size(); ++i) {
        if (std::isfinite(series.x[i]) && std::isfinite(series.y[i])) return true;
    }
    return false;
}

/// The mean curves of all arms.
Figure curves(const Study& study, const StudyResults& results, const Curve& curve, Axis x, Axis y) {
    Figure figure{"", std::move(x), std::move(y), {}};
    for (const Arm& arm : study.arms) {
        const Rows rows = rows_of(study, results, arm);
        Series series = mean_curve(arm.name, rows, curve, curve.y);
        if (has_a_point(series)) figure.series.push_back(std::move(series));
        if (curve.bound.empty() || &arm != &study.arms.back()) continue;
        Series bound = mean_curve("no patterns", rows, curve, curve.bound);
        bound.style = Style::Bound;
        if (has_a_point(bound)) figure.series.push_back(std::move(bound));
    }
    return figure;
}

/// Of each arm's first solution.
Figure spectra(const Study& study, const StudyResults& results) {
    Figure figure{"", {"eigenvalue"}, {"density", true, 1e-4}, {}};
    const Curve curve{"hessian", "eigenvalue", "density", "", "density"};
    for (const Arm& arm : study.arms) {
        const Rows rows = rows_of(study, results, arm);
        if (rows.empty()) continue;
        Series series = mean_curve(arm.name, Rows{rows.front()}, curve, curve.y);
        series.style = Style::Line;
        if (has_a_point(series)) figure.series.push_back(std::move(series));
    }
    return figure;
}

Figure test_errors(const Study& study, const StudyResults& results) {
    Figure figure{"", {"size of noise at which accuracy falls by 0.1"}, {"test error"}, {}};
    const Quantity noise{"", "flatness", "noise_at_tenth"}, test{"", "", "test_error"};
    for (const Arm& arm : study.arms) {
        Series series{arm.name, Style::Points, {}, {}};
        for (const MeasureJson* row : rows_of(study, results, arm)) {
            series.x.push_back(value_of(noise, *row).value_or(none));
            series.y.push_back(value_of(test, *row).value_or(none));
        }
        if (has_a_point(series)) figure.series.push_back(std::move(series));
    }
    return figure;
}

}  // namespace

std::vector<Picture> study_pictures(const Study& study, const StudyResults& results) {
    const bool flips = settled(study.how, study.arms.front().network).noise.value() == Noise::Flips;
    std::vector<Picture> pictures;
    const auto add = [&](const char* name, const char* caption, Figure figure) {
        if (!figure.series.empty()) pictures.push_back({name, caption, Page{{std::move(figure)}}});
    };
    add("flatness", "Error added by noise on the weights, mean of all solutions.",
        curves(study, results, {"flatness", "noise", "added_error"},
               {flips ? "part of the weights that is flipped" : "size of the noise"},
               {"added error"}));
    add("local-entropy",
        "Local entropy at a distance, mean of all solutions; dotted: without patterns.",
        curves(study, results, {"local-entropy", "distance", "entropy", "bound"}, {"distance"},
               {"entropy, nats per weight"}));
    add("sharpness", "Largest loss within a ball, mean of all solutions.",
        curves(study, results, {"sharpness", "radius", "loss"}, {"radius"}, {"largest loss"}));
    add("spectrum", "Spectral density of the Hessian at the first solution of each.",
        spectra(study, results));
    add("test-error", "Test error against flatness, a point a solution.",
        test_errors(study, results));
    return pictures;
}

}  // namespace steppe

#include "steppe/landscape/measure_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "steppe/landscape/paths.hpp"
#include "steppe/landscape/stabilities.hpp"
#include "steppe/landscape/typical_stabilities.hpp"
#include "steppe/model/folded.hpp"

namespace steppe {

namespace {

MeasureJson path_json(const std::vector<PathPoint>& path) {
    const PathPoint top = barrier_of(path);
    MeasureJson json{{"height", top.error_rate}, {"position", top.position}};
    json["points"] = MeasureJson::array();
    for (const PathPoint& point : path) {
        json["points"].push_back({{"position", point.position}, {"error", point.error_rate}});
    }
    return json;
}

std::string four_digits(const MeasureJson& value) {
    return value.is_number() ? fmt::format("{:.4g}", value.get<double>()) : "unknown";
}

}  // namespace

void take_flatness(const Measured& of, const MeasureOptions& how, const LandscapeObserver& observer,
                   MeasureJson& answer) {
    FlatnessOptions options;
    options.noise = how.noise.value();
    options.sizes = how.noise_sizes;
    options.perturbations = how.perturbations;
    options.seed = how.seed;
    const FlatnessCurve curve =
        flatness_curve(of.network, of.weights, of.patterns, options, observer);
    const std::string kind = noise_name(options.noise);
    answer = {{"kind", kind},
              {"perturbations", how.perturbations},
              {"error_rate", curve.error_rate},
              {"points", MeasureJson::array()}};
    for (const FlatnessPoint& point : curve.points) {
        answer["points"].push_back({{"noise", point.size},
                                    {"kind", kind},
                                    {"added_error", json_number(point.added.mean)},
                                    {"standard_error", json_number(point.added.error)}});
    }
    const std::optional<double> tenth = curve.size_at(0.1);
    answer["noise_at_tenth"] = tenth ? MeasureJson(*tenth) : MeasureJson();
}

std::string flatness_line(const MeasureJson& answer) {
    const MeasureJson& tenth = answer["noise_at_tenth"];
    const std::string kind = answer["kind"].get<std::string>();
    if (tenth.is_null()) return fmt::format("accuracy does not fall by 0.1 ({} noise)", kind);
    return fmt::format("accuracy falls by 0.1 at noise {:.4f} ({})", tenth.get<double>(),
                       kind == "flips" ? "flips, the part that is turned" : kind + ", a deviation");
}

void take_local_entropy(const Measured& of, const MeasureOptions& how,
                        const LandscapeObserver& observer, MeasureJson& answer) {
    LocalEntropyOptions options;
    options.solver = how.solver;
    options.accuracy = how.accuracy;
    options.seed = how.seed;
    options.fields = how.fields;
    answer = {{"points", MeasureJson::array()}};
    options.found = [&](const LocalEntropyPoint& point) {
        answer["points"].push_back(
            {{"gamma", point.field},
             {"overlap", json_number(point.overlap)},
             {"distance", json_number(point.distance)},
             {"entropy", json_number(point.entropy)},
             {"bound", json_number(point.bound)},
             {"entropy_less_bound", json_number(point.entropy - point.bound)},
             {"mutual_distance", json_number(point.mutual_distance)},
             {"converged", point.converged},
             {"iterations", point.iterations},
             {"note", point.note}});
    };
    local_entropy(of.network, of.weights, of.patterns, options, observer);
}

std::string local_entropy_line(const MeasureJson& answer) {
    constexpr std::size_t most_shown = 4;
    const MeasureJson& points = answer["points"];
    std::vector<const MeasureJson*> known;
    for (const MeasureJson& point : points) {
        if (!point["entropy"].is_null()) known.push_back(&point);
    }
    std::string text;
    const std::size_t shown = std::min(most_shown, known.size());
    for (std::size_t s = 0; s < shown; ++s) {
        const MeasureJson& point = *known[s * known.size() / shown];
        text += fmt::format("{}{:.4f} at distance {:.4f}", text.empty() ? "" : ", ",
                            point["entropy"].get<double>(), point["distance"].get<double>());
    }
    if (known.size() < points.size()) {
        text += fmt::format("{}none at {} of {} fields", text.empty() ? "" : "; ",
                            points.size() - known.size(), points.size());
    }
    return text;
}

void take_stabilities(const Measured& of, const MeasureOptions& how, const LandscapeObserver&,
                      MeasureJson& answer) {
    const std::vector<double> values =
        stabilities(of.network, of.weights, folded(of.network, of.patterns));
    const auto [least, most] = std::ranges::minmax_element(values);
    double sum = 0.0;
    for (const double value : values) sum += value;
    // One value alone still has a bin.
    const double from = *least, to = *most > from ? *most : from + 1.0;
    const Histogram histogram = histogram_of(values, from, to, how.bins);
    answer = {{"margin", of.network.margin},
              {"smallest", from},
              {"mean", sum / static_cast<double>(values.size())},
              {"from", histogram.from},
              {"to", histogram.to},
              {"counts", histogram.counts}};
}

void take_typical_stabilities(const Network& network, const Patterns& patterns,
                              const MeasureOptions& how, const LandscapeObserver& observer,
                              MeasureJson& answer) {
    TypicalStabilitiesOptions options;
    options.solver = how.solver;
    options.accuracy = how.accuracy;
    options.seed = how.seed;
    options.bins = how.bins;
    const TypicalStabilities found = typical_stabilities(network, patterns, options, observer);
    const bool known = !found.density.empty();
    const auto number = [known](double value) {
        return known ? json_number(value) : MeasureJson();
    };
    answer = {{"margin", network.margin},
              {"mean", number(found.mean.mean)},
              {"mean_error", number(found.mean.error)},
              {"overlap", json_number(found.overlap.mean)},
              {"overlap_error", number(found.overlap.error)},
              {"from", number(found.from)},
              {"to", number(found.to)},
              {"beyond", number(found.beyond.mean)},
              {"points", MeasureJson::array()},
              {"solver", found.solver},
              {"converged", found.converged},
              {"iterations", found.iterations},
              {"note", found.note}};
    const double width = (found.to - found.from) / static_cast<double>(how.bins);
    for (std::size_t b = 0; b < found.density.size(); ++b) {
        answer["points"].push_back(
            {{"stability", found.from + width * (static_cast<double>(b) + 0.5)},
             {"density", json_number(found.density[b].mean)},
             {"standard_error", json_number(found.density[b].error)}});
    }
}

std::string typical_stabilities_line(const MeasureJson& answer) {
    const std::string note = answer["note"].get<std::string>();
    if (!note.empty()) return fmt::format("no stabilities: {}", note);
    return fmt::format("solutions have stabilities of mean {:.4f}, overlap {:.4f}",
                       answer["mean"].get<double>(), answer["overlap"].get<double>());
}

std::string stabilities_line(const MeasureJson& answer) {
    return fmt::format("smallest {:.4f}, mean {:.4f}", answer["smallest"].get<double>(),
                       answer["mean"].get<double>());
}

void take_hessian(const Measured& of, const MeasureOptions& how, const LandscapeObserver& observer,
                  MeasureJson& answer) {
    HessianOptions options = how.hessian;
    options.seed = how.seed;
    const HessianReport report =
        hessian_report(of.network, of.weights, of.patterns, options, observer);
    const auto first = [](const std::vector<double>& values) {
        return values.empty() ? MeasureJson() : json_number(values.front());
    };
    answer = {{"beta", options.beta},
              {"gamma", options.gamma},
              {"loss", json_number(report.loss)},
              {"gradient_norm", json_number(report.gradient_norm)},
              {"largest", first(report.largest)},
              {"smallest", first(report.smallest)},
              {"trace", json_number(report.trace)},
              {"negative_fraction", json_number(report.negative_fraction.mean)},
              {"negative_fraction_error", json_number(report.negative_fraction.error)},
              {"converged", report.converged},
              {"note", report.note},
              {"largest_eigenvalues", report.largest},
              {"smallest_eigenvalues", report.smallest},
              {"density", MeasureJson::array()}};
    for (const DensityPoint& point : report.density) {
        answer["density"].push_back(
            {{"eigenvalue", point.eigenvalue}, {"density", json_number(point.density)}});
    }
    answer["eigenvalues"] = report.eigenvalues;
}

std::string hessian_line(const MeasureJson& answer) {
    const auto number = [&](const char* key) { return four_digits(answer[key]); };
    std::string text =
        fmt::format("eigenvalues {} to {}, trace {}, {} of them negative", number("smallest"),
                    number("largest"), number("trace"), number("negative_fraction"));
    const std::string note = answer["note"].get<std::string>();
    return note.empty() ? text : text + " (" + note + ")";
}

void take_sharpness(const Measured& of, const MeasureOptions& how,
                    const LandscapeObserver& observer, MeasureJson& answer) {
    SharpnessOptions options = how.sharpness;
    options.seed = how.seed;
    const SharpnessCurve curve =
        sharpness_curve(of.network, of.weights, of.patterns, options, observer);
    answer = {{"ball", ball_name(options.ball)}, {"beta", options.beta},
              {"gamma", options.gamma},          {"loss", json_number(curve.loss)},
              {"error_rate", curve.error_rate},  {"points", MeasureJson::array()}};
    for (const SharpnessPoint& point : curve.points) {
        answer["points"].push_back({{"radius", point.radius},
                                    {"loss", json_number(point.loss)},
                                    {"error_rate", point.error_rate}});
    }
}

std::string sharpness_line(const MeasureJson& answer) {
    std::string text = fmt::format("loss {}", four_digits(answer["loss"]));
    for (const MeasureJson& point : answer["points"]) {
        text += fmt::format(", {} within {:g}", four_digits(point["loss"]),
                            point["radius"].get<double>());
    }
    return text;
}

MeasureJson barrier_json(const Network& network, const Weights& a, const Weights& b,
                         const Patterns& patterns, const MeasureOptions& options) {
    const UnitMatch match = match_units(network, a, b);
    const Weights other = matched(network, b, match);
    const auto path = [&](Path kind) {
        return path_json(error_along(network, a, other, patterns, kind, options.path_points));
    };
    MeasureJson json{{"overlap", match.overlap}, {"path", "geodesic"}};
    json.update(path(Path::Geodesic));
    json["straight"] = path(Path::Straight);
    return json;
}

MeasureJson overlaps_json(const Network& network, std::span<const Weights> solutions,
                          const MeasureOptions& options) {
    const std::size_t count = solutions.size();
    const std::vector<double> overlaps = overlap_matrix(network, solutions);
    std::vector<double> pairs;
    MeasureJson json{{"matrix", MeasureJson::array()}};
    for (std::size_t i = 0; i < count; ++i) {
        const auto row = overlaps.begin() + static_cast<std::ptrdiff_t>(i * count);
        json["matrix"].push_back(
            std::vector<double>(row, row + static_cast<std::ptrdiff_t>(count)));
        for (std::size_t j = 0; j < i; ++j) pairs.push_back(overlaps[i * count + j]);
    }
    const Histogram histogram = histogram_of(pairs, -1.0, 1.0, options.bins);
    json["from"] = histogram.from;
    json["to"] = histogram.to;
    json["counts"] = histogram.counts;
    return json;
}

}  // namespace steppe

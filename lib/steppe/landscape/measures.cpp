#include "steppe/landscape/measures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "steppe/error.hpp"
#include "steppe/landscape/paths.hpp"
#include "steppe/landscape/stabilities.hpp"

namespace steppe {

namespace {

/// 1/parts, 2/parts, ..., count/parts.
std::vector<double> multiples(std::size_t count, double parts) {
    std::vector<double> values;
    for (std::size_t i = 1; i <= count; ++i) values.push_back(static_cast<double>(i) / parts);
    return values;
}

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
    answer = {{"points", MeasureJson::array()}};
    for (std::size_t f = 0; f < how.fields.size(); ++f) {
        options.fields = {how.fields[f]};
        const LocalEntropyPoint point =
            local_entropy(of.network, of.weights, of.patterns, options).front();
        answer["points"].push_back({{"gamma", point.field},
                                    {"overlap", json_number(point.overlap)},
                                    {"distance", json_number(point.distance)},
                                    {"entropy", json_number(point.entropy)},
                                    {"bound", json_number(point.bound)},
                                    {"converged", point.converged},
                                    {"iterations", point.iterations},
                                    {"note", point.note}});
        tell_observer(observer,
                      static_cast<double>(f + 1) / static_cast<double>(how.fields.size()));
    }
}

std::string local_entropy_line(const MeasureJson& answer) {
    std::string text;
    std::size_t without = 0;
    for (const MeasureJson& point : answer["points"]) {
        if (point["entropy"].is_null()) {
            ++without;
            continue;
        }
        text += fmt::format("{}{:.4f} at distance {:.4f}", text.empty() ? "" : ", ",
                            point["entropy"].get<double>(), point["distance"].get<double>());
    }
    if (without > 0) {
        text += fmt::format("{}none at {} of {} fields", text.empty() ? "" : "; ", without,
                            answer["points"].size());
    }
    return text;
}

void take_stabilities(const Measured& of, const MeasureOptions& how, const LandscapeObserver&,
                      MeasureJson& answer) {
    std::vector<double> values = stabilities(of.network, of.weights, of.patterns);
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

std::string stabilities_line(const MeasureJson& answer) {
    return fmt::format("smallest {:.4f}, mean {:.4f}", answer["smallest"].get<double>(),
                       answer["mean"].get<double>());
}

std::string of_all(const Network&) {
    return "";
}

constexpr Measure measures[] = {
    {"flatness", "how many more patterns are wrong under noise on the weights", true, of_all,
     take_flatness, flatness_line},
    {"stabilities", "the distribution of the units' sums over the patterns", true, of_all,
     take_stabilities, stabilities_line},
    {"local-entropy", "the logarithm of the number of solutions at a distance", false, of_all,
     take_local_entropy, local_entropy_line},
};

MeasureJson path_json(const std::vector<PathPoint>& path) {
    const PathPoint top = barrier_of(path);
    MeasureJson json{{"height", top.error_rate}, {"position", top.position}};
    json["points"] = MeasureJson::array();
    for (const PathPoint& point : path) {
        json["points"].push_back({{"position", point.position}, {"error", point.error_rate}});
    }
    return json;
}

}  // namespace

MeasureJson json_number(double value) {
    return std::isfinite(value) ? MeasureJson(value) : MeasureJson(nullptr);
}

MeasureOptions settled(MeasureOptions options, const Network& network) {
    const bool binary = network.weights == WeightKind::Binary;
    if (!options.noise) options.noise = binary ? Noise::Flips : Noise::Multiplicative;
    if (options.noise_sizes.empty()) {
        options.noise_sizes = multiples(20, binary ? 100.0 : 20.0);
    }
    if (options.fields.empty()) {
        // Of real weights without patterns the field at overlap q is q / (1 - q^2).
        options.fields =
            binary ? multiples(12, 4.0) : std::vector<double>{0.25, 0.5, 1.0, 1.5,  2.0,  3.0,
                                                              4.0,  6.0, 8.0, 12.0, 16.0, 24.0};
    }
    return options;
}

std::span<const Measure> all_measures() {
    return measures;
}

const Measure& measure_named(std::string_view name) {
    std::string names;
    for (const Measure& measure : measures) {
        if (measure.name == name) return measure;
        names += fmt::format("{}{}", names.empty() ? "" : ", ", measure.name);
    }
    throw Error(fmt::format("no measure is called '{}'; there are {}", name, names));
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

std::string measure_csv(std::string_view name, const MeasureJson& answer,
                        const std::string& before) {
    std::string text;
    const auto line = [&](const std::string& quantity, const std::string& at,
                          const MeasureJson& value) {
        if (value.is_number() || value.is_boolean()) {
            text += fmt::format("{}{},{},{},{}\n", before, name, quantity, at, value.dump());
        }
    };
    const auto points = [&](const std::string& prefix, const MeasureJson& list) {
        for (const MeasureJson& point : list) {
            if (!point.is_object() || point.empty()) continue;
            for (auto it = std::next(point.begin()); it != point.end(); ++it) {
                line(prefix + it.key(), point.begin()->dump(), it.value());
            }
        }
    };
    const auto all = [&](const auto& self, const std::string& prefix,
                         const MeasureJson& object) -> void {
        for (const auto& [key, value] : object.items()) {
            if (value.is_object()) self(self, prefix + key + "_", value);
            if (value.is_array() && !value.empty() && value.front().is_object()) {
                points(prefix, value);
            } else if (value.is_array()) {
                for (std::size_t i = 0; i < value.size(); ++i) {
                    line(prefix + key, std::to_string(i), value[i]);
                }
            }
            line(prefix + key, "", value);
        }
    };
    all(all, "", answer);
    return text;
}

}  // namespace steppe

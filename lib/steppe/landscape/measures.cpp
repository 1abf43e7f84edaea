#include "steppe/landscape/measures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "steppe/error.hpp"
#include "steppe/landscape/measure_answers.hpp"

namespace steppe {

namespace {

/// 1/parts, 2/parts, ..., count/parts.
std::vector<double> multiples(std::size_t count, double parts) {
    std::vector<double> values;
    for (std::size_t i = 1; i <= count; ++i) values.push_back(static_cast<double>(i) / parts);
    return values;
}

std::string of_all(const Network&) {
    return "";
}

std::string without_loss(const Network& network) {
    if (network.gate != Gate::Parity) return "";
    return "a parity machine has no loss of gradient learning";
}

constexpr Measure measures[] = {
    {"flatness", "how many more patterns are wrong under noise on the weights", true, of_all,
     take_flatness, flatness_line},
    {"stabilities", "the distribution of the units' sums over the patterns", true, of_all,
     take_stabilities, stabilities_line},
    {"local-entropy", "the logarithm of the number of solutions at a distance", false, of_all,
     take_local_entropy, local_entropy_line},
    {"hessian", "the spectrum of the second derivatives of the loss of gradient learning", false,
     without_loss, take_hessian, hessian_line},
    {"sharpness", "the largest loss within a ball round the weights", false, without_loss,
     take_sharpness, sharpness_line},
};

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
    if (options.sharpness.radii.empty()) options.sharpness.radii = multiples(5, 20.0);
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

std::string measure_csv(std::string_view name, const MeasureJson& answer,
                        const std::string& before) {
    std::string text;
    const auto line = [&](const std::string& quantity, const std::string& at,
                          const MeasureJson& value) {
        if (value.is_number() || value.is_boolean()) {
            text += fmt::format("{}{},{},{},{}\n", before, name, quantity, at, value.dump());
        }
    };
    const auto all = [&](const auto& self, const std::string& prefix, const std::string& key,
                         const MeasureJson& value, const std::string& at) -> void {
        if (value.is_object()) {
            for (const auto& [inner, item] : value.items()) {
                self(self, prefix + key + "_", inner, item, "");
            }
            return;
        }
        if (!value.is_array()) return line(prefix + key, at, value);
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (!value[i].is_object()) {
                // Rows of a matrix are quantities.
                const bool row = value[i].is_array();
                self(self, prefix, row ? key + "_" + std::to_string(i) : key, value[i],
                     std::to_string(i));
                continue;
            }
            // Points stand under the names of their own numbers.
            for (auto it = value[i].begin(); it != value[i].end(); ++it) {
                if (it == value[i].begin()) continue;
                self(self, prefix, it.key(), it.value(), value[i].front().dump());
            }
        }
    };
    for (const auto& [key, value] : answer.items()) all(all, "", key, value, "");
    return text;
}

}  // namespace steppe

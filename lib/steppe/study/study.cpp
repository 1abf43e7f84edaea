#include "steppe/study/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace steppe {

namespace {

/// A number of an object, where it has it.
std::optional<double> number_in(const MeasureJson& object, const std::string& key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number()) return std::nullopt;
    return found->get<double>();
}

/// Of points, in any order, linear between the two next to `at`.
std::optional<double> read_between(const MeasureJson& points, const Quantity& quantity) {
    std::vector<std::pair<double, double>> known;
    for (const MeasureJson& point : points) {
        const std::optional<double> x = number_in(point, quantity.along);
        const std::optional<double> y = number_in(point, quantity.key);
        // Sizes that were asked for are met to rounding.
        if (x && y && std::abs(*x - quantity.at) < 1e-9) return y;
        if (x && y) known.emplace_back(*x, *y);
    }
    std::ranges::sort(known);
    for (std::size_t i = 1; i < known.size(); ++i) {
        const auto& [x0, y0] = known[i - 1];
        const auto& [x1, y1] = known[i];
        if (x0 > quantity.at || x1 < quantity.at || x1 == x0) continue;
        return y0 + (quantity.at - x0) / (x1 - x0) * (y1 - y0);
    }
    return std::nullopt;
}

}  // namespace

std::string network_text(const Network& network) {
    std::string text = network.name();
    if (network.hidden > 1) {
        text += fmt::format(" of {} units, {}", network.hidden, wiring_name(network.wiring));
    }
    text +=
        fmt::format(", {} inputs, {} weights", network.inputs, weight_kind_name(network.weights));
    if (network.activation != Activation::Sign) text += ", " + activation_name(network.activation);
    if (network.margin != 0.0) text += fmt::format(", margin {}", network.margin);
    return text;
}

const Arm& arm_named(const Study& study, const std::string& name) {
    return *std::ranges::find(study.arms, name, &Arm::name);
}

std::optional<double> value_of(const Quantity& quantity, const MeasureJson& row) {
    if (quantity.measure.empty()) return number_in(row, quantity.key);
    const auto measures = row.find("measures");
    if (measures == row.end()) return std::nullopt;
    const auto answer = measures->find(quantity.measure);
    if (answer == measures->end()) return std::nullopt;
    if (quantity.along.empty()) return number_in(*answer, quantity.key);
    const auto points = answer->find("points");
    if (points == answer->end()) return std::nullopt;
    return read_between(*points, quantity);
}

}  // namespace steppe

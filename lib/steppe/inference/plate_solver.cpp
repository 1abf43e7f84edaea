#include "steppe/inference/plate_solver.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "steppe/error.hpp"

namespace steppe {

void require_damping(double damping) {
    if (damping >= 0.0 && damping < 1.0) return;
    throw Error(fmt::format("damping is {}: it must be at least 0 and below 1", damping));
}

void require_start(double start) {
    if (start > 0.0 && start <= 1.0) return;
    throw Error(fmt::format("start is {}: it must be above 0 and at most 1", start));
}

void require_fields_up(const FactorGraph& graph) {
    for (const RowGroup& group : graph.row_groups()) {
        if (group.gate->reads_fields()) {
            graph.require({.log_probability = true}, fmt::format("gate '{}'", group.gate->name()));
        }
    }
}

void require_plate(std::size_t plate, std::size_t plates) {
    if (plate < plates) return;
    throw Error(
        fmt::format("plate {} does not exist: the graph has {} plates of weights", plate, plates));
}

void require_unit(std::size_t group, std::size_t unit, const std::vector<RowGroup>& groups) {
    if (group < groups.size() && unit < groups[group].units.size()) return;
    throw Error(fmt::format("there is no unit {} of row group {} in the graph", unit, group));
}

void require_start_field(const std::vector<std::vector<double>>& fields,
                         const std::vector<std::size_t>& sizes) {
    const auto size = [](const std::vector<double>& field) { return field.size(); };
    if (!fields.empty() && !std::ranges::equal(fields, sizes, {}, size)) {
        throw Error("the start field has not one number for every weight of every plate");
    }
}

void throw_unlike(const PlateKind& first, const PlateKind& other) {
    const auto kind = [](const PlateKind& plate) { return plate.real ? "real" : "+-1"; };
    throw Error(
        fmt::format("plate '{}' has {} {} weights and plate '{}' {} {}: read them with "
                    "fields() instead",
                    first.name, first.size, kind(first), other.name, other.size, kind(other)));
}

bool give_probabilities(const std::vector<RowGroup>& groups) {
    return std::ranges::all_of(groups, [](const RowGroup& group) {
        return std::ranges::all_of(group.units, [](const UnitBranch& unit) {
            return unit.channel->abilities().log_probability;
        });
    });
}

double overlap_of(double squares, std::size_t weights) {
    const double overlap = squares / static_cast<double>(weights);
    return overlap > 1.0 ? 1.0 : overlap;
}

void SolverProgress::save(std::span<const double> more, SolverState& state) const {
    const bool fields_form = coupling.form == ReinforcementForm::Fields;
    state.arrays.push_back({"progress", std::vector<std::uint64_t>{iterations, fields_form}});
    std::vector<double> numbers{damping, coupling.gamma, coupling.replicas};
    numbers.insert(numbers.end(), more.begin(), more.end());
    state.arrays.push_back({"numbers", std::move(numbers)});
}

void SolverProgress::restore(const SolverState& state, std::span<double> more, bool change) {
    const auto& progress = state.find<std::uint64_t>("progress", 2);
    const auto& numbers = state.find<double>("numbers", 3 + more.size());
    if (!change) return;
    iterations = progress[0];
    damping = numbers[0];
    coupling = {numbers[1], numbers[2],
                progress[1] ? ReinforcementForm::Fields : ReinforcementForm::Replicas};
    std::copy(numbers.begin() + 3, numbers.end(), more.begin());
}

}  // namespace steppe

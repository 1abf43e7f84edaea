#include <fmt/format.h>

#include "steppe/error.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

std::size_t count_violations(const FactorGraph& graph, const Weights& weights) {
    graph.require({.answer = true}, "counting violated rows");
    const std::vector<RowGroup> groups = graph.row_groups();
    const std::vector<WeightPlate> plates = graph.weight_plates();
    if (weights.units() != plates.size()) {
        throw Error(fmt::format("the weights have {} units, the graph {} plates of weights",
                                weights.units(), plates.size()));
    }
    for (const WeightPlate& plate : plates) {
        if (plate.plate.size != weights.unit_inputs()) {
            throw Error(fmt::format("plate '{}' has {} weights, the weights given {} a unit",
                                    plate.plate.name, plate.plate.size, weights.unit_inputs()));
        }
    }
    std::size_t violations = 0;
    for (const RowGroup& group : groups) {
        violations += static_cast<std::size_t>(
            parallel_sum(group.rows, 64, [&](std::size_t begin, std::size_t end) {
                std::size_t wrong = 0;
                std::vector<signed char> outputs(group.units.size());
                for (std::size_t a = begin; a < end; ++a) {
                    for (std::size_t k = 0; k < group.units.size(); ++k) {
                        const UnitBranch& unit = group.units[k];
                        double z = 0;
                        for (std::size_t i = 0; i < unit.wiring.inputs; ++i) {
                            z += unit.wiring.input(a, i) * weights.value(unit.weights, i);
                        }
                        outputs[k] = static_cast<signed char>(
                            unit.channel->answer(static_cast<std::uint32_t>(a), z));
                    }
                    wrong += !group.gate->satisfied(static_cast<std::uint32_t>(a), outputs);
                }
                return static_cast<double>(wrong);
            }));
    }
    return violations;
}

}  // namespace steppe

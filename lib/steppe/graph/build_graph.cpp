#include <fmt/format.h>

#include <cmath>
#include <type_traits>

#include "steppe/error.hpp"
#include "steppe/graph/factor_graph.hpp"

namespace steppe {

namespace {

std::shared_ptr<const RowFactor> gate_of(const Network& network,
                                         std::span<const signed char> labels) {
    if (network.gate == Gate::Parity) return parity_gate({labels.begin(), labels.end()});
    return network.hidden == 1 ? imposed_gate() : majority_gate();
}

/// Where weights and inputs are +-1 a sum has the parity of its number of terms, and lies 2 apart
/// from the next.
template <class Set>
SignTies ties_of(const Network& network, const Set& patterns) {
    SignTies ties;
    if (network.tie_is_positive(true)) {
        ties.positive.assign(patterns.turned().begin(), patterns.turned().end());
    }
    const double n = static_cast<double>(network.unit_inputs());
    const bool signs = std::is_same_v<Set, PatternSet> && network.weights == WeightKind::Binary;
    if (signs && std::fmod(network.threshold() - n, 2.0) == 0.0) ties.half_spacing = 1.0;
    return ties;
}

template <class Set>
FactorGraph build(const Network& network, const LinearWiring& all, const Set& patterns,
                  const std::vector<double>& external_field) {
    const std::span<const signed char> labels = patterns.labels();
    network.validate();
    if (network.activation != Activation::Sign) {
        throw Error("messages pass through sign units only: learn ReLU units with sgd or rsgd");
    }
    if (!labels.empty() && network.folds_labels()) {
        throw Error("the patterns carry labels beside them; fold them in first (fold_labels)");
    }
    if (!patterns.turned().empty() && !network.folds_labels()) {
        throw Error("labels were folded into the patterns, and this network needs them beside");
    }
    if (all.columns() != network.inputs) {
        throw Error(fmt::format("the patterns have {} inputs, the network {}", all.columns(),
                                network.inputs));
    }
    if (!external_field.empty() && external_field.size() != network.weight_count()) {
        throw Error(fmt::format("the external field has {} entries for {} weights",
                                external_field.size(), network.weight_count()));
    }
    FactorGraph graph;
    const std::size_t n = network.unit_inputs();
    const std::size_t rows = all.rows();
    const auto sign = sign_channel(network.threshold(), ties_of(network, patterns));
    const bool real = network.weights == WeightKind::Spherical;
    const VariableKind kind = real ? VariableKind::RealWeight : VariableKind::IsingWeight;
    std::vector<Vertex> outputs;
    for (std::size_t k = 0; k < network.hidden; ++k) {
        const auto name = [&](const char* letter) { return fmt::format("{}{}", letter, k + 1); };
        const Vertex w = graph.add_plate({name("w"), kind, n});
        const Vertex z = graph.add_plate({name("z"), VariableKind::Preactivation, rows});
        const Vertex tau = graph.add_plate({name("tau"), VariableKind::Output, rows});
        std::vector<double> field;
        if (!external_field.empty()) {
            const auto begin = external_field.begin() + static_cast<std::ptrdiff_t>(k * n);
            field.assign(begin, begin + static_cast<std::ptrdiff_t>(n));
        }
        graph.add_prior(real ? spherical_prior(std::move(field)) : ising_prior(std::move(field)),
                        w);
        graph.add_wiring({all.patterns, network.first_input(k), n, all.real}, w, z);
        graph.add_channel(sign, z, tau);
        outputs.push_back(tau);
    }
    graph.add_gate(gate_of(network, labels), outputs);
    graph.check();
    return graph;
}

}  // namespace

FactorGraph build_graph(const Network& network, const std::shared_ptr<const PatternSet>& patterns,
                        const std::vector<double>& external_field) {
    if (!patterns) throw Error("build_graph: the pattern set is a null pointer");
    return build(network, {patterns}, *patterns, external_field);
}

FactorGraph build_graph(const Network& network, const std::shared_ptr<const RealPatterns>& patterns,
                        const std::vector<double>& external_field) {
    if (!patterns) throw Error("build_graph: the pattern set is a null pointer");
    return build(network, {.patterns = nullptr, .real = patterns}, *patterns, external_field);
}

}  // namespace steppe

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "steppe/data/pattern_set.hpp"
#include "steppe/data/real_patterns.hpp"
#include "steppe/graph/channel.hpp"
#include "steppe/graph/row_factor.hpp"
#include "steppe/graph/site_prior.hpp"
#include "steppe/model/network.hpp"

/// The plated factor graph: a vertex is a whole vector of variables (a plate) or of factors of one
/// kind, so a perceptron with a million weights is a handful of vertices. Boost.Graph holds the
/// structure; numbers belong to the solvers, patterns are referred to and never copied.
///
///     weights --wiring--> pre-activations --channel--> outputs --gate
///        `--prior
namespace steppe {

/// A vector of variables of one kind.
struct VariablePlate {
    std::string name;
    VariableKind kind;
    std::size_t size;
};

/// z = Xi w: columns [first_input, first_input + inputs) of a pattern set, from a plate of
/// `inputs` weights to a plate of rows() pre-activations. The inputs are +-1 bits (`patterns`) or
/// real numbers (`real`): one of the two is given.
struct LinearWiring {
    std::shared_ptr<const PatternSet> patterns;
    std::size_t first_input = 0;
    std::size_t inputs = 0;
    std::shared_ptr<const RealPatterns> real = nullptr;

    /// Patterns of the set.
    std::size_t rows() const { return real ? real->patterns() : patterns->patterns(); }
    /// Inputs of the set's patterns.
    std::size_t columns() const { return real ? real->inputs() : patterns->inputs(); }
    /// Input i (from first_input) of pattern a.
    double input(std::size_t a, std::size_t i) const {
        return real ? static_cast<double>(real_inputs(a)[i]) : patterns->sign(a, first_input + i);
    }
    /// Bits that stand before that of the first input in its word of 16; 0 where inputs are real.
    std::size_t offset() const { return real ? 0 : first_input % PatternSet::word_bits; }
    /// The word of pattern a that holds its first input; the next stands
    /// PatternSet::group_patterns further.
    const std::uint16_t* bits(std::size_t a) const {
        constexpr std::size_t group = PatternSet::group_patterns;
        return patterns->words().data() +
               (a / group * patterns->words_per_pattern() + first_input / PatternSet::word_bits) *
                   group +
               a % group;
    }
    /// The real inputs of pattern a, from first_input on.
    const float* real_inputs(std::size_t a) const {
        return real->values().data() + a * columns() + first_input;
    }
    /// The same columns of the same set.
    friend bool operator==(const LinearWiring&, const LinearWiring&) = default;
};

/// A vertex of a graph.
using Vertex = std::size_t;

/// One branch below a gate: weights, wiring, channel.
struct UnitBranch {
    std::size_t weights;  ///< index into FactorGraph::weight_plates()
    LinearWiring wiring;
    std::shared_ptr<const Channel> channel;
};

/// A vector of gates with all that hangs below it: what a solver walks.
struct RowGroup {
    std::string name;  ///< of the gate's vertex
    std::size_t rows;
    std::shared_ptr<const RowFactor> gate;
    std::vector<UnitBranch> units;
};

/// A plate of weights with its prior.
struct WeightPlate {
    VariablePlate plate;
    std::shared_ptr<const SitePrior> prior;
};

class FactorGraph {
  public:
    FactorGraph();
    ~FactorGraph();
    FactorGraph(const FactorGraph&);
    FactorGraph& operator=(const FactorGraph&);
    FactorGraph(FactorGraph&&) noexcept;
    FactorGraph& operator=(FactorGraph&&) noexcept;

    // Building. Nothing is checked until check(): parts may come in any order. A vertex that is not
    // of this graph throws Error at once.
    Vertex add_plate(VariablePlate plate);
    Vertex add_prior(std::shared_ptr<const SitePrior> prior, Vertex weights);
    Vertex add_wiring(LinearWiring wiring, Vertex weights, Vertex preactivations);
    Vertex add_channel(std::shared_ptr<const Channel> channel, Vertex preactivations,
                       Vertex outputs);
    Vertex add_gate(std::shared_ptr<const RowFactor> gate, const std::vector<Vertex>& outputs);

    /// Throws Error that names the plate or factor and says why: an empty or unnamed plate, a name
    /// used twice, edges that do not run between a plate and a factor of the right kinds, sizes
    /// that do not match, a plate without the factors it needs (weights: one prior, at least one
    /// wiring; pre-activations: one wiring, one channel; outputs: one channel, one gate), columns
    /// outside the patterns, a prior of another kind of weight, a gate that cannot join its units,
    /// a loop.
    void check() const;

    /// Throws Error, naming channel and `user` ("belief propagation at accuracy relaxed"), where a
    /// channel lacks an ability that is true in `needed`.
    void require(const ChannelAbilities& needed, const std::string& user) const;

    /// Vertices from the weights upward: every vertex comes after those that feed it. Priors come
    /// first.
    std::vector<Vertex> sweep_order() const;

    /// Weight plates, in the order they were added; every graph that passes check() has at least 1.
    std::vector<WeightPlate> weight_plates() const;
    /// Gates with what hangs below them, in sweep order. Calls check().
    std::vector<RowGroup> row_groups() const;

    std::size_t vertex_count() const;
    std::string vertex_name(Vertex v) const;
    /// Weights of all plates.
    std::size_t weight_count() const;
    /// Pattern-weight pairs of all wirings.
    std::size_t edge_count() const;
    /// Bytes of the pattern sets that are referred to (each once).
    std::size_t pattern_bytes() const;

    /// The graph as a picture for Graphviz: plates are ellipses with their sizes, factors boxes.
    std::string to_dot() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The graph of a network on patterns: one weight plate a unit, named w1, w2, ...; sign channels at
/// the network's margin; the imposed gate for one unit, else the network's. The wanted outputs are
/// all +1 (fold_labels) where the network folds labels; otherwise the gate holds the patterns'
/// labels. external_field: empty, or a field for every weight, unit by unit. Throws Error where
/// shapes disagree or the patterns carry labels that are to be folded in.
FactorGraph build_graph(const Network& network, const std::shared_ptr<const PatternSet>& patterns,
                        const std::vector<double>& external_field = {});
/// The same on real inputs.
FactorGraph build_graph(const Network& network, const std::shared_ptr<const RealPatterns>& patterns,
                        const std::vector<double>& external_field = {});

/// Number of rows whose gate is not satisfied by the answers of the channels at the given weights
/// (one plate of weights a unit, in the order of weight_plates(), all of one size). Needs the
/// channels' answer(). This is how graphs with a user's channels or gates are checked; networks
/// have the faster count_errors.
std::size_t count_violations(const FactorGraph& graph, const Weights& weights);

}  // namespace steppe

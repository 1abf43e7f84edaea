#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/solver_state.hpp"
#include "steppe/model/network.hpp"
#include "steppe/schedule/focusing.hpp"

namespace steppe {

/// How a pattern's message to one weight is computed (docs/solver.md, "Accuracies").
enum class Accuracy {
    Exact,     ///< exact sum over the other weights; O(inputs^2) a row, at most 1024 inputs
    Gaussian,  ///< the sum over the other weights is taken as normal
    Relaxed,   ///< the same to first order in one weight; cheapest, exact for large inputs
};

/// "exact", "gaussian" or "relaxed".
std::string accuracy_name(Accuracy accuracy);

/// Numbers that messages are stored in.
enum class Precision { Single, Double };

/// Which probability of a unit's answer enters the free entropy. They differ for accuracy Exact.
enum class FreeEntropyForm {
    Consistent,  ///< the one of the accuracy in use; exact for a single pattern
    Reference,   ///< always the normal one, as the reference implementation of focusing BP has it
};

struct BeliefPropagationOptions {
    Accuracy accuracy = Accuracy::Relaxed;
    /// Memory is 4 or 8 bytes a pattern-weight pair; double costs about four times the time.
    Precision precision = Precision::Single;
    /// Rows that are updated together, 1 up to the number of patterns; 0 is all of them
    /// (flooding). Smaller blocks visit the rows in a fresh random order each iteration.
    std::size_t block = 0;
    /// Part of the old message that is kept, in [0, 1). Flooding oscillates without; 0.5 serves
    /// random patterns (docs/solver.md has measurements).
    double damping = 0.5;
    /// Messages start uniform in +- this; in (0, 1]. Zero would keep the units of a committee
    /// alike.
    double start = 0.01;
    /// Names the start messages and the order of the rows.
    std::uint64_t seed = 1;

    /// Throws Error naming the field and the value it rejects.
    void validate() const;
};

/// What one iteration did.
struct IterationReport {
    double weight_change = 0.0;   ///< largest change of a magnetization tanh h
    double message_change = 0.0;  ///< largest change of tanh u over all messages (an upper bound)
    /// The larger one: what tolerances are compared with.
    double change() const {
        return weight_change > message_change ? weight_change : message_change;
    }
};

/// Belief propagation with one stored log-odds message per pattern-weight pair, for graphs of +-1
/// weights. Results do not depend on the number of threads. Cavities are the total less the
/// message itself; focusing and external fields are messages of the site priors.
class BeliefPropagation {
  public:
    /// Throws Error when the graph fails its check, holds other weights than +-1, or has a channel
    /// without what the accuracy needs. The graph's patterns, channels, gates and priors are
    /// shared.
    BeliefPropagation(const FactorGraph& graph, const BeliefPropagationOptions& options);
    ~BeliefPropagation();
    BeliefPropagation(BeliefPropagation&&) noexcept;
    BeliefPropagation& operator=(BeliefPropagation&&) noexcept;

    /// One iteration: every row once, then the priors' messages at the given coupling. Throws Error
    /// with iteration and plate should a field ever not be finite.
    IterationReport step(const Coupling& coupling = {});

    /// Iterations since the start.
    std::size_t iterations() const;

    /// Signs of the total fields, one unit per weight plate in the graph's order (a field of
    /// exactly 0 gives +1). Throws Error when the plates have different sizes.
    Weights weights() const;
    /// tanh of the total field of each weight of a plate (index into weight_plates()).
    std::vector<double> magnetizations(std::size_t plate) const;
    /// Total field of each weight of a plate: data and prior, saturated at +-30.
    std::vector<double> fields(std::size_t plate) const;
    /// q: mean squared magnetization of all weights.
    double overlap() const;
    /// Overlaps of the centre under the coupling of the last step.
    FocusingOverlaps focusing_overlaps() const;

    /// Bethe free entropy per weight, nats, at the present messages and the last coupling; it means
    /// something at a fixed point. NaN where it is not defined (gamma = infinity, or a channel
    /// without log_probability). Costs a few iterations.
    double free_entropy(FreeEntropyForm form = FreeEntropyForm::Consistent) const;

    /// Damping for the iterations to come, in [0, 1).
    void set_damping(double damping);

    SolverState save() const;
    /// Throws Error when the state is not of this problem and precision.
    void restore(const SolverState& state);

    /// Bytes that a solver of this graph holds, patterns not included.
    static std::size_t memory_bytes(const FactorGraph& graph, Precision precision);
    /// The same for the graph of a network, before there are patterns.
    static std::size_t memory_bytes(const Network& network, std::size_t patterns,
                                    Precision precision);

    struct Impl;

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace steppe

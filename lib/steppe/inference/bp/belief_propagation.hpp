#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/opaque_solver.hpp"
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

/// What solve() takes for them stands in the table of settings (options/settings.hpp); here nothing
/// is tuned.
struct BeliefPropagationOptions {
    Accuracy accuracy = Accuracy::Relaxed;
    /// Memory is 4 or 8 bytes a pattern-weight pair; double costs about four times the time.
    Precision precision = Precision::Single;
    /// Rows that are updated together, 1 up to the number of patterns; 0 is all of them
    /// (flooding). Smaller blocks visit the rows in a fresh random order each iteration.
    std::size_t block = 0;
    /// Part of the old message that is kept, in [0, 1). Flooding oscillates without
    /// (docs/solver.md has measurements).
    double damping = 0.0;
    /// Messages start uniform in +- this; in (0, 1]. Zero would keep the units of a committee
    /// alike.
    double start = 0.01;
    /// Names the start messages and the order of the rows.
    std::uint64_t seed = 1;

    /// Throws Error naming the field and the value it rejects.
    void validate() const;
};

/// Belief propagation with a stored message per pattern-weight pair: a log-odds field to a +-1
/// weight, a Gaussian to a real one. Results do not depend on the number of threads. Cavities are
/// the total less the message itself; focusing and external fields are messages of the site priors.
class BeliefPropagation final : public OpaqueSolver {
  public:
    /// Throws Error when the graph fails its check, has real inputs or real weights at
    /// accuracy exact, or a channel without what the accuracy needs (real weights: derivatives).
    /// The graph's patterns, channels, gates and priors are shared.
    BeliefPropagation(const FactorGraph& graph, const BeliefPropagationOptions& options);

    /// FreeEntropyForm::Consistent.
    using OpaqueSolver::free_entropy;
    double free_entropy(FreeEntropyForm form) const;

    /// Bytes that a solver of this graph holds, patterns not included.
    static std::size_t memory_bytes(const FactorGraph& graph, Precision precision,
                                    Accuracy accuracy = Accuracy::Relaxed);
    /// The same for the graph of a network, before there are patterns.
    static std::size_t memory_bytes(const Network& network, std::size_t patterns,
                                    Precision precision, Accuracy accuracy = Accuracy::Relaxed);

    struct Impl;
};

}  // namespace steppe

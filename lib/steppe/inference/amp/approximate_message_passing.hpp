#pragma once

#include <cstddef>
#include <cstdint>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/opaque_solver.hpp"

namespace steppe {

/// What solve() takes for them stands in the table of settings (options/settings.hpp); here nothing
/// is tuned.
struct ApproximateMessagePassingOptions {
    /// Part of the old fields that is kept, in [0, 1).
    double damping = 0.0;
    /// Fields start uniform in +- this; in (0, 1]. Zero would keep the units of a committee alike.
    double start = 0.01;
    /// Names the fields at the start.
    std::uint64_t seed = 1;

    /// Throws Error naming the field and the value it rejects.
    void validate() const;
};

/// Approximate message passing (GAMP: Rangan, ISIT 2011; committees: Aubin et al., NeurIPS 2018)
/// for graphs of +-1 and real weights: belief propagation at accuracy relaxed with every stored
/// message replaced by a correction of the sums. The fixed points agree where the patterns are
/// independent and rows are long; memory is that of the patterns, one bit a pattern-weight pair,
/// and a few numbers a weight and a pattern. All rows are updated from the same fields.
class ApproximateMessagePassing final : public OpaqueSolver {
  public:
    /// Throws Error when the graph fails its check, or has a channel
    /// without derivatives (with a gate that reads fields, also without log_probability). The
    /// graph's patterns, channels, gates and priors are shared.
    ApproximateMessagePassing(const FactorGraph& graph,
                              const ApproximateMessagePassingOptions& options);

    /// Asks every unit for z > (its threshold) + margin sqrt(inputs) from now on; any finite
    /// number.
    void set_margin(double margin);

    /// Bytes that a solver of this graph holds, patterns not included.
    static std::size_t memory_bytes(const FactorGraph& graph);
    /// The same for the graph of a network, before there are patterns.
    static std::size_t memory_bytes(const Network& network, std::size_t patterns);

    struct Impl;
};

}  // namespace steppe

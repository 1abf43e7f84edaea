#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/message_passing.hpp"

namespace steppe {

struct ApproximateMessagePassingOptions {
    /// Part of the old fields that is kept, in [0, 1).
    double damping = 0.5;
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
class ApproximateMessagePassing final : public MessagePassing {
  public:
    /// Throws Error when the graph fails its check, or has a channel
    /// without derivatives (with a gate that reads fields, also without log_probability). The
    /// graph's patterns, channels, gates and priors are shared.
    ApproximateMessagePassing(const FactorGraph& graph,
                              const ApproximateMessagePassingOptions& options);
    ~ApproximateMessagePassing() override;
    ApproximateMessagePassing(ApproximateMessagePassing&&) noexcept;
    ApproximateMessagePassing& operator=(ApproximateMessagePassing&&) noexcept;

    IterationReport step(const Coupling& coupling = {}) override;
    std::size_t iterations() const override;
    Weights weights() const override;
    std::vector<double> magnetizations(std::size_t plate) const override;
    std::vector<double> fields(std::size_t plate) const override;
    double overlap() const override;
    FocusingOverlaps focusing_overlaps() const override;
    double free_entropy() const override;
    void set_inverse_temperature(double beta) override;
    double expected_errors() const override;
    void set_damping(double damping) override;
    void set_start_field(const std::vector<std::vector<double>>& fields) override;
    void set_start_scale(double scale) override;
    SolverState save() const override;
    void restore(const SolverState& state) override;

    /// Asks every unit for z > (its threshold) + margin sqrt(inputs) from now on; any finite
    /// number.
    void set_margin(double margin);

    /// Bytes that a solver of this graph holds, patterns not included.
    static std::size_t memory_bytes(const FactorGraph& graph);
    /// The same for the graph of a network, before there are patterns.
    static std::size_t memory_bytes(const Network& network, std::size_t patterns);

    struct Impl;

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace steppe

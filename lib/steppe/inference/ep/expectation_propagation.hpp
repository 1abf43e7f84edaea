#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/message_passing.hpp"

namespace steppe {

struct ExpectationPropagationOptions {
    /// Part of the old sites that is kept, in [0, 1).
    double damping = 0.8;
    /// Names the order in which units are visited.
    std::uint64_t seed = 1;
    /// Called several times a second, from the calling thread, while the solver is made; what it
    /// throws ends that. The eigendecomposition of thousands of patterns takes minutes.
    std::function<void()> poll = {};

    /// Throws Error naming the field and the value it rejects.
    void validate() const;
};

/// Expectation propagation (Minka, UAI 2001; Opper and Winther, Phys. Rev. E 64:056131, 2001) for
/// any graph: the pre-activations of a unit on all patterns are jointly Gaussian, with one site
/// precision for all patterns of the unit and a site field for each, so that patterns may be as
/// correlated as they like; +-1 weights have such sites as well (docs/solver.md, "Expectation
/// propagation"). Units are visited one
/// after the other, in fresh random order in every iteration. An iteration costs
/// O(units * patterns * rank), after one eigendecomposition of min(patterns, inputs) rows for each
/// wiring.
class ExpectationPropagation final : public MessagePassing {
  public:
    /// Throws Error when the graph fails its check, has real weights with a prior that cannot be
    /// rotated, a plate with several wirings, or a channel without derivatives or log_probability.
    ExpectationPropagation(const FactorGraph& graph, const ExpectationPropagationOptions& options);
    ~ExpectationPropagation() override;
    ExpectationPropagation(ExpectationPropagation&&) noexcept;
    ExpectationPropagation& operator=(ExpectationPropagation&&) noexcept;

    IterationReport step(const Coupling& coupling = {}) override;
    std::size_t iterations() const override;
    Weights weights() const override;
    std::vector<double> magnetizations(std::size_t plate) const override;
    /// Mean over variance of each real weight, log-odds of +-1 ones.
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

    /// Variance of each weight of a plate.
    std::vector<double> variances(std::size_t plate) const;

    /// Bytes that a solver of a network's graph holds, patterns not included.
    static std::size_t memory_bytes(const Network& network, std::size_t patterns);

    struct Impl;

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace steppe

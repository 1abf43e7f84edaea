#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/opaque_solver.hpp"

namespace steppe {

/// What solve() takes for them stands in the table of settings (options/settings.hpp); here nothing
/// is tuned.
struct ExpectationPropagationOptions {
    /// Part of the old sites that is kept, in [0, 1).
    double damping = 0.0;
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
/// wiring. fields() of real weights are mean over variance.
class ExpectationPropagation final : public OpaqueSolver {
  public:
    /// Throws Error when the graph fails its check, has real weights with a prior that cannot be
    /// rotated, a plate with several wirings, or a channel without derivatives or log_probability.
    ExpectationPropagation(const FactorGraph& graph, const ExpectationPropagationOptions& options);

    /// Variance of each weight of a plate.
    std::vector<double> variances(std::size_t plate) const;

    /// Bytes that a solver of a network's graph holds, patterns not included.
    static std::size_t memory_bytes(const Network& network, std::size_t patterns);

    struct Impl;
};

}  // namespace steppe

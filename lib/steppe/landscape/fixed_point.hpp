#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "steppe/data/patterns.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/inference/message_passing.hpp"
#include "steppe/model/network.hpp"
#include "steppe/options/solve_options.hpp"
#include "steppe/options/solver.hpp"

/// Messages without focusing, brought to a fixed point where something is measured (internal; not
/// installed).
namespace steppe {

/// What callers choose.
struct FixedPointOptions {
    std::string solver = "auto";       ///< one that passes messages, or the one solve() would take
    std::optional<Accuracy> accuracy;  ///< of belief propagation; not set: the table of settings
    std::size_t max_iterations = 0;    ///< in three equal parts; 0: each as long as a run
    std::uint64_t seed = 1;
};

/// A fixed point, or where the iterations ended.
struct FixedPoint {
    std::unique_ptr<MessagePassing> messages;
    std::size_t iterations = 0;
    bool converged = false;
    std::size_t lost_patterns = 0;  ///< IterationReport::lost_rows
};

/// A solver for one problem, with everything chosen.
class FixedPointSolver {
  public:
    /// Patterns folded and distinct. Throws Error for options that make no sense.
    FixedPointSolver(const Network& network, const Patterns& patterns,
                     const FixedPointOptions& options);

    /// Iterates on the problem's graph, external fields and all. Messages that do not settle get
    /// more damping, the step halved, twice. look, where there is one, is called after every
    /// iteration with the part that is done; what it throws ends this.
    FixedPoint settle(const FactorGraph& graph, const std::function<void(double)>& look = {}) const;

    std::string solver() const { return how_.solver; }

  private:
    SolveOptions how_;
    const Solver* solver_;
};

}  // namespace steppe

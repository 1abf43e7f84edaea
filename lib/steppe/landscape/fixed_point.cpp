#include "steppe/landscape/fixed_point.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "steppe/data/repeated_patterns.hpp"
#include "steppe/error.hpp"
#include "steppe/run/solver_choice.hpp"

namespace steppe {

namespace {

/// Messages that do not settle get more damping, the step halved, for as many iterations again.
constexpr std::size_t dampings = 3;

}  // namespace

FixedPointSolver::FixedPointSolver(const Network& network, const Patterns& patterns,
                                   const FixedPointOptions& options) {
    SolveOptions asked;
    asked.network = network;
    asked.accuracy = options.accuracy;
    asked.seed = options.seed;
    asked.schedule.kind = ScheduleKind::None;
    asked.max_iterations = options.max_iterations;
    asked.solver = options.solver;
    steppe::settle(asked, patterns.patterns());
    if (asked.solver == "auto") {
        asked.solver =
            patterns.visit([&](const auto& set) { return choose_solver(network, *set); }).solver;
    }
    asked.validate();
    solver_ = &solver_named(asked.solver);
    if (!solver_->passes_messages()) {
        throw Error(fmt::format("{} passes no messages: use bp, amp or ep", solver_->name));
    }
    const bool correlated = !solver_->takes_correlations && are_correlated(patterns);
    how_ = asked.resolved(asked.conditions(solver_->name, correlated));
    if (options.max_iterations == 0) how_.max_iterations *= dampings;
}

FixedPoint FixedPointSolver::settle(const FactorGraph& graph,
                                    const std::function<void(double)>& look) const {
    FixedPoint point;
    point.messages = solver_->make_messages(graph, how_, {});
    double damping = *how_.damping;
    const std::size_t stage = std::max<std::size_t>(1, how_.max_iterations / dampings);
    while (point.iterations < how_.max_iterations && !point.converged) {
        if (point.iterations > 0 && point.iterations % stage == 0) {
            damping = 0.5 * (1.0 + damping);
            point.messages->set_damping(damping);
        }
        const IterationReport report = point.messages->step();
        ++point.iterations;
        point.converged = report.converged(*how_.tolerance);
        point.lost_patterns = report.lost_rows;
        if (look) {
            look(static_cast<double>(point.iterations) / static_cast<double>(how_.max_iterations));
        }
    }
    return point;
}

}  // namespace steppe

#include "steppe/run/run_state.hpp"

#include <algorithm>
#include <utility>

#include "steppe/model/judge.hpp"
#include "steppe/numeric/archive.hpp"
#include "steppe/run/saved_result.hpp"

namespace steppe {

RunState::RunState(const SolveOptions& options, SolveOptions resolved, Patterns patterns,
                   const SolveObserver& observer, Journal* journal)
    : best(options.network.unit_inputs(), options.network.hidden),
      asked_(options),
      patterns_(std::move(patterns)),
      observer_(observer),
      journal_(journal) {
    summary.network = options.network;
    summary.solver = resolved.solver;
    summary.options = std::move(resolved);
    // The summary may be kept for long.
    summary.options.teacher.reset();
    summary.seed = options.seed;
    summary.patterns = patterns_.patterns();
    summary.weights = options.network.weight_count();
    summary.load = static_cast<double>(summary.patterns) / static_cast<double>(summary.weights);
}

double RunState::seconds() const {
    return before_ +
           std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

double RunState::rate() const {
    return static_cast<double>(summary.patterns) * static_cast<double>(summary.weights) *
           static_cast<double>(iterations) / std::max(seconds(), 1e-9);
}

bool RunState::out_of_time() const {
    return asked_.time_limit > 0.0 && seconds() > asked_.time_limit;
}

std::size_t RunState::errors_of(const Weights& weights) const {
    return judged_errors(network(), weights, patterns_);
}

void RunState::keep(const Weights& weights, std::size_t count) {
    summary.errors = count;
    summary.best_iteration = iterations;
    best = weights;
}

void RunState::start_from(const Weights& weights) {
    keep(weights, errors_of(weights));
    errors = summary.errors;
}

void RunState::require_directions() {
    if (have_directions(best)) return;
    best = with_directions(network(), best, asked_.seed);
    summary.errors = errors_of(best);
}

void RunState::conclude() {
    require_directions();
    summary.seconds = seconds();
    summary.iterations = iterations;
    summary.edge_updates_per_second = rate();
    summary.unit_overlap = unit_overlap(network(), best);
    summary.status = summary.errors == 0          ? SolveStatus::Solved
                     : end == SolveStatus::Solved ? SolveStatus::Unsolved
                                                  : end;
}

void RunState::state(Archive& archive) {
    double now = seconds();
    archive("seconds", now);
    archive("summary", summary);
    archive("best", best);
    archive("iterations", iterations);
    archive("errors", errors);
    if (!archive.reads()) return;
    before_ = now;
    start_ = std::chrono::steady_clock::now();
}

}  // namespace steppe

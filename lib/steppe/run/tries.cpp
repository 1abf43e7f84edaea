#include "steppe/run/tries.hpp"

#include <algorithm>
#include <utility>

#include "steppe/run/ending.hpp"

namespace steppe {

bool was_stopped(const SolveSummary& summary) {
    return summary.status == SolveStatus::TimeLimit || summary.status == SolveStatus::Interrupted;
}

bool Tries::add(SolveOptions options) {
    const SolveSummary so_far = result_ ? result_->summary : SolveSummary{};
    if (options_.time_limit > 0.0) options.time_limit = options_.time_limit - so_far.seconds;
    if (options_.max_iterations > 0) {
        options.max_iterations = options_.max_iterations - so_far.iterations;
    }
    SolveResult next = run_(options, watch(so_far));
    if (std::ranges::find(solvers_, next.summary.solver) == solvers_.end()) {
        solvers_.push_back(next.summary.solver);
    }
    if (!result_) {
        result_ = std::move(next);
    } else {
        join(std::move(next));
    }
    SolveSummary& now = result_->summary;
    // The last run knew of the time that was left.
    if (now.status == SolveStatus::TimeLimit) {
        now.message = ending_message(now, {"", "", options_.time_limit, ""});
    }
    return !was_stopped(now) && now.errors > options_.target_errors.value_or(0) &&
           (options_.max_iterations == 0 || now.iterations < options_.max_iterations) &&
           (options_.time_limit == 0.0 || now.seconds < options_.time_limit);
}

std::string Tries::solvers() const {
    std::string names;
    for (std::size_t s = 0; s < solvers_.size(); ++s) {
        names += (s == 0 ? "" : s + 1 < solvers_.size() ? ", " : " and ") + solvers_[s];
    }
    return names;
}

/// The observer sees one run.
SolveObserver Tries::watch(const SolveSummary& so_far) const {
    if (!observer_ || so_far.iterations == 0) return observer_;
    return [this, so_far](SolveProgress progress) {
        if (progress.iteration > 0) progress.iteration += so_far.iterations;
        progress.attempt += so_far.tries;
        progress.attempts += so_far.tries;
        progress.seconds += so_far.seconds;
        progress.best_errors = std::min(progress.best_errors, so_far.errors);
        return observer_(progress);
    };
}

void Tries::join(SolveResult next) {
    const SolveSummary before = result_->summary;
    SolveSummary& now = next.summary;
    const bool better = now.errors < before.errors;
    const SolveStatus end = now.status;
    now.best_iteration += before.iterations;
    if (better) std::swap(*result_, next);
    SolveSummary& joined = result_->summary;
    const SolveSummary& other = next.summary;
    if (!joined.stability && other.stability) {
        joined.stability = other.stability;
        result_->multipliers = std::move(next.multipliers);
    }
    joined.status = better ? joined.status : end;
    joined.tries += other.tries;
    joined.iterations += other.iterations;
    joined.seconds += other.seconds;
    joined.divergences += other.divergences;
    joined.floored += other.floored;
    joined.lost_patterns = std::max(joined.lost_patterns, other.lost_patterns);
    joined.edge_updates_per_second =
        static_cast<double>(joined.patterns) * static_cast<double>(joined.weights) *
        static_cast<double>(joined.iterations) / std::max(joined.seconds, 1e-9);
}

}  // namespace steppe

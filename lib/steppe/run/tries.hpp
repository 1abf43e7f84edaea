#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "steppe/run/solve.hpp"

namespace steppe {

/// One run of the solver that the options name (internal; not installed).
using RunOnce = std::function<SolveResult(const SolveOptions&, const SolveObserver&)>;

/// Whether the run was stopped from outside.
bool was_stopped(const SolveSummary& summary);

/// Several runs together, as one that began with the first (internal; not installed): the weights
/// with the fewest errors, iterations and seconds of all, one observer, and the limits of the
/// whole.
class Tries {
  public:
    /// All three must outlive it.
    Tries(const SolveOptions& options, const RunOnce& run, const SolveObserver& observer)
        : options_(options), run_(run), observer_(observer) {}

    /// Runs once more; true while another may follow: errors above the target are left, and limits
    /// allow it.
    bool add(SolveOptions options);

    /// Of the runs so far, one at least.
    SolveResult& result() { return *result_; }
    /// Solvers that have run: "bp", or "bp, amp and ep".
    std::string solvers() const;
    bool several() const { return solvers_.size() > 1; }

  private:
    SolveObserver watch(const SolveSummary& so_far) const;
    void join(SolveResult next);

    const SolveOptions& options_;
    const RunOnce& run_;
    const SolveObserver& observer_;
    std::optional<SolveResult> result_;
    std::vector<std::string> solvers_;  ///< each once, in order
};

}  // namespace steppe

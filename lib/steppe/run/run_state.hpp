#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "steppe/run/solve.hpp"

/// What a run knows whatever its solver is (internal; not installed).
namespace steppe {

class Archive;
class Journal;

class RunState {
  public:
    /// solver: resolved options, the name of the solver among them. Errors are counted on the
    /// patterns. Options, observer and journal must outlive it; without checkpoints there is no
    /// journal.
    RunState(const SolveOptions& options, SolveOptions resolved, Patterns patterns,
             const SolveObserver& observer, Journal* journal = nullptr);

    const SolveOptions& asked() const { return asked_; }
    const SolveOptions& how() const { return summary.options; }
    const Network& network() const { return asked_.network; }
    const Patterns& patterns() const { return patterns_; }
    const SolveObserver& observer() const { return observer_; }
    Journal* journal() const { return journal_; }
    std::size_t target() const { return asked_.target_errors.value_or(0); }

    double seconds() const;
    /// Pattern-weight pairs in a second.
    double rate() const;
    bool out_of_time() const;

    std::size_t errors_of(const Weights& weights) const;
    /// Takes the weights for the best so far.
    void keep(const Weights& weights, std::size_t count);
    /// Begins with weights that no iteration has made.
    void start_from(const Weights& weights);
    /// Weights that were never more than a start without a direction are no answer.
    void require_directions();

    /// Of the end: numbers of the summary that every run has. The status is the end's where errors
    /// are left.
    void conclude();

    /// What a run that goes on from here has to know.
    void state(Archive& archive);

    SolveSummary summary;
    Weights best;
    std::size_t iterations = 0;
    std::size_t errors = 0;  ///< at the last count
    SolveStatus end = SolveStatus::Unsolved;
    std::optional<std::string> diverged;  ///< what the solver said

  private:
    const SolveOptions& asked_;
    Patterns patterns_;
    const SolveObserver& observer_;
    Journal* journal_;
    double before_ = 0.0;  ///< seconds of the run before it was resumed
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace steppe

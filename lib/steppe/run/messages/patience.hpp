#pragma once

#include <cstddef>

#include "steppe/schedule/pace.hpp"

namespace steppe {

class Archive;

/// Weights that have settled so far are all but found: a try goes on from there only while its
/// errors fall.
inline constexpr double settled_overlap = 0.95;

/// Follows the errors of a try of message passing (internal; not installed): when fields have run
/// away, and when it is not worth going on.
class Patience {
  public:
    /// patience: iterations without improvement that a settled try may have.
    Patience(std::size_t patience, std::size_t patterns);

    /// A try begins, or begins anew from an earlier state: nothing is stored yet.
    void begin();
    void iteration() { ++since_best_; }
    void counted(std::size_t errors);

    /// Errors at the last count; all patterns before the first.
    std::size_t errors() const { return errors_; }
    /// Fields that run away leave many more errors than there have been.
    bool ran_away() const;
    /// Messages that settled far from the good weights they had met: a focusing that grows further
    /// holds them there (binary perceptron, N = 1001, load 0.8: from 13 errors to 315 in a few
    /// iterations, and none better in the hundreds that were left).
    bool is_lost(double overlap) const;
    /// Whether a settled try has gone without improvement for long enough, at this pace.
    bool is_out(const Pace& pace) const;

    void state(Archive& archive);

  private:
    std::size_t patience_, patterns_;
    std::size_t errors_, best_;
    std::size_t since_best_ = 0;  ///< iterations
};

/// When errors are counted: always, or every so many iterations while more than a few are left
/// (Solver::count_interval).
class CountPlan {
  public:
    explicit CountPlan(std::size_t interval) : interval_(interval) {}

    /// The first iteration of a try is looked at.
    void begin() { since_count_ = interval_; }
    /// After an iteration, from the errors at the last count.
    bool is_due(std::size_t errors);
    void counted() { since_count_ = 0; }
    bool is_stale() const { return since_count_ > 0; }

    void state(Archive& archive);

  private:
    std::size_t interval_, since_count_ = 0;
};

}  // namespace steppe

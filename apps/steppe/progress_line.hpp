#pragma once

#include <chrono>
#include <ostream>

#include "steppe/run/solve.hpp"

namespace steppe::cli {

/// One line on a terminal that is written over and over; never used when the output is piped.
class ProgressLine {
  public:
    explicit ProgressLine(std::ostream& terminal) : terminal_(terminal) {}
    ~ProgressLine() { clear(); }

    /// Writes the line anew, at most ten times a second.
    void show(const SolveProgress& progress);
    void clear();

    /// Whether standard error is a terminal that can show the line.
    static bool possible();

  private:
    std::ostream& terminal_;
    std::chrono::steady_clock::time_point last_{};
    bool shown_ = false;
    std::size_t attempt_ = 0;
    double attempt_start_ = 0.0;  ///< seconds
};

}  // namespace steppe::cli

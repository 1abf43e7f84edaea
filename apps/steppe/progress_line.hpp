#pragma once

#include <chrono>
#include <cstddef>
#include <ostream>
#include <string>

#include "steppe/run/solve.hpp"

namespace steppe::cli {

/// Where a run stands, in at most `width` characters: what is less important is left out first.
std::string progress_text(const SolveProgress& progress, std::size_t width);

/// "12 s", "5 min", "3 h".
std::string duration_text(double seconds);

/// One line on a terminal that is written over and over; never used when the output is piped.
class ProgressLine {
  public:
    explicit ProgressLine(std::ostream& terminal) : terminal_(terminal) {}
    ~ProgressLine() { clear(); }

    /// Writes the line anew, at most ten times a second, as wide as the terminal is now.
    void show(const SolveProgress& progress);
    void show(const std::string& text);
    void clear();

    /// Whether standard error is a terminal that can show the line.
    static bool possible();

  private:
    /// Whether the line is due.
    bool is_due();
    void write(const std::string& text);

    std::ostream& terminal_;
    std::chrono::steady_clock::time_point last_{};
    bool shown_ = false;
};

}  // namespace steppe::cli

#pragma once

#include <condition_variable>
#include <mutex>

#include "steppe/data/patterns.hpp"
#include "steppe/options/solve_options.hpp"

/// Memory of runs that are at work at the same time (internal; not installed).
namespace steppe {

/// Bytes of +-1 patterns, and of what the solver that runs first stores.
double bytes_of_run(const SolveOptions& options, const Patterns& patterns);

/// So much memory that is shared by threads.
class MemoryBudget {
  public:
    explicit MemoryBudget(double bytes) : bytes_(bytes) {}

    /// A part of it while one lives.
    class Part {
      public:
        /// Waits until the part is free. One that is larger than the whole waits until nothing is
        /// taken: alone it is refused, or not, by who uses it.
        Part(MemoryBudget& budget, double bytes);
        ~Part();
        Part(const Part&) = delete;
        Part& operator=(const Part&) = delete;

      private:
        MemoryBudget& budget_;
        double bytes_;
    };

  private:
    double bytes_;
    std::mutex mutex_;
    std::condition_variable freed_;
    double taken_ = 0.0;
    int parts_ = 0;
};

}  // namespace steppe

#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/options/solve_options.hpp"
#include "steppe/store/result_store.hpp"

/// Many runs into a results store, without those that are there (internal; not installed).
namespace steppe {

/// What solve() is asked in one cell, and what the key of the run says of its labels.
struct SweepRun {
    SolveOptions options;  ///< the number of threads is set by the sweep
    Patterns patterns;
    std::string labels;
};

/// The cells of a sweep. The functions are called from several threads at a time.
struct SweepCells {
    std::vector<std::size_t> order;
    std::function<SweepRun(std::size_t cell)> run;
    std::function<std::string(std::size_t cell)> name;  ///< for errors
    /// Cells of one group take about as long as each other: they differ in the seed alone.
    std::function<std::size_t(std::size_t cell)> group;
};

struct SweepProgress {
    enum class Stage { Looking, Running, Waiting };
    Stage stage = Stage::Running;
    std::size_t done = 0, cells = 0;  ///< Looking: those looked at; else those that are there
    std::size_t running = 0;          ///< in this process
    /// Infinity where it is not known.
    double seconds_left = std::numeric_limits<double>::infinity();
};

/// Called from any thread, one at a time, several times a second. After it has returned false no
/// more cells are begun; those that run are left to end, and it goes on being called.
using SweepObserver = std::function<bool(const SweepProgress&)>;

/// How many cells are where.
struct SweepState {
    std::size_t cells = 0;
    /// In the store, but not computed here: from before, by another process meanwhile, or by
    /// another cell that comes to the same run.
    std::size_t there = 0;
    std::size_t computed = 0;
    std::size_t missing = 0;  ///< cells = there + computed + missing
    std::size_t solved = 0;   ///< of those that are not missing: no pattern is wrong
    /// That the missing ones may take, by those of the grid that are there; NaN where none are.
    double seconds_left = std::numeric_limits<double>::quiet_NaN();
    bool interrupted = false;  ///< the observer ended it
};

/// What is there, and computes nothing. store: null for an empty one. threads: 0 for one per core.
SweepState look_at_sweep(const ResultStore* store, const SweepCells& cells, std::size_t threads,
                         const SweepObserver& observer = {});

/// Runs what is missing, in the order given, several cells at a time. Each has one thread where
/// there are as many as threads or more, and waits where those at work leave it too little of the
/// machine's memory. A cell that another process has claimed is left to it;
/// when nothing else is left it is waited for, and computed if that process goes. Returns when all
/// cells are there, or the observer has ended it. Throws Error, naming the cell, for one that
/// cannot be run; what was reached is kept.
SweepState run_sweep(ResultStore& store, const SweepCells& cells, std::size_t threads,
                     const SweepObserver& observer = {});

}  // namespace steppe

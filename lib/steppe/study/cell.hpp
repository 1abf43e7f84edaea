#pragma once

#include <functional>
#include <optional>
#include <string>

#include "steppe/study/study.hpp"

namespace steppe {

/// One run of a study: an arm on a training set (internal; not installed).
struct Cell {
    const Study* study = nullptr;
    const Arm* arm = nullptr;
    std::uint64_t set = 1, seed = 1;
    /// Of arms whose rate is tuned. While it is being tuned nothing is measured.
    std::optional<std::string> rate = {};
    bool tuning = false;

    /// Names everything that the result depends on but the patterns of the training set and the
    /// version of the library.
    std::string key() const;
    /// "fBP, end, set 3, seed 1".
    std::string name() const;
    /// "fbp-end-of-the-schedule-3-1", for names of files.
    std::string slug() const;
    /// What a row of this key, read from a file, has not, or not as run_cell() makes it; "" where
    /// it is whole.
    std::string lacks(const MeasureJson& row) const;
};

/// What came of it. A measure that cannot be taken is missing, and its error stands under "failed".
struct CellResult {
    MeasureJson row;  ///< with "key"
    Weights weights;
};

/// What is known of a cell before it runs: "key", "study", "arm", "set", "seed", "version".
MeasureJson row_of(const Cell& cell);

/// The row of one that threw Error: it counts nowhere.
MeasureJson failed_row(const Cell& cell, const std::string& error);

/// Runs it on one thread; nothing where `goes_on` said no. Throws Error where no weights are found.
std::optional<CellResult> run_cell(const Cell& cell, const StudyProblem& problem,
                                   const std::function<bool()>& goes_on);

}  // namespace steppe

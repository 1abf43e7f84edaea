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

    /// Names everything that the result depends on.
    std::string key() const;
    /// "fbp-end-of-the-schedule-3-1", for names of files.
    std::string slug() const;
};

/// What came of it.
struct CellResult {
    MeasureJson row;  ///< with "key"
    Weights weights;
};

/// Runs it on one thread; nothing where `goes_on` said no.
std::optional<CellResult> run_cell(const Cell& cell, const StudyProblem& problem,
                                   const std::function<bool()>& goes_on);

}  // namespace steppe

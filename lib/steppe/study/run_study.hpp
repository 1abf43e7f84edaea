#pragma once

#include <functional>
#include <string>

#include "steppe/study/study.hpp"

/// Runs a study whole, and goes on where an earlier run ended (internal; not installed).
namespace steppe {

/// Training sets and seeds of a study; the rates of its arms are tuned on sets beyond.
inline constexpr std::size_t most_sets = 1000, most_seeds = 1000;

struct StudyOptions {
    std::string folder;  ///< of results, weights, pictures and report; made where it is not there
    std::size_t sets = 0, seeds = 0;  ///< 0: those of the study
    std::size_t threads = 0;          ///< runs at a time; 0: one per core
};

struct StudyProgress {
    std::size_t done = 0, cells = 0;  ///< of all cells that are known of
    std::string running;              ///< the one that was begun last: "fBP, end, set 3, seed 1"
    double seconds_left = 0.0;        ///< infinity where it is not known
};

/// Called from any thread, one at a time, several times a second; false ends the study: cells that
/// are running are dropped.
using StudyObserver = std::function<bool(const StudyProgress&)>;

/// What the report is made of.
struct StudyResults {
    std::vector<MeasureJson> rows;    ///< of all cells, in the order of arms, sets and seeds
    std::vector<MeasureJson> tuning;  ///< likewise
    /// Of each arm; empty where it is not tuned.
    std::vector<std::string> rates;
    std::size_t sets = 0, seeds = 0;
};

/// Nothing where the observer ended it. A cell that throws Error leaves a row with "error", and is
/// tried again when the study is run again. Throws Error for more sets or seeds than there may be,
/// for a problem that cannot be made, and for a folder that cannot be used or belongs to another
/// study; what was reached is kept.
std::optional<StudyResults> run_study(const Study& study, const StudyOptions& options,
                                      const StudyObserver& observer = {});

}  // namespace steppe

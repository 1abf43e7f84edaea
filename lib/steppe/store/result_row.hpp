#pragma once

#include <cstdint>
#include <string>

#include "steppe/run/solve.hpp"
#include "steppe/store/run_key.hpp"

namespace steppe {

/// A run and what came of it: a row of a results store.
struct ResultRow {
    RunKey key;
    std::string summary;  ///< SolveSummary::json, digit by digit

    // What rows are often chosen by, from the summary.
    int results = results_version;  ///< that the key was made with
    std::string status = {};
    bool solved = false;  ///< no pattern is wrong
    std::uint64_t errors = 0, iterations = 0;
    double seconds = 0.0;
    std::uint64_t inputs = 0;
    double load = 0.0;
    std::string solver = {};

    // Filled in by put() where they are empty.
    std::string written = {};  ///< "2026-01-31T12:00:00.000Z"
    std::string host = {};
    std::string version = {};  ///< of the program

    bool operator==(const ResultRow&) const = default;
};

/// Throws Error for a run that was interrupted: what it reached depends on when.
ResultRow result_row(const RunKey& key, const SolveSummary& summary);

/// CRC-32 of all columns with their lengths: tells damage, not intent.
std::uint32_t checksum_of(const ResultRow& row);

}  // namespace steppe

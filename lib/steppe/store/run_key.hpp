#pragma once

#include <string>

#include "steppe/data/patterns.hpp"
#include "steppe/options/solve_options.hpp"

namespace steppe {

/// Part of every key. It is raised by a change of the library after which the same run may give
/// another result: other random numbers, another order of updates or of sums, a repaired mistake,
/// another rule for fresh tries. A changed default does not need it: keys have every option as it
/// runs. run_key.cpp tells what each version changed.
inline constexpr int results_version = 1;

/// Names a run in a results store: two texts that differ are two runs.
class RunKey {
  public:
    /// Any text; run_key() makes those of runs.
    explicit RunKey(std::string text);

    const std::string& text() const { return text_; }
    /// 128-bit FNV-1a of the text, 32 hexadecimal digits.
    const std::string& hash() const { return hash_; }

    bool operator==(const RunKey& other) const { return text_ == other.text_; }

  private:
    std::string text_, hash_;
};

/// The key of solve(options, patterns), known before it runs: JSON (docs/files.md, "Results
/// stores") of all that the result depends on but the machine's rounding. Labels that are folded
/// into the patterns and labels beside them give one key; the number of threads is no part of it.
/// labels: where the wanted outputs come from ("random", "teacher", "file"). test: patterns that
/// the summary tells the errors on. Throws Error as solve() does for options that make no sense.
RunKey run_key(const SolveOptions& options, const Patterns& patterns, const std::string& labels,
               const Patterns* test = nullptr);

}  // namespace steppe

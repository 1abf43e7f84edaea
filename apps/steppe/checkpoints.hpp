#pragma once

#include <iosfwd>
#include <string>

#include "option.hpp"
#include "outputs.hpp"
#include "steppe/run/solve.hpp"

namespace steppe::cli {

/// The options of checkpoints, and what comes of them.
class Checkpoints {
  public:
    void add_to(Options& options);
    /// Throws Error where they do not go together.
    void list_files(Outputs& outputs) const;

    /// What solve() is told. Of the first checkpoint that cannot be written people are told at once
    /// (but with quiet). Must outlive the run.
    CheckpointOptions options(std::ostream& err, bool quiet);
    /// Throws that Error once more, at the end of the run.
    void require_written() const;
    /// "" where there are none.
    const std::string& file() const { return options_.file; }

  private:
    CheckpointOptions options_;
    const Option *file_ = nullptr, *every_ = nullptr, *resume_ = nullptr, *start_ = nullptr;
    std::string failure_;
};

}  // namespace steppe::cli

#pragma once

#include <limits>
#include <optional>
#include <string>

#include "campaign/answer.hpp"
#include "settings.hpp"
#include "steppe/options/solver.hpp"
#include "trace.hpp"

namespace steppe::sequences {

/// Calls of solve(): runs with the settings of the moment, and what must be the same in others.
class RunCalls {
  public:
    RunCalls(const Problem& problem, const Patterns& patterns, const Settings& settings)
        : problem_(problem), patterns_(patterns), settings_(settings) {}

    /// True where the call was one of a run.
    bool make(const Call& call);
    /// Of the last run; nothing where it was refused.
    const std::optional<campaign::Answer>& last() const { return last_; }

  private:
    campaign::Answer answer(const SolveOptions& options, std::size_t stop_at, bool observed = true,
                            const CheckpointOptions& checkpoints = {}) const;
    void solve();
    void check() const;
    void check_by_campaign() const;
    void check_echo() const;
    void check_end() const;
    void check_memory() const;
    /// The last run again with other options that must make no difference.
    void compare(const SolveOptions& options, const char* kind, bool observed = true) const;
    void interrupt(double part) const;
    void check_interrupted(const campaign::Answer& stopped, std::size_t at) const;
    void resume(double part) const;
    void request() const;
    void write(const std::string& ending) const;
    /// Where the clock decides what a run does.
    bool is_timed() const { return options_.time_limit > 0.0 && options_.time_limit < 100.0; }
    const SolveSummary& summary() const { return last_->result->summary; }

    const Problem& problem_;
    const Patterns& patterns_;
    const Settings& settings_;
    SolveOptions options_;  ///< of the last run
    std::optional<campaign::Answer> last_;
};

/// Where runs write their files; to be called before processes are forked, which share it.
const std::string& file_folder();

}  // namespace steppe::sequences

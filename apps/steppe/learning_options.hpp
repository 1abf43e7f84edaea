#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "option.hpp"
#include "steppe/run/solve.hpp"

namespace steppe::cli {

/// The options of the solvers that learn epoch by epoch.
class LearnerRequest {
  public:
    /// Adds the options to the sub-command, in the group Learning. --replicas is not among them: it
    /// belongs to the schedules of message passing as well.
    void add_to(Options& options);

    /// What was asked for, replicas where they were. Refuses options that this solver does not
    /// have.
    LearningOptions options(SolverKind solver, const Network& network,
                            std::optional<std::size_t> replicas) const;

  private:
    void refuse_others(SolverKind solver, const Network& network,
                       std::optional<std::size_t> replicas) const;

    std::string rate_, beta_, gamma_, pull_, preset_ = default_text("preset"),
                                             stop_at_ = default_text("stop-at");
    std::size_t batch_ = 0, epochs_ = 0;
    double momentum_ = 0.0, start_norm_ = default_number("start-norm");
    const Option *rate_option_ = nullptr, *beta_option_ = nullptr, *gamma_option_ = nullptr,
                 *pull_option_ = nullptr, *preset_option_ = nullptr, *stop_option_ = nullptr,
                 *batch_option_ = nullptr, *epochs_option_ = nullptr, *momentum_option_ = nullptr,
                 *norm_option_ = nullptr;
};

}  // namespace steppe::cli

#include "steppe/run/ending.hpp"

#include <fmt/format.h>

namespace steppe {

std::string ending_message(const SolveSummary& summary, const Ending& ending) {
    const std::string best =
        fmt::format("the best weights have {} error{} on {} patterns", summary.errors,
                    summary.errors == 1 ? "" : "s", summary.patterns);
    if (summary.iterations == 0 &&
        (summary.status == SolveStatus::TimeLimit || summary.status == SolveStatus::Interrupted)) {
        return fmt::format(
            "{} before the first iteration; random weights have {} error{} on {} patterns.",
            summary.status == SolveStatus::Interrupted
                ? "Interrupted"
                : fmt::format("The time limit of {} s was reached", ending.time_limit),
            summary.errors, summary.errors == 1 ? "" : "s", summary.patterns);
    }
    switch (summary.status) {
        case SolveStatus::Solved:
            return ending.found.empty()
                       ? "Every pattern is stored."
                       : fmt::format("A solution was found at {}; it is the answer.", ending.found);
        case SolveStatus::Target:
        case SolveStatus::Converged:
        case SolveStatus::Unsolved:
            return fmt::format("{}; {}.", ending.unsolved, best);
        case SolveStatus::TimeLimit:
            return fmt::format("The time limit of {} s was reached; {}.", ending.time_limit, best);
        case SolveStatus::Interrupted:
            return fmt::format("Interrupted; {}.", best);
        case SolveStatus::Diverged:
            return fmt::format("Diverged: {}; {}.", ending.diverged, best);
    }
    return "";
}

}  // namespace steppe

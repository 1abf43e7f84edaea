#include "progress_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <string>

namespace steppe::cli {

bool ProgressLine::possible() {
    const char* terminal = std::getenv("TERM");
    return isatty(STDERR_FILENO) == 1 && terminal && std::string(terminal) != "dumb";
}

void ProgressLine::show(const SolveProgress& p) {
    if (p.attempt != attempt_) {
        attempt_ = p.attempt;
        attempt_start_ = p.seconds;
    }
    const auto now = std::chrono::steady_clock::now();
    if (shown_ && now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    shown_ = true;
    // Time left of this try if its remaining steps take as long as those done did on average.
    const double done = static_cast<double>(p.step);
    const double left = (p.seconds - attempt_start_) * (static_cast<double>(p.steps) - done) / done;
    if (p.epoch) {
        terminal_ << fmt::format(
                         "\r\033[Kepoch {}/{}  mistakes {:.0f}  errors {} (best {})  {:.2g} "
                         "updates/s  at most {:.0f} s left",
                         p.step, p.steps, p.epoch->mistakes, p.errors, p.best_errors,
                         p.edge_updates_per_second, std::ceil(left))
                  << std::flush;
        return;
    }
    terminal_
        << fmt::format(
               "\r\033[K{}step {}/{}  gamma {:.3g}  y {:.3g}  iteration {}  errors {} (best {})  "
               "overlap {:.3f}  {:.2g} updates/s  about {:.0f} s left",
               p.attempt > 1 ? fmt::format("try {}  ", p.attempt) : "", p.step, p.steps,
               p.coupling.gamma, p.coupling.replicas, p.iteration, p.errors, p.best_errors,
               p.overlap, p.edge_updates_per_second, std::ceil(left))
        << std::flush;
}

void ProgressLine::clear() {
    if (!shown_) return;
    terminal_ << "\r\033[K" << std::flush;
    shown_ = false;
}

}  // namespace steppe::cli

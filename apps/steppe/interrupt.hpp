#pragma once

namespace steppe::cli {

/// While one lives, Ctrl-C, SIGTERM, SIGHUP (unless it is ignored: nohup) and SIGUSR1 (which batch
/// systems send before a job's time is up) only set a flag; a second one of the same kind kills the
/// program.
class InterruptFlag {
  public:
    InterruptFlag();
    ~InterruptFlag();
    InterruptFlag(const InterruptFlag&) = delete;
    InterruptFlag& operator=(const InterruptFlag&) = delete;

    bool raised() const;
};

}  // namespace steppe::cli

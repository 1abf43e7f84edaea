#pragma once

namespace steppe::cli {

/// While one lives, Ctrl-C (and SIGTERM) only sets a flag; a second one kills the program.
class InterruptFlag {
  public:
    InterruptFlag();
    ~InterruptFlag();
    InterruptFlag(const InterruptFlag&) = delete;
    InterruptFlag& operator=(const InterruptFlag&) = delete;

    bool raised() const;
};

}  // namespace steppe::cli

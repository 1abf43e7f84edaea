#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace steppe {

/// A process, so that another one can tell whether it is gone (internal; not installed).
struct Process {
    std::string host;    ///< name of the machine
    std::string system;  ///< the boot, and the space of process numbers within it
    pid_t pid = 0;
    std::uint64_t started = 0;  ///< clock ticks after the boot: numbers are used again

    static Process current();

    enum class State {
        Runs,
        Gone,
        Unknown  ///< on another machine, or in a container that cannot be looked into
    };
    /// As the running process sees it. Machines that share a store have different names.
    State state() const;
};

}  // namespace steppe

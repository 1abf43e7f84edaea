#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "command_line.hpp"
#include "descriptor_buffer.hpp"
#include "steppe/numeric/memory.hpp"

namespace {

/// A standard descriptor that is closed would be given to the next file that is opened, and what is
/// printed would land there. It is opened so that using it fails.
void hold_standard_descriptors() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) >= 0) continue;
        const int wrong_way = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (::open("/dev/null", wrong_way) != descriptor) _exit(2);
    }
}

}  // namespace

int main(int argc, char** argv) {
    hold_standard_descriptors();
    // Heaps of threads reserve address space by the 64 MiB.
    if (steppe::memory_is_limited()) mallopt(M_ARENA_MAX, 1);
    // A pipe that is closed is told as any other output that cannot be written.
    std::signal(SIGPIPE, SIG_IGN);
    steppe::cli::DescriptorBuffer buffer(STDOUT_FILENO);
    std::ostream out(&buffer);
    return steppe::cli::run({argv + (argc > 0 ? 1 : 0), argv + argc}, out, std::cerr);
}

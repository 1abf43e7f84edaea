#include "steppe/data/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>

#include "steppe/error.hpp"
#include "steppe/numeric/memory.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STEPPE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define STEPPE_SANITIZED 1
#endif
#endif

namespace steppe {

namespace {

/// Before an answer: how it ended, and its bytes.
struct Head {
    std::uint64_t size;
    std::uint64_t refused;
};

/// Whether all bytes went out. No signal where the other side is gone.
bool send_all(int socket, const char* bytes, std::size_t size) {
    while (size > 0) {
        const ssize_t count = ::send(socket, bytes, size, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes += count;
        size -= static_cast<std::size_t>(count);
    }
    return true;
}

bool receive_all(int socket, char* out, std::size_t size) {
    while (size > 0) {
        const ssize_t count = ::recv(socket, out, size, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        out += count;
        size -= static_cast<std::size_t>(count);
    }
    return true;
}

/// What runs away ends with an error, before the machine is brought to its knees.
void limit_memory() {
#ifndef STEPPE_SANITIZED
    // More than any sound file takes: two chunks of HDF5, which have 4 GiB at most, unpacked. (A
    // sanitizer's shadow takes terabytes of address space.)
    constexpr double most_memory = 9e9;
    const double most = address_space() + std::min(most_memory, memory_room().bytes);
    struct rlimit limit {};
    if (getrlimit(RLIMIT_AS, &limit) != 0) return;
    limit.rlim_cur = std::min(limit.rlim_cur, static_cast<rlim_t>(most));
    setrlimit(RLIMIT_AS, &limit);
#endif
}

/// What the parent was set up for is no business of the child's.
void become_child() {
    // Nobody is left behind where the parent is killed.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int signal = 1; signal < NSIG; ++signal) {
        if (signal != SIGKILL && signal != SIGSTOP) std::signal(signal, SIG_DFL);
    }
    // Of those that a terminal sends to both, the parent thinks.
    for (const int signal : {SIGINT, SIGQUIT, SIGHUP, SIGUSR1}) std::signal(signal, SIG_IGN);
    const struct rlimit no_core {};
    setrlimit(RLIMIT_CORE, &no_core);
    limit_memory();
    // A library's own words are no output of this program.
    const int nowhere = ::open("/dev/null", O_RDWR);
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (nowhere >= 0) ::dup2(nowhere, descriptor);
    }
}

[[noreturn]] void serve(int socket, const ChildProcess::Answer& answer) {
    for (;;) {
        std::uint64_t size = 0;
        if (!receive_all(socket, reinterpret_cast<char*>(&size), sizeof size)) _exit(0);
        if (size > ChildProcess::most_bytes) _exit(1);
        std::string question(size, '\0');
        if (!receive_all(socket, question.data(), question.size())) _exit(0);
        std::string bytes;
        std::uint64_t refused = 0;
        try {
            bytes = answer(question);
        } catch (const std::bad_alloc&) {
            bytes = "it asks for more memory than there is";
            refused = 1;
        } catch (const std::exception& error) {
            bytes = error.what();
            refused = 1;
        }
        const Head head{bytes.size(), refused};
        if (!send_all(socket, reinterpret_cast<const char*>(&head), sizeof head) ||
            !send_all(socket, bytes.data(), bytes.size())) {
            _exit(0);
        }
    }
}

}  // namespace

ChildProcess::ChildProcess(const Answer& answer, std::chrono::milliseconds patience)
    : patience_(patience) {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        throw Error(
            fmt::format("no process can be started to read the file: {}", std::strerror(errno)));
    }
    child_ = ::fork();
    if (child_ == 0) {
        ::close(ends[0]);
        try {
            become_child();
            serve(ends[1], answer);
        } catch (...) {
            // No exception goes back into a copy of the caller.
        }
        _exit(1);
    }
    const int why = errno;
    ::close(ends[1]);
    socket_ = ends[0];
    if (child_ < 0) {
        ::close(socket_);
        throw Error(
            fmt::format("no process can be started to read the file: {}", std::strerror(why)));
    }
}

ChildProcess::~ChildProcess() {
    ::close(socket_);
    if (child_ < 0) return;
    // The answers are had; it has nothing to write.
    ::kill(child_, SIGKILL);
    while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

ChildProcess::Died ChildProcess::death() {
    int status = 0;
    pid_t ended = -1;
    while ((ended = ::waitpid(child_, &status, 0)) < 0 && errno == EINTR) {
    }
    child_ = -1;
    if (ended > 0 && WIFSIGNALED(status)) {
        return Died(fmt::format("crashed ({})", ::strsignal(WTERMSIG(status))));
    }
    return Died("ended without an answer");
}

void ChildProcess::receive(char* out, std::size_t size) {
    while (size > 0) {
        struct pollfd ready {
            .fd = socket_, .events = POLLIN, .revents = 0
        };
        const int count = ::poll(&ready, 1, static_cast<int>(patience_.count()));
        if (count < 0 && errno == EINTR) continue;
        if (count == 0) {
            throw Died(fmt::format("did not answer within {} s",
                                   static_cast<double>(patience_.count()) / 1e3));
        }
        const ssize_t got = ::recv(socket_, out, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) throw death();
        out += got;
        size -= static_cast<std::size_t>(got);
    }
}

std::string ChildProcess::ask(const std::string& question) {
    if (child_ < 0) throw Died("ended without an answer");
    const std::uint64_t size = question.size();
    if (!send_all(socket_, reinterpret_cast<const char*>(&size), sizeof size) ||
        !send_all(socket_, question.data(), question.size())) {
        throw death();
    }
    Head head{};
    receive(reinterpret_cast<char*>(&head), sizeof head);
    if (head.size > most_bytes) throw Died("gave an answer of no sense");
    std::string bytes(head.size, '\0');
    receive(bytes.data(), bytes.size());
    if (head.refused != 0) throw Error(bytes);
    return bytes;
}

}  // namespace steppe

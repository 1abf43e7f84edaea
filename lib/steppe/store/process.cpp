#include "steppe/store/process.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <sstream>

namespace steppe {

namespace {

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "?";
    return name.data();
}

/// Field 22 of /proc/PID/stat; 0 where there is none.
std::uint64_t start_of(pid_t pid) {
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    // The second field, a name in parentheses, may hold anything.
    const std::size_t end = text.rfind(')');
    if (end == std::string::npos) return 0;
    std::istringstream fields(text.substr(end + 1));
    std::string field;
    for (int number = 3; number <= 22; ++number) fields >> field;
    return fields ? std::stoull(field) : 0;
}

std::string boot() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(file, id);
    return id;
}

std::string process_space() {
    std::array<char, 64> name{};
    const ssize_t size = ::readlink("/proc/self/ns/pid", name.data(), name.size());
    return size > 0 ? std::string(name.data(), static_cast<std::size_t>(size)) : "";
}

}  // namespace

Process Process::current() {
    return {host_name(), boot() + " " + process_space(), ::getpid(), start_of(::getpid())};
}

Process::State Process::state() const {
    const Process self = current();
    if (host != self.host) return State::Unknown;
    if (system != self.system) {
        // After another boot nothing is left of the one before.
        const std::string before = system.substr(0, system.find(' '));
        const std::string now = self.system.substr(0, self.system.find(' '));
        return before != now && !before.empty() && !now.empty() ? State::Gone : State::Unknown;
    }
    if (::kill(pid, 0) != 0 && errno == ESRCH) return State::Gone;
    const std::uint64_t start = start_of(pid);
    return start != 0 && start != started ? State::Gone : State::Runs;
}

}  // namespace steppe

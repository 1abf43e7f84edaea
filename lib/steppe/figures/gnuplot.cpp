#include "steppe/figures/gnuplot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <vector>

#include "steppe/data/output.hpp"
#include "steppe/error.hpp"

namespace steppe {

namespace {

/// A file without a name, so that neither side waits for the other as it might at a pipe.
class Memory {
  public:
    explicit Memory(const char* name) {
        const int made = ::memfd_create(name, MFD_CLOEXEC);
        if (made < 0) throw failure(errno);
        // Where this process has a standard stream closed, the number is needed for the child's.
        descriptor_ = ::fcntl(made, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        const int why = errno;
        ::close(made);
        if (descriptor_ < 0) throw failure(why);
    }
    ~Memory() { ::close(descriptor_); }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    int descriptor() const { return descriptor_; }

    void write(std::string_view text) {
        for (std::size_t at = 0; at < text.size();) {
            const ssize_t count = ::write(descriptor_, text.data() + at, text.size() - at);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) throw failure(errno);
            at += static_cast<std::size_t>(count);
        }
        ::lseek(descriptor_, 0, SEEK_SET);
    }

    /// From the beginning, as far as it matters.
    std::string text() const {
        std::string out(4096, '\0');
        const ssize_t count = ::pread(descriptor_, out.data(), out.size(), 0);
        out.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
        return out;
    }

    static Error failure(int code) {
        return Error(fmt::format("gnuplot cannot be started: {}", std::strerror(code)));
    }

  private:
    int descriptor_ = -1;
};

/// This process's environment without what changes gnuplot's ways.
std::vector<char*> environment() {
    std::vector<char*> out;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (!text.starts_with("GNU") && !text.starts_with("GDFONTPATH=")) out.push_back(*entry);
    }
    out.push_back(nullptr);
    return out;
}

/// Runs gnuplot with these as its standard input, output and error: its wait status.
int run_gnuplot(int input, const std::string& output, int errors) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_TRUNC,
                                     0);
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    // -d: no file of settings is read.
    std::string words[] = {"gnuplot", "-d", "-"};
    char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    const std::vector<char*> variables = environment();
    pid_t child = -1;
    const int failed =
        ::posix_spawnp(&child, "gnuplot", &actions, nullptr, arguments, variables.data());
    posix_spawn_file_actions_destroy(&actions);
    if (failed == ENOENT) {
        throw Error(
            "gnuplot is not installed: it draws the pictures (Debian's package gnuplot-nox)");
    }
    if (failed != 0) throw Memory::failure(failed);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

/// What gnuplot complained of first, without the place that stands before it.
std::string complaint(const std::string& errors) {
    std::istringstream lines(errors);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t place = line.find(" line ");
        const std::size_t colon = place == std::string::npos ? place : line.find(": ", place);
        if (colon == std::string::npos) continue;
        std::string rest = line.substr(colon + 2);
        if (!rest.starts_with("warning")) return rest;
    }
    return "it does not say why";
}

}  // namespace

PictureFormat picture_format(const std::string& path) {
    std::string name = path;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    if (name.ends_with(".svg")) return PictureFormat::Svg;
    if (name.ends_with(".png")) return PictureFormat::Png;
    if (name.ends_with(".pdf")) return PictureFormat::Pdf;
    throw Error(fmt::format(
        "'{}' does not say what kind of picture it is: its name must end in .svg, .png or .pdf",
        path));
}

void require_gnuplot() {
    Memory nothing("steppe-script"), errors("steppe-errors");
    run_gnuplot(nothing.descriptor(), "/dev/null", errors.descriptor());
}

void draw(const Page& page, const std::string& path) {
    Memory script("steppe-script"), errors("steppe-errors");
    script.write(gnuplot_script(page, picture_format(path)));
    write_whole(path, [&](const std::string& temporary) {
        const int status = run_gnuplot(script.descriptor(), temporary, errors.descriptor());
        if (WIFSIGNALED(status)) {
            throw Error(fmt::format("gnuplot crashed while it drew '{}' ({})", path,
                                    ::strsignal(WTERMSIG(status))));
        }
        // Without the terminal that was asked for it goes on, and draws nothing.
        if (WEXITSTATUS(status) != 0 || std::filesystem::is_empty(temporary)) {
            throw Error(
                fmt::format("gnuplot could not draw '{}': {}", path, complaint(errors.text())));
        }
    });
}

}  // namespace steppe

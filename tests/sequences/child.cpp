#include "child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <new>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "steppe/options/solver.hpp"

namespace steppe::sequences {

namespace {

/// A sequence that takes so long hangs.
constexpr auto most_time = std::chrono::seconds(120);

template <std::size_t Size>
void put(std::array<char, Size>& place, std::string_view text) {
    const std::size_t count = std::min(text.size(), Size - 1);
    std::copy_n(text.begin(), count, place.begin());
    place[count] = '\0';
}

std::int64_t now() {
    return Clock::now().time_since_epoch().count();
}

void count_run(Board& board, const std::string& solver, const std::vector<std::string>& options) {
    ++board.runs;
    const auto place = [](const auto& all, const std::string& name) {
        return static_cast<std::size_t>(
            std::ranges::find_if(all, [&](const auto* one) { return one->name == name; }) -
            all.begin());
    };
    const std::size_t by = place(all_solvers(), solver);
    for (const std::string& name : options) {
        const std::size_t option = place(all_options(), name);
        if (by < most_solvers && option < most_options) ++board.ran[by][option];
    }
}

}  // namespace

Board& new_board() {
    void* memory =
        mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no memory is to be shared");
    return *new (memory) Board;
}

bool play_on(Board& board, const Trace& trace) {
    put(board.kind, "");
    put(board.what, "");
    put(board.trace, to_text(trace));
    board.since = now();
    const Outcome outcome =
        play(trace, {[&](std::size_t call) { board.call = static_cast<std::uint32_t>(call); },
                     [&](const std::string& solver, const std::vector<std::string>& options) {
                         count_run(board, solver, options);
                     }});
    ++board.sequences;
    board.calls += trace.calls.size();
    board.call = static_cast<std::uint32_t>(outcome.call);
    put(board.what, outcome.what);
    put(board.kind, outcome.kind);
    return outcome.kind.empty();
}

pid_t fork_child(const std::function<void()>& work, bool quiet) {
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("no process is to be had");
    if (child > 0) return child;
    if (quiet) {
        const int nothing = open("/dev/null", O_WRONLY);
        dup2(nothing, STDERR_FILENO);
    }
    work();
    // Nothing of the other process's is to be torn down.
    _exit(0);
}

bool has_ended(pid_t child, Board& board) {
    int status = 0;
    const bool hangs = Clock::duration(now() - board.since) > most_time;
    if (hangs) kill(child, SIGKILL);
    if (waitpid(child, &status, hangs ? 0 : WNOHANG) == 0) return false;
    if (hangs) {
        put(board.kind, "hangs");
    } else if (WIFSIGNALED(status)) {
        put(board.kind, fmt::format("signal-{}", WTERMSIG(status)));
    } else if (WEXITSTATUS(status) != 0) {
        put(board.kind, "ended");
        put(board.what, fmt::format("the process ended with {}", WEXITSTATUS(status)));
    }
    return true;
}

Outcome outcome_of(const Board& board) {
    return {board.kind.data(), board.what.data(), board.call.load()};
}

Outcome play_apart(const Trace& trace) {
    static Board& board = new_board();
    put(board.kind, "");
    board.since = now();
    const pid_t child = fork_child([&] { play_on(board, trace); }, true);
    while (!has_ended(child, board)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return outcome_of(board);
}

}  // namespace steppe::sequences

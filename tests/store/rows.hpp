#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <functional>
#include <string>

#include "steppe/numeric/random.hpp"
#include "steppe/store/result_store.hpp"

/// Rows of results stores, and processes that put them.
namespace steppe::test {

/// Row i, the same at every call, with texts as long as those of runs.
inline ResultRow row_of(std::uint64_t i) {
    const Philox random(i, Stream::Test);
    std::string text = "{\"row\":" + std::to_string(i) + ",\"noise\":\"";
    const std::uint64_t words = 20 + random.bits(0) % 200;
    for (std::uint64_t w = 1; w <= words; ++w) text += std::to_string(random.bits(w)) + " ";
    return {.key = RunKey("run " + std::to_string(i)),
            .summary = text + "\"}",
            .status = i % 3 == 0 ? "unsolved" : "solved",
            .solved = i % 3 != 0,
            .errors = i % 3 == 0 ? i : 0,
            .iterations = 10 * i,
            .seconds = 0.1 * static_cast<double>(i),
            .inputs = 101 + i % 7,
            .load = 0.01 * static_cast<double>(i % 100),
            .solver = i % 2 == 0 ? "amp" : "bp",
            .written = "2026-01-31T12:00:00.000Z",
            .host = "host",
            .version = "0.1.0"};
}

/// Starts a process that does the work and ends with what it returns; 99 where it throws.
inline pid_t start_process(const std::function<int()>& work) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    int status = 99;
    try {
        status = work();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "a process of the test: %s\n", error.what());
    }
    ::_exit(status);
}

/// Its exit status; 128 and the signal that ended it.
inline int end_of(pid_t process) {
    int status = 0;
    ::waitpid(process, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

inline int in_process(const std::function<int()>& work) {
    return end_of(start_process(work));
}

}  // namespace steppe::test

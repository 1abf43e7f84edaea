#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "trace.hpp"

namespace steppe::sequences {

/// Where a sequence failed; kind is empty where it did not.
struct Outcome {
    std::string kind, what;
    std::size_t call = 0;
};

/// What is told while a sequence is played.
struct Listener {
    /// Before each call.
    std::function<void(std::size_t call)> before = [](std::size_t) {};
    /// After a run of solve() that was not refused: its solver, and the options that were set.
    std::function<void(const std::string& solver, const std::vector<std::string>& options)> ran =
        [](const std::string&, const std::vector<std::string>&) {};
};

/// Makes the calls one after the other and checks all answers.
Outcome play(const Trace& trace, const Listener& listener = {});

}  // namespace steppe::sequences

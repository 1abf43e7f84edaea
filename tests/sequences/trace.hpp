#pragma once

#include <istream>
#include <string>
#include <vector>

#include "campaign/problem.hpp"

/// Random sequences of calls and settings on the library, every answer checked by independent
/// means. `sequences --help` says how to run them.
namespace steppe::sequences {

using campaign::Problem;

/// One call: what is done, and with what.
struct Call {
    std::string name;
    std::vector<std::string> words;

    /// The words from the first on, as one text.
    std::string rest(std::size_t first) const;
    /// A word as a number; 0 where there is none.
    double number(std::size_t word) const;
    std::size_t count(std::size_t word) const;

    /// How spaces share out words makes no difference.
    bool operator==(const Call& other) const {
        return name == other.name && rest(0) == other.rest(0);
    }
};

/// A problem and what is done with it, in order. A call that has nothing to act on (`step` without
/// a solver) is left out, so that any part of a sequence is a sequence.
struct Trace {
    Problem problem;
    std::vector<Call> calls;

    bool operator==(const Trace&) const = default;
};

/// The problem as the campaign writes it, then a line `call NAME WORDS` for each call; `#` starts a
/// comment.
std::string to_text(const Trace& trace);
/// Throws std::runtime_error for what is no such file.
Trace read_trace(std::istream& text, const std::string& path);
Trace read_trace(const std::string& path);

}  // namespace steppe::sequences

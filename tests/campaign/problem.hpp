#pragma once

#include <istream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/run/solve.hpp"

/// A differential campaign: random problems with random options, each answer checked by means that
/// share nothing with the library. `campaign --help` says how to run it.
namespace steppe::campaign {

/// Everything that a run depends on, written out: a problem can be kept in a file, shrunk and
/// replayed.
struct Problem {
    Network network;
    bool real = false;          ///< RealPatterns, else PatternSet
    std::vector<float> inputs;  ///< row after row
    std::vector<int> labels;    ///< one a pattern, +1 or -1
    /// Weights that the answer is compared with, unit by unit; empty for none.
    std::vector<double> teacher;
    /// Options as the command line has them, without their dashes.
    std::vector<std::pair<std::string, std::string>> options;

    std::size_t patterns() const { return labels.size(); }
    float input(std::size_t a, std::size_t i) const { return inputs[a * network.inputs + i]; }
    /// nullptr where the option is not given.
    const std::string* option(const std::string& name) const;
    void set(const std::string& name, const std::string& value);
    bool drop(const std::string& name);

    bool operator==(const Problem& other) const;
};

/// The patterns with their labels beside them.
Patterns library_patterns(const Problem& problem);
/// Weights of the problem's network, unit by unit, of either kind.
Weights library_weights(const Network& network, const std::vector<double>& values);
/// Throws std::runtime_error for an option that the campaign does not know.
SolveOptions library_options(const Problem& problem);

/// Why the manual forbids the request; nothing where it is allowed.
std::optional<std::string> why_refused(const Problem& problem);

/// Path of a file of a schedule: "list:0.1 2;inf 10" stands for these lines.
std::string schedule_file(const std::string& list);

/// Arguments of `steppe solve` but for the files of patterns.
std::vector<std::string> arguments(const Problem& problem);
/// Text of input i of pattern a that reads as the same number.
std::string input_text(const Problem& problem, std::size_t a, std::size_t i);

/// A file of lines: `network ...`, `option NAME VALUE`, `teacher WEIGHTS`, `pattern LABEL INPUTS`;
/// `#` starts a comment.
std::string to_text(const Problem& problem);
Problem read_problem(const std::string& path);
/// The same; path: for error messages.
Problem read_problem(std::istream& file, const std::string& path);

}  // namespace steppe::campaign

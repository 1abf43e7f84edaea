#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "command_line.hpp"

namespace steppe::test {

struct Outcome {
    int status;
    std::string out, err;
};

inline std::vector<std::string> words_of(const std::string& line) {
    std::istringstream words(line);
    std::vector<std::string> arguments;
    for (std::string word; words >> word;) arguments.push_back(word);
    return arguments;
}

inline Outcome run_words(const std::vector<std::string>& arguments) {
    std::ostringstream out, err;
    const int status = cli::run(arguments, out, err);
    return {status, out.str(), err.str()};
}

/// Runs the program on the words of a command line (no quoting).
inline Outcome run(const std::string& line) {
    return run_words(words_of(line));
}

/// The error of a command that must be refused: status 2, one line, nothing on standard output.
inline std::string refusal_of(const std::vector<std::string>& arguments) {
    const Outcome outcome = run_words(arguments);
    if (outcome.status != 2) return "status " + std::to_string(outcome.status);
    if (!outcome.out.empty()) return "printed: " + outcome.out;
    if (outcome.err.find('\n') != outcome.err.size() - 1) return "not one line: " + outcome.err;
    if (!outcome.err.starts_with("steppe: ")) return "not from steppe: " + outcome.err;
    return outcome.err.substr(8, outcome.err.size() - 9);
}

inline std::string refusal(const std::string& line) {
    return refusal_of(words_of(line));
}

/// Does something in another thread when a run is about to begin: when its log file appears, at
/// most half a minute later.
class WhenRunBegins {
  public:
    WhenRunBegins(const std::string& log, const std::function<void()>& work)
        : thread_([log, work] {
              for (int t = 0; t < 3000 && !std::filesystem::exists(log); ++t) {
                  std::this_thread::sleep_for(std::chrono::milliseconds(10));
              }
              work();
          }) {}
    ~WhenRunBegins() { thread_.join(); }
    WhenRunBegins(const WhenRunBegins&) = delete;
    WhenRunBegins& operator=(const WhenRunBegins&) = delete;

  private:
    std::thread thread_;
};

}  // namespace steppe::test

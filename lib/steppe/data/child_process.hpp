#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>

namespace steppe {

/// Asks a library that may crash, run away or never return, from a process of its own (internal;
/// not installed). Only bytes come back: whatever happens there, here it is an exception.
class ChildProcess {
  public:
    /// Answers a question, in the child. What it throws is thrown by ask(), as Error with the same
    /// words.
    using Answer = std::function<std::string(const std::string& question)>;

    /// The child is gone: it crashed, or did not answer. what() goes on a sentence that begins with
    /// the library's name: "crashed (Segmentation fault)".
    struct Died : std::runtime_error {
        using std::runtime_error::runtime_error;
    };

    /// Starts the child, a copy of this process. patience: for how long it may be silent while it
    /// owes an answer. Throws Error where there can be no further process.
    explicit ChildProcess(const Answer& answer,
                          std::chrono::milliseconds patience = std::chrono::minutes(2));
    /// Ends the child, whatever it does.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// At most so many bytes are a question or an answer.
    static constexpr std::size_t most_bytes = std::size_t{1} << 26;

    /// Throws Error with what the child's answer threw, or Died.
    std::string ask(const std::string& question);

  private:
    void receive(char* out, std::size_t size);
    /// Waits for the child's end and says what it was.
    Died death();

    int socket_ = -1;
    pid_t child_ = -1;
    std::chrono::milliseconds patience_;
};

}  // namespace steppe

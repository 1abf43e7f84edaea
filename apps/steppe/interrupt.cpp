#include "interrupt.hpp"

#include <array>
#include <csignal>

namespace steppe::cli {

namespace {

volatile std::sig_atomic_t raised_flag = 0;

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGUSR1};
std::array<void (*)(int), signals.size()> handlers_before{};

void on_signal(int signal) {
    raised_flag = 1;
    std::signal(signal, SIG_DFL);
}

}  // namespace

InterruptFlag::InterruptFlag() {
    raised_flag = 0;
    for (std::size_t i = 0; i < signals.size(); ++i) {
        handlers_before[i] = std::signal(signals[i], on_signal);
        // nohup asks that the run goes on.
        if (signals[i] == SIGHUP && handlers_before[i] == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
    }
}

InterruptFlag::~InterruptFlag() {
    for (std::size_t i = 0; i < signals.size(); ++i) std::signal(signals[i], handlers_before[i]);
}

bool InterruptFlag::raised() const {
    return raised_flag != 0;
}

}  // namespace steppe::cli

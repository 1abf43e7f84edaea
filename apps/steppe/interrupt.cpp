#include "interrupt.hpp"

#include <csignal>

namespace steppe::cli {

namespace {

volatile std::sig_atomic_t raised_flag = 0;

void on_signal(int signal) {
    raised_flag = 1;
    std::signal(signal, SIG_DFL);
}

}  // namespace

InterruptFlag::InterruptFlag() {
    raised_flag = 0;
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
}

InterruptFlag::~InterruptFlag() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

bool InterruptFlag::raised() const {
    return raised_flag != 0;
}

}  // namespace steppe::cli

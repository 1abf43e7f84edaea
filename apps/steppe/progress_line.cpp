#include "progress_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "terminal.hpp"

namespace steppe::cli {

std::string duration_text(double seconds) {
    if (seconds < 99.5) return fmt::format("{:.0f} s", std::ceil(seconds));
    if (seconds < 99.5 * 60.0) return fmt::format("{:.0f} min", seconds / 60.0);
    if (seconds < 99.5 * 3600.0) return fmt::format("{:.0f} h", seconds / 3600.0);
    return fmt::format("{:.0f} days", seconds / 86400.0);
}

namespace {

/// A part of the line; 1 is the most important.
struct Field {
    int importance;
    std::string text;
};

/// Of the whole run. What is known is when it ends without a solution.
std::string time_text(const SolveProgress& p) {
    if (!std::isfinite(p.seconds_left)) return "";
    return fmt::format("at most about {} left", duration_text(p.seconds_left));
}

std::vector<Field> fields_of(const SolveProgress& p) {
    const std::string attempt =
        p.attempts > 1 ? fmt::format("try {}/{}", p.attempt, p.attempts) : "";
    const Field time{4, time_text(p)};
    if (p.iteration == 0) {
        return {{3, attempt}, {1, "preparing the solver"}, {2, duration_text(p.seconds)}, time};
    }
    const Field rate{10, fmt::format("{:.2g} updates/s", p.edge_updates_per_second)};
    const Field errors{1, fmt::format("errors {}", p.errors)};
    const Field best{5, fmt::format("best {}", p.best_errors)};
    if (p.epoch) {
        return {{2, fmt::format("epoch {}/{}", p.step, p.steps)},
                {6, fmt::format("mistakes {:.0f}", p.epoch->mistakes)},
                errors,
                best,
                rate,
                time};
    }
    return {{3, attempt},
            {2, fmt::format("step {}/{}", p.step, p.steps)},
            {7, fmt::format("gamma {:.3g}", p.coupling.gamma)},
            {8, fmt::format("y {:.3g}", p.coupling.replicas)},
            {9, fmt::format("iteration {}", p.iteration)},
            errors,
            best,
            {6, fmt::format("overlap {:.3f}", p.overlap)},
            rate,
            time};
}

}  // namespace

std::string progress_text(const SolveProgress& progress, std::size_t width) {
    std::vector<Field> fields = fields_of(progress);
    std::erase_if(fields, [](const Field& field) { return field.text.empty(); });
    const auto line = [&] {
        std::string text;
        for (const Field& field : fields) text += (text.empty() ? "" : "  ") + field.text;
        return text;
    };
    while (fields.size() > 1 && line().size() > width) {
        fields.erase(std::ranges::max_element(fields, {}, &Field::importance));
    }
    return line().substr(0, width);
}

bool ProgressLine::possible() {
    const char* terminal = std::getenv("TERM");
    return isatty(STDERR_FILENO) == 1 && terminal && std::string(terminal) != "dumb";
}

bool ProgressLine::is_due() {
    const auto now = std::chrono::steady_clock::now();
    if (shown_ && now - last_ < std::chrono::milliseconds(100)) return false;
    last_ = now;
    return true;
}

void ProgressLine::write(const std::string& text) {
    shown_ = true;
    terminal_ << "\r\033[K" << text << std::flush;
}

namespace {

/// A line that fills the last column would scroll on some terminals.
std::size_t line_width() {
    return terminal_width(STDERR_FILENO) - 1;
}

}  // namespace

void ProgressLine::show(const SolveProgress& progress) {
    if (is_due()) write(progress_text(progress, line_width()));
}

void ProgressLine::show(const std::string& text) {
    if (is_due()) write(text.substr(0, line_width()));
}

void ProgressLine::clear() {
    if (!shown_) return;
    terminal_ << "\r\033[K" << std::flush;
    shown_ = false;
}

}  // namespace steppe::cli

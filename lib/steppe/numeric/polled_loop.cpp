#include "steppe/numeric/polled_loop.hpp"

#include <algorithm>
#include <chrono>

#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

/// Seconds that a group of pieces should take: groups grow where they take less, and shrink.
constexpr double shortest = 0.05, longest = 0.2;

}  // namespace

void polled_for(std::size_t count, std::size_t grain, const Poll& poll,
                const std::function<void(std::size_t begin, std::size_t end)>& body) {
    if (!poll) return parallel_for(count, grain, body);
    std::size_t pieces = 1;
    for (std::size_t first = 0; first < count;) {
        const std::size_t here = std::min(count - first, pieces * grain);
        const auto start = std::chrono::steady_clock::now();
        parallel_for(here, grain,
                     [&](std::size_t begin, std::size_t end) { body(first + begin, first + end); });
        first += here;
        poll();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        if (took.count() < shortest) pieces *= 2;
        if (took.count() > longest && pieces > 1) pieces /= 2;
    }
}

}  // namespace steppe

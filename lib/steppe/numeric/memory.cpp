#include "steppe/numeric/memory.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include "steppe/error.hpp"

namespace steppe {

namespace {

double physical_bytes() {
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
    if (pages <= 0 || page <= 0) return std::numeric_limits<double>::infinity();
    return static_cast<double>(pages) * static_cast<double>(page);
}

}  // namespace

double address_space() {
    std::ifstream file("/proc/self/statm");
    double pages = 0.0;
    file >> pages;
    return pages * static_cast<double>(sysconf(_SC_PAGE_SIZE));
}

MemoryRoom memory_room() {
    const double physical = physical_bytes();
    struct rlimit limit {};
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return {physical, false};
    }
    const double left = std::max(0.0, static_cast<double>(limit.rlim_cur) - address_space());
    return {std::min(left, physical), left < physical};
}

bool memory_is_limited() {
    struct rlimit limit {};
    return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

std::string bytes_text(double bytes) {
    if (bytes < 1e6) return fmt::format("{:.1f} kB", bytes / 1e3);
    if (bytes < 1e9) return fmt::format("{:.1f} MB", bytes / 1e6);
    return fmt::format("{:.2f} GB", bytes / 1e9);
}

std::string memory_shortage(double bytes) {
    const MemoryRoom room = memory_room();
    if (bytes <= room.bytes) return {};
    if (room.limited) {
        return fmt::format("{}, and the limit on memory (ulimit -v) leaves {}", bytes_text(bytes),
                           bytes_text(room.bytes));
    }
    return fmt::format("{:.1f} GB, and this machine has {:.1f}", bytes / 1e9, room.bytes / 1e9);
}

void require_memory(double bytes, const std::string& what) {
    const std::string shortage = memory_shortage(bytes);
    if (!shortage.empty()) throw Error(fmt::format("{} need {}", what, shortage));
}

}  // namespace steppe

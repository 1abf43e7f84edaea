#include "terminal.hpp"

#include <sys/ioctl.h>

#include <cstdlib>

#include "steppe/numeric/number.hpp"

namespace steppe::cli {

std::size_t terminal_width(int descriptor) {
    constexpr std::size_t usual = 80, most = 10000;
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    const char* columns = std::getenv("COLUMNS");
    if (!columns) return usual;
    const std::optional<std::uint64_t> width = whole_number_of(columns);
    return width && *width > 0 && *width <= most ? static_cast<std::size_t>(*width) : usual;
}

}  // namespace steppe::cli

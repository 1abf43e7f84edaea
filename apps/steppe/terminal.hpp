#pragma once

#include <cstddef>

namespace steppe::cli {

/// Columns of the terminal that a descriptor is, as it is now; else what the environment variable
/// COLUMNS says; else 80.
std::size_t terminal_width(int descriptor);

}  // namespace steppe::cli

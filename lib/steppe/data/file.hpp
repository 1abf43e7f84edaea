#pragma once

#include <string>

namespace steppe {

/// The contents of a file, unpacked when it is gzip; "-" is standard input. Throws Error naming the
/// file and the reason.
std::string read_text(const std::string& path);

}  // namespace steppe

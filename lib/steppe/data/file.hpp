#pragma once

#include <functional>
#include <string>

namespace steppe {

/// The contents of a file, unpacked when it is gzip; "-" is standard input. Throws Error naming the
/// file and the reason.
std::string read_text(const std::string& path);

/// Writes a file so that a reader sees the old one or the new one, never half: `fill` writes to a
/// temporary name in the same folder, which is flushed to disk and renamed to path. When fill
/// throws, the temporary file is removed and path stays as it was.
void write_whole(const std::string& path,
                 const std::function<void(const std::string& temporary)>& fill);

/// write_whole for text; packed with gzip when path ends in .gz.
void write_text(const std::string& path, const std::string& text);

}  // namespace steppe

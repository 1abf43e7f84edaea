#include "steppe/data/file.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "steppe/data/byte_source.hpp"
#include "steppe/error.hpp"

namespace steppe {

namespace {

Error failure(const std::string& path, const char* what) {
    return Error(fmt::format("file '{}' cannot be {}: {}", path, what, std::strerror(errno)));
}

}  // namespace

std::string read_text(const std::string& path) {
    return ByteSource(path).rest();
}

}  // namespace steppe

#include "steppe/data/file.hpp"

#include "steppe/data/byte_source.hpp"

namespace steppe {

std::string read_text(const std::string& path) {
    return ByteSource(path).rest();
}

}  // namespace steppe

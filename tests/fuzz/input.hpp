#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "steppe/error.hpp"

/// What the fuzz targets share: each is a function of bytes that must end well or throw Error.
namespace steppe::fuzz {

/// A file in memory with these bytes.
class MemoryFile {
  public:
    explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("fuzz", 0)) {
        if (descriptor_ < 0) std::abort();
        while (!bytes.empty()) {
            const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
            if (count <= 0) std::abort();
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    ~MemoryFile() { ::close(descriptor_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  private:
    int descriptor_;
};

/// The first byte, which chooses how the rest is read; taken off.
inline unsigned take_choice(std::string_view& bytes) {
    if (bytes.empty()) return 0;
    const auto choice = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    return choice;
}

inline std::string_view view(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Calls work(); an Error is a right answer, and has a sentence.
template <class Work>
void accept_error(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        if (std::string_view(error.what()).empty()) std::abort();
    }
}

}  // namespace steppe::fuzz

#pragma once

#include <cstddef>
#include <cstdint>

namespace steppe {

/// 64-bit FNV-1a over the low bytes of numbers, lowest byte first: what pattern sets are named by
/// in solution files (internal; not installed).
class Fnv1a {
  public:
    void add(std::uint64_t value, std::size_t bytes) {
        for (std::size_t b = 0; b < bytes; ++b) {
            hash_ = (hash_ ^ (value >> (8 * b) & 0xff)) * 0x100000001b3u;
        }
    }
    std::uint64_t value() const { return hash_; }

  private:
    std::uint64_t hash_ = 0xcbf29ce484222325u;
};

}  // namespace steppe

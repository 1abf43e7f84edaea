#pragma once

#include <cstdint>
#include <string>

#include "steppe/numeric/random.hpp"

namespace steppe::test {

/// The same bytes but for one to four of them, which the trial names.
inline std::string damaged(std::string bytes, std::uint64_t trial) {
    const Philox random(trial, Stream::Test);
    for (std::uint64_t b = 0; b <= trial % 4; ++b) {
        bytes[random.bits(b) % bytes.size()] = static_cast<char>(random.bits(b, 1) & 0xff);
    }
    return bytes;
}

}  // namespace steppe::test

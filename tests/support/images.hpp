#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// IDX files that a test makes.
namespace steppe::test {

/// The bytes of an IDX file of unsigned bytes.
inline std::string idx(const std::vector<std::uint32_t>& dimensions,
                       const std::vector<std::uint8_t>& data) {
    std::string text{'\0', '\0', '\x08', static_cast<char>(dimensions.size())};
    for (const std::uint32_t length : dimensions) {
        for (int shift = 24; shift >= 0; shift -= 8)
            text += static_cast<char>(length >> shift & 255);
    }
    return text + std::string(data.begin(), data.end());
}

/// Where Debian's dataset-fashion-mnist puts its files.
inline const std::string fashion_folder = "/usr/share/datasets/fashion-mnist/";

}  // namespace steppe::test

#pragma once

#include <cstddef>
#include <cstdint>

namespace steppe::kernels {

/// For the eight patterns of a group (PatternSet's layout): the number of bits in which each
/// differs from the other group (internal; not installed). Both have words * 8 words.
void count_differing(const std::uint16_t* group, const std::uint16_t* other, std::size_t words,
                     std::uint32_t differing[8]);

}  // namespace steppe::kernels

#include "steppe/model/bit_kernels.hpp"

#include <algorithm>

// One target more than elsewhere: it counts the bits of whole vectors in one instruction.
#define HWY_WANT_AVX3_DL

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "steppe/model/bit_kernels.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace steppe::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void CountDiffering(const std::uint16_t* HWY_RESTRICT group,
                    const std::uint16_t* HWY_RESTRICT other, std::size_t words,
                    std::uint32_t* HWY_RESTRICT differing) {
    const hn::ScalableTag<std::uint16_t> d;
    const std::size_t lanes = hn::Lanes(d);
    const std::size_t size = words * 8;
    // A lane counts at most 16 bits a turn: 4095 turns fit 16 bits.
    constexpr std::size_t turns_before_overflow = 4095;
    HWY_ALIGN std::uint16_t sums[HWY_MAX_BYTES / sizeof(std::uint16_t)];
    std::fill_n(differing, 8, 0u);
    std::size_t at = 0;
    // Vectors that hold whole words of 8 patterns; without SIMD everything is left to the last
    // loop.
    while (lanes % 8 == 0 && at + lanes <= size) {
        const std::size_t stop = std::min(size, at + turns_before_overflow * lanes);
        auto sum = hn::Zero(d);
        for (; at + lanes <= stop; at += lanes) {
            const auto bits = hn::Xor(hn::LoadU(d, group + at), hn::LoadU(d, other + at));
            sum = hn::Add(sum, hn::PopulationCount(bits));
        }
        hn::Store(sum, d, sums);
        for (std::size_t j = 0; j < lanes; ++j) differing[j % 8] += sums[j];
    }
    for (; at < size; ++at) {
        differing[at % 8] += static_cast<std::uint32_t>(
            hwy::PopCount(static_cast<std::uint64_t>(group[at] ^ other[at])));
    }
}

}  // namespace steppe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace steppe::kernels {

HWY_EXPORT(CountDiffering);

void count_differing(const std::uint16_t* group, const std::uint16_t* other, std::size_t words,
                     std::uint32_t differing[8]) {
    HWY_DYNAMIC_DISPATCH(CountDiffering)(group, other, words, differing);
}

}  // namespace steppe::kernels
#endif  // HWY_ONCE

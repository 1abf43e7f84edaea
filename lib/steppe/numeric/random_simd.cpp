#include "steppe/numeric/random.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "steppe/numeric/random_simd.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
//
#include <algorithm>
#include <cmath>
#include <numbers>

#include "hwy/contrib/math/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace steppe::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

void Words(const Philox& random, std::uint32_t sub, std::uint32_t* out, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        out[i] = static_cast<std::uint32_t>(random.bits(i / 2, sub) >> 32 * (i % 2));
    }
}

void Normals(const Philox& random, std::uint32_t sub, float* out, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t bits = random.bits(i / 2, sub);
        const auto size = static_cast<float>(static_cast<std::uint32_t>(bits) >> 1);
        const auto turn = static_cast<float>(static_cast<std::int32_t>(bits >> 32));
        const float r = std::sqrt(-2.0f * std::log((size + 0.5f) * 0x1p-31f));
        const float t = turn * (std::numbers::pi_v<float> * 0x1p-31f);
        out[i] = r * (i % 2 == 0 ? std::cos(t) : std::sin(t));
    }
}

#else

/// The lower halves of two lanes of 64 bits multiplied; what stands in the upper halves is ignored.
template <class D, class V = hn::Vec<D> >
HWY_INLINE V lower_product(D d, V a, V b) {
    const hn::Repartition<std::uint32_t, D> halves;
    return hn::BitCast(d, hn::MulEven(hn::BitCast(halves, a), hn::BitCast(halves, b)));
}

/// Philox4x32-10 of as many blocks as there are lanes: each word of a block in the lower half of a
/// lane. The upper halves hold rubbish between the rounds.
template <class D, class V = hn::Vec<D> >
HWY_INLINE V philox(D d, V index, std::uint64_t sub, std::uint64_t stream, std::uint64_t seed) {
    const V first_factor = hn::Set(d, 0xD2511F53u), second_factor = hn::Set(d, 0xCD9E8D57u);
    std::uint32_t first_key = static_cast<std::uint32_t>(seed);
    std::uint32_t second_key = static_cast<std::uint32_t>(seed >> 32);
    V c0 = index, c1 = hn::ShiftRight<32>(index), c2 = hn::Set(d, sub), c3 = hn::Set(d, stream);
    for (int round = 0; round < 10; ++round) {
        const V first = lower_product(d, c0, first_factor);
        const V second = lower_product(d, c2, second_factor);
        const V key0 = hn::Set(d, std::uint64_t{first_key});
        const V key1 = hn::Set(d, std::uint64_t{second_key});
        c0 = hn::Xor(hn::Xor(hn::ShiftRight<32>(second), c1), key0);
        c2 = hn::Xor(hn::Xor(hn::ShiftRight<32>(first), c3), key1);
        c1 = second;
        c3 = first;
        first_key += 0x9E3779B9u;
        second_key += 0xBB67AE85u;
    }
    return hn::Or(hn::And(c0, hn::Set(d, 0xFFFFFFFFu)), hn::ShiftLeft<32>(c1));
}

/// Calls use(j, a, b) with the bits of blocks [j, j + lanes) and [j + lanes, j + 2 lanes) for all
/// of `words` words; the last call's may reach beyond them.
template <class D, class Use>
HWY_INLINE void for_blocks(D d, const Philox& random, std::uint32_t sub, std::size_t words,
                           const Use& use) {
    const std::size_t lanes = hn::Lanes(d);
    auto index = hn::Iota(d, 0);
    const auto step = hn::Set(d, std::uint64_t{lanes});
    for (std::size_t j = 0; 2 * j < words; j += 2 * lanes) {
        const auto a = philox(d, index, sub, random.stream(), random.seed());
        index = hn::Add(index, step);
        const auto b = philox(d, index, sub, random.stream(), random.seed());
        index = hn::Add(index, step);
        use(j, a, b);
    }
}

void Words(const Philox& random, std::uint32_t sub, std::uint32_t* out, std::size_t count) {
    const hn::ScalableTag<std::uint64_t> d;
    const hn::Repartition<std::uint32_t, decltype(d)> halves;
    const std::size_t lanes = hn::Lanes(halves);
    for_blocks(d, random, sub, count,
               [&](std::size_t j, hn::Vec<decltype(d)> a, hn::Vec<decltype(d)> b) HWY_ATTR {
                   std::uint32_t* to = out + 2 * j;
                   if (2 * j + 2 * lanes <= count) {
                       hn::StoreU(hn::BitCast(halves, a), halves, to);
                       hn::StoreU(hn::BitCast(halves, b), halves, to + lanes);
                       return;
                   }
                   HWY_ALIGN std::uint32_t last[2 * HWY_MAX_BYTES / sizeof(std::uint32_t)];
                   hn::Store(hn::BitCast(halves, a), halves, last);
                   hn::Store(hn::BitCast(halves, b), halves, last + lanes);
                   std::copy_n(last, count - 2 * j, to);
               });
}

void Normals(const Philox& random, std::uint32_t sub, float* out, std::size_t count) {
    const hn::ScalableTag<std::uint64_t> d;
    const hn::Repartition<std::uint32_t, decltype(d)> halves;
    const hn::RebindToSigned<decltype(halves)> whole;
    const hn::RebindToFloat<decltype(halves)> real;
    const std::size_t lanes = hn::Lanes(real);
    const auto half = hn::Set(real, 0.5f), unit = hn::Set(real, 0x1p-31f);
    const auto angle_unit = hn::Set(real, std::numbers::pi_v<float> * 0x1p-31f);
    for_blocks(d, random, sub, count,
               [&](std::size_t j, hn::Vec<decltype(d)> a, hn::Vec<decltype(d)> b) HWY_ATTR {
                   const auto low = hn::BitCast(halves, a), high = hn::BitCast(halves, b);
                   const auto size = hn::ShiftRight<1>(hn::ConcatEven(halves, high, low));
                   const auto turn = hn::ConcatOdd(halves, high, low);
                   const auto u =
                       hn::Mul(hn::Add(hn::ConvertTo(real, hn::BitCast(whole, size)), half), unit);
                   const auto r = hn::Sqrt(hn::Mul(hn::Set(real, -2.0f), hn::Log(real, u)));
                   const auto t =
                       hn::Mul(hn::ConvertTo(real, hn::BitCast(whole, turn)), angle_unit);
                   const auto x = hn::Mul(r, hn::Cos(real, t)), y = hn::Mul(r, hn::Sin(real, t));
                   float* to = out + 2 * j;
                   if (2 * j + 2 * lanes <= count) {
                       hn::StoreInterleaved2(x, y, real, to);
                       return;
                   }
                   HWY_ALIGN float last[2 * HWY_MAX_BYTES / sizeof(float)];
                   hn::StoreInterleaved2(x, y, real, last);
                   std::copy_n(last, count - 2 * j, to);
               });
}

#endif

}  // namespace steppe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace steppe {

HWY_EXPORT(Words);
HWY_EXPORT(Normals);

void Philox::words(std::uint32_t sub, std::span<std::uint32_t> out) const {
    HWY_DYNAMIC_DISPATCH(Words)(*this, sub, out.data(), out.size());
}

void Philox::normals(std::uint32_t sub, std::span<float> out) const {
    HWY_DYNAMIC_DISPATCH(Normals)(*this, sub, out.data(), out.size());
}

}  // namespace steppe
#endif  // HWY_ONCE

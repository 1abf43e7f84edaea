// What the kernels of +-1 and of real weights share; included once for every instruction set.
#if defined(STEPPE_MESSAGE_KERNELS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef STEPPE_MESSAGE_KERNELS_INL
#undef STEPPE_MESSAGE_KERNELS_INL
#else
#define STEPPE_MESSAGE_KERNELS_INL
#endif

#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"
#include "steppe/inference/message_kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace steppe::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// A vector never holds more than one word of a row.
template <class Real>
using Tag = hn::CappedTag<Real, word_lanes>;
template <class Real>
using V = hn::Vec<Tag<Real>>;

/// Sign bits that turn x into xi x: set where the input is -1 (bit 0). `word` has the bits of the
/// vector's lanes lowest.
template <class Real>
HWY_INLINE V<Real> flip_signs(V<Real> x, std::uint32_t word) {
    const Tag<Real> d;
    const hn::RebindToUnsigned<decltype(d)> du;
    using U = hn::TFromD<decltype(du)>;
    const auto to_top = hn::Sub(hn::Set(du, static_cast<U>(8 * sizeof(U) - 1)), hn::Iota(du, 0));
    const auto bits = hn::Shl(hn::Set(du, static_cast<U>(word)), to_top);
    const auto minus = hn::AndNot(bits, hn::Set(du, static_cast<U>(U{1} << (8 * sizeof(U) - 1))));
    return hn::Xor(x, hn::BitCast(d, minus));
}

template <class Real>
HWY_INLINE V<Real> reciprocal(V<Real> x) {
    const Tag<Real> d;
    if constexpr (sizeof(Real) == 4) {
        // 12 to 14 bits, doubled by one Newton step.
        const auto r = hn::ApproximateReciprocal(x);
        return hn::Mul(r, hn::NegMulAdd(x, r, hn::Set(d, Real{2})));
    } else {
        return hn::Div(hn::Set(d, Real{1}), x);
    }
}

}  // namespace steppe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif

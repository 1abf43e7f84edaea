// What the kernels of +-1 and of real weights share; included once for every instruction set.
#if defined(STEPPE_MESSAGE_KERNELS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef STEPPE_MESSAGE_KERNELS_INL
#undef STEPPE_MESSAGE_KERNELS_INL
#else
#define STEPPE_MESSAGE_KERNELS_INL
#endif

#include <cstddef>
#include <cstdint>

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "steppe/inference/bp/message_kernels.hpp"

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

/// Mean and variance of a +-1 weight.
template <class Real>
struct Cavity {
    V<Real> mean;
    V<Real> variance;
};

/// tanh and sech^2 of x, each to full relative accuracy where it matters: the variance of a nearly
/// frozen weight keeps its digits.
template <class Real>
HWY_INLINE Cavity<Real> of_field(V<Real> x) {
    const Tag<Real> d;
    const auto one = hn::Set(d, Real{1});
    const auto e = hn::Exp(d, hn::Mul(hn::Set(d, Real{-2}), hn::Abs(x)));
    const auto r = reciprocal<Real>(hn::Add(one, e));
    const auto mean = hn::CopySign(hn::Mul(hn::Sub(one, e), r), x);
    return {mean, hn::Mul(hn::Mul(hn::Set(d, Real{4}), e), hn::Mul(r, r))};
}

/// Bound, tight for small messages, on |tanh next - tanh u|: |tanh a - tanh b| is at most
/// |a - b| sech^2 of the smaller of the two where they have one sign.
template <class Real>
HWY_INLINE V<Real> tanh_change(V<Real> u, V<Real> next) {
    const Tag<Real> d;
    const auto smaller = hn::Min(hn::Abs(u), hn::Abs(next));
    const auto crossing = hn::Lt(hn::Mul(u, next), hn::Zero(d));
    const auto slope = of_field<Real>(hn::IfThenZeroElse(crossing, smaller)).variance;
    return hn::Min(hn::Mul(hn::Abs(hn::Sub(next, u)), slope), hn::Set(d, Real{2}));
}

HWY_INLINE V<float> widen(const float* HWY_RESTRICT from, float) {
    return hn::LoadU(Tag<float>(), from);
}
HWY_INLINE V<double> widen(const float* HWY_RESTRICT from, double) {
    const Tag<double> d;
    return hn::PromoteTo(d, hn::LoadU(hn::Rebind<float, Tag<double>>(), from));
}

/// Calls body(first lane, xi) for each vector of a row of real inputs; 0 past the last of them.
template <class Real, class Body>
HWY_INLINE void for_each_number(const float* inputs, std::size_t count, const Body& body) {
    const std::size_t lanes = hn::Lanes(Tag<Real>());
    std::size_t lane = 0;
    for (; lane + lanes <= count; lane += lanes) body(lane, widen(inputs + lane, Real{}));
    if (lane < count) {
        // Nothing may be read past the last input.
        float rest[word_lanes] = {};
        for (std::size_t j = 0; lane + j < count; ++j) rest[j] = inputs[lane + j];
        body(lane, widen(rest, Real{}));
    }
}

}  // namespace steppe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif

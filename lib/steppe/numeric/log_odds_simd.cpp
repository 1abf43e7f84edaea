#include "steppe/error.hpp"
#include "steppe/numeric/log_odds.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "steppe/numeric/log_odds_simd.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
//
#include <algorithm>
#include <cmath>

#include "hwy/contrib/math/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace steppe::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// atanh(t tanh b) for t = tanh |a| and rest = 1 - t: with p = t tanh b, 1/2 log(1 + 2p/(1 - p)),
/// where 1 - p is the sum of two positive terms and keeps its digits near 0. For |a| < 150.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V coupled(D d, V b, V a, V t, V rest) {
    const auto two = hn::Set(d, 2.0);
    const auto size = hn::Abs(b);
    // Beyond 2 |a| b no longer matters; the exponential stays a normal number.
    const auto bounded = hn::Min(size, hn::Set(d, 300.0));
    const auto exponent = hn::Mul(hn::Set(d, -2.0), bounded);
    // expm1 for tanh b near b = 0, and exp for 1 - tanh b where expm1 is -1 in every digit.
    const auto e = hn::Expm1(d, exponent);
    const auto r = hn::Div(hn::Set(d, 1.0), hn::Add(two, e));
    const auto p = hn::Mul(t, hn::Mul(hn::Neg(e), r));
    const auto above = hn::MulAdd(t, hn::Mul(hn::Mul(two, hn::Exp(d, exponent)), r), rest);
    const auto field = hn::Mul(hn::Set(d, 0.5), hn::Log1p(d, hn::Div(hn::Mul(two, p), above)));
    // Rounding must not make a chain of couplings stronger than its weakest link.
    return hn::CopySignToAbs(hn::Min(field, hn::Min(size, a)), b);
}

/// The same for |a| >= 150, where tanh |a| is 1 for all but fields of its own size:
/// min(|a|, |b|) - 1/2 log(1 + exp(-2 ||a| - |b||)).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V strongly_coupled(D d, V b, V a) {
    const auto size = hn::Abs(b);
    const auto distance = hn::Abs(hn::Sub(size, a));
    // Exactly 0 for fields far from a, however small they are.
    const auto far = hn::Set(d, 100.0);
    const auto e = hn::IfThenElseZero(
        hn::Lt(distance, far), hn::Exp(d, hn::Mul(hn::Set(d, -2.0), hn::Min(distance, far))));
    const auto field = hn::NegMulAdd(hn::Set(d, 0.5), hn::Log1p(d, e), hn::Min(size, a));
    return hn::CopySignToAbs(field, b);
}

void AtanhProduct(double coupling, const double* b, double* out, std::size_t count) {
    if (std::isinf(coupling)) {
        std::transform(b, b + count, out, [&](double x) { return coupling < 0.0 ? -x : x; });
        return;
    }
    const hn::ScalableTag<double> d;
    const std::size_t lanes = hn::Lanes(d);
    const double size = std::abs(coupling);
    const double e = std::exp(-2.0 * size);
    const auto a = hn::Set(d, size);
    const auto t = hn::Set(d, std::tanh(size));
    const auto rest = hn::Set(d, 2.0 * e / (1.0 + e));
    const auto one = [&](hn::Vec<decltype(d)> x) HWY_ATTR {
        const auto field = size < 150.0 ? coupled(d, x, a, t, rest) : strongly_coupled(d, x, a);
        return coupling < 0.0 ? hn::Neg(field) : field;
    };
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) hn::StoreU(one(hn::LoadU(d, b + i)), d, out + i);
    if (i == count) return;
    HWY_ALIGN double last[HWY_MAX_BYTES / sizeof(double)] = {};
    std::copy(b + i, b + count, last);
    hn::Store(one(hn::Load(d, last)), d, last);
    std::copy(last, last + (count - i), out + i);
}

/// One vector of magnetize; adds to the sums.
template <class D, class V = hn::Vec<D>, class DF>
HWY_INLINE void magnetize_vector(D d, DF df, V h, float* HWY_RESTRICT m, V& variance, V& squares,
                                 V& change) {
    const auto one = hn::Set(d, 1.0);
    const auto bound = hn::Set(d, saturation_field);
    const auto held = hn::Min(hn::Abs(h), bound);
    const auto exponent = hn::Mul(hn::Set(d, -2.0), held);
    const auto e = hn::Exp(d, exponent);
    const auto r = hn::Div(one, hn::Add(one, e));
    // 1 - e loses digits only where tanh is small; there it is -expm1(-2 |h|).
    const auto near = hn::Lt(held, hn::Set(d, 0.5));
    auto rise = hn::Sub(one, e);
    if (!hn::AllFalse(d, near)) {
        rise = hn::IfThenElse(near, hn::Neg(hn::Expm1(d, exponent)), rise);
    }
    const auto tanh = hn::CopySignToAbs(hn::Mul(rise, r), h);
    variance = hn::MulAdd(hn::Mul(hn::Set(d, 4.0), e), hn::Mul(r, r), variance);
    squares = hn::MulAdd(tanh, tanh, squares);
    const auto old = hn::PromoteTo(d, hn::LoadU(df, m));
    change = hn::Max(change, hn::Abs(hn::Sub(tanh, old)));
    hn::StoreU(hn::DemoteTo(df, tanh), df, m);
}

void Magnetize(const double* a, const double* b, float* m, std::size_t count,
               MagnetizationSums* sums) {
    const hn::ScalableTag<double> d;
    const hn::Rebind<float, decltype(d)> df;
    const std::size_t lanes = hn::Lanes(d);
    auto variance = hn::Zero(d), squares = variance, change = variance;
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        magnetize_vector(d, df, hn::Add(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), m + i, variance,
                         squares, change);
    }
    *sums = {hn::GetLane(hn::SumOfLanes(d, variance)), hn::GetLane(hn::SumOfLanes(d, squares)),
             hn::GetLane(hn::MaxOfLanes(d, change))};
    if (i == count) return;
    // Lanes without a weight are frozen ones: their variance is next to nothing.
    HWY_ALIGN double h[HWY_MAX_BYTES / sizeof(double)];
    HWY_ALIGN float last[HWY_MAX_BYTES / sizeof(double)];
    std::fill_n(h, lanes, saturation_field);
    std::fill_n(last, lanes, 1.0f);
    for (std::size_t j = i; j < count; ++j) h[j - i] = a[j] + b[j];
    std::copy(m + i, m + count, last);
    variance = squares = change = hn::Zero(d);
    magnetize_vector(d, df, hn::Load(d, h), last, variance, squares, change);
    std::copy(last, last + (count - i), m + i);
    sums->variance += hn::GetLane(hn::SumOfLanes(d, variance));
    sums->squares +=
        hn::GetLane(hn::SumOfLanes(d, squares)) - static_cast<double>(lanes - (count - i));
    sums->change = std::max(sums->change, hn::GetLane(hn::MaxOfLanes(d, change)));
}

}  // namespace steppe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace steppe {

HWY_EXPORT(AtanhProduct);
HWY_EXPORT(Magnetize);

void atanh_product(double a, std::span<const double> b, std::span<double> out) {
    if (b.size() != out.size()) throw Error("atanh_product: both spans must have the same size");
    HWY_DYNAMIC_DISPATCH(AtanhProduct)(a, b.data(), out.data(), b.size());
}

MagnetizationSums magnetize(std::span<const double> a, std::span<const double> b,
                            std::span<float> m) {
    if (a.size() != b.size() || a.size() != m.size()) {
        throw Error("magnetize: all spans must have the same size");
    }
    MagnetizationSums sums;
    HWY_DYNAMIC_DISPATCH(Magnetize)(a.data(), b.data(), m.data(), m.size(), &sums);
    return sums;
}

}  // namespace steppe
#endif  // HWY_ONCE

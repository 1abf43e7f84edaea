#include "steppe/landscape/noise_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "steppe/landscape/noise_kernels_simd.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
//
#include <algorithm>
#include <type_traits>

HWY_BEFORE_NAMESPACE();
namespace steppe::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using kernels::Flips;
using kernels::NoisyCount;
using kernels::NoisySums;
using kernels::NoisyUnit;
using kernels::Vote;

/// A number of the sign that the answer has, and whether it may be of the other sign.
template <Vote vote, class D, class V = hn::Vec<D>>
HWY_INLINE V answer_of(D d, const NoisySums& sums, hn::Vec<D> size,
                       std::span<const NoisyUnit> units, std::size_t r, hn::Mask<D>& doubtful) {
    const V one = hn::Set(d, 1.0f);
    V answer = hn::Zero(d), doubt = hn::Zero(d);
    hn::Mask<D> sure = hn::FirstN(d, hn::Lanes(d));
    for (std::size_t k = 0; k < units.size(); ++k) {
        const V plain = hn::LoadU(d, sums.plain + k * sums.plain_stride + r);
        const V moved = hn::LoadU(d, sums.moved + k * sums.moved_stride + r);
        const V z = hn::Sub(hn::MulAdd(size, moved, plain), hn::Set(d, units[k].threshold));
        if constexpr (vote == Vote::Relu) {
            answer = hn::MulAdd(hn::Set(d, units[k].factor), hn::Max(z, hn::Zero(d)), answer);
            doubt = hn::Add(doubt, hn::Set(d, units[k].doubt));
        } else {
            // Not a number is not sure either.
            sure = hn::And(sure, hn::Gt(hn::Abs(z), hn::Set(d, units[k].doubt)));
            answer = vote == Vote::Parity ? hn::Xor(answer, z)
                                          : hn::Add(answer, hn::CopySignToAbs(one, z));
        }
    }
    if constexpr (vote == Vote::Parity) answer = hn::CopySignToAbs(one, answer);
    if constexpr (vote == Vote::Relu) sure = hn::Gt(hn::Abs(answer), doubt);
    doubtful = hn::Not(sure);
    return answer;
}

template <Vote vote>
HWY_INLINE NoisyCount count_noisy_of(const NoisySums& sums, float size,
                                     std::span<const NoisyUnit> units, std::uint32_t* doubtful) {
    const hn::CappedTag<float, kernels::noise_rows> d;
    const std::size_t lanes = hn::Lanes(d);
    const auto size_lanes = hn::Set(d, size);
    HWY_ALIGN float flags[kernels::noise_rows];
    NoisyCount count;
    for (std::size_t r = 0; r < sums.rows; r += lanes) {
        hn::Mask<decltype(d)> unsure;
        const auto answer = answer_of<vote>(d, sums, size_lanes, units, r, unsure);
        const auto wanted = hn::LoadU(d, sums.wanted + r);
        const auto there = hn::FirstN(d, sums.rows - r);
        unsure = hn::And(unsure, there);
        const auto differs = hn::Lt(hn::Mul(answer, wanted), hn::Zero(d));
        count.wrong += hn::CountTrue(d, hn::AndNot(unsure, hn::And(differs, there)));
        if (HWY_LIKELY(hn::AllFalse(d, unsure))) continue;
        hn::Store(hn::IfThenElseZero(unsure, hn::Set(d, 1.0f)), d, flags);
        for (std::size_t i = 0; i < lanes; ++i) {
            if (flags[i] != 0.0f) {
                doubtful[count.doubtful++] = static_cast<std::uint32_t>(r + i);
            }
        }
    }
    return count;
}

void CountNoisy(Vote vote, const NoisySums& sums, float size, std::span<const NoisyUnit> units,
                std::uint32_t* doubtful, NoisyCount* count) {
    *count = vote == Vote::Majority ? count_noisy_of<Vote::Majority>(sums, size, units, doubtful)
             : vote == Vote::Parity ? count_noisy_of<Vote::Parity>(sums, size, units, doubtful)
                                    : count_noisy_of<Vote::Relu>(sums, size, units, doubtful);
}

void CountExceeded(std::span<std::uint32_t> words, std::span<const std::uint32_t> limits) {
    const hn::ScalableTag<std::uint32_t> d;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t i = 0;
    for (; i + lanes <= words.size(); i += lanes) {
        const auto word = hn::LoadU(d, words.data() + i);
        auto count = hn::Zero(d);
        for (const std::uint32_t limit : limits) {
            count = hn::Sub(count, hn::VecFromMask(d, hn::Gt(word, hn::Set(d, limit))));
        }
        hn::StoreU(count, d, words.data() + i);
    }
    for (; i < words.size(); ++i) {
        words[i] = static_cast<std::uint32_t>(std::count_if(
            limits.begin(), limits.end(), [&](std::uint32_t limit) { return words[i] > limit; }));
    }
}

/// Four vectors of sums.
template <class D>
struct Strip {
    using V = hn::Vec<D>;
    V a, b, c, d;

    HWY_INLINE Strip(D tag, const hn::TFromD<D>* from) {
        const std::size_t n = hn::Lanes(tag);
        a = hn::LoadU(tag, from);
        b = hn::LoadU(tag, from + n);
        c = hn::LoadU(tag, from + 2 * n);
        d = hn::LoadU(tag, from + 3 * n);
    }
    HWY_INLINE Strip plus(const Strip& o) const {
        return {hn::Add(a, o.a), hn::Add(b, o.b), hn::Add(c, o.c), hn::Add(d, o.d)};
    }
    HWY_INLINE Strip minus(const Strip& o) const {
        return {hn::Sub(a, o.a), hn::Sub(b, o.b), hn::Sub(c, o.c), hn::Sub(d, o.d)};
    }
    HWY_INLINE void count_above(D tag, const Strip& o, hn::TFromD<D>* count) const {
        const std::size_t n = hn::Lanes(tag);
        const auto add = [&](V x, V y, hn::TFromD<D>* to) HWY_ATTR {
            const V one = hn::VecFromMask(tag, hn::Gt(x, y));
            hn::StoreU(hn::Sub(hn::LoadU(tag, to), one), tag, to);
        };
        add(a, o.a, count);
        add(b, o.b, count + n);
        add(c, o.c, count + 2 * n);
        add(d, o.d, count + 3 * n);
    }

  private:
    HWY_INLINE Strip(V a_, V b_, V c_, V d_) : a(a_), b(b_), c(c_), d(d_) {}
};

template <class Sum>
HWY_INLINE void count_positive_of(const Sum* inputs, const Sum* plain, const Sum* threshold,
                                  const Flips& flips, Sum* positive) {
    const hn::CappedTag<Sum, kernels::flip_rows / 4> d;
    using S = Strip<decltype(d)>;
    const std::size_t rows = 4 * hn::Lanes(d);
    for (std::size_t r = 0; r < kernels::flip_rows; r += rows) {
        S z(d, plain + r);
        const S bound(d, threshold + r);
        const std::uint32_t* i = flips.order;
        for (std::size_t s = 0; s < flips.sizes; ++s) {
            S plus = S(d, plain + r).minus(S(d, plain + r)), minus = plus;
            for (const std::uint32_t* end = flips.order + flips.ends[2 * s]; i != end; ++i) {
                plus = plus.plus(S(d, inputs + *i * kernels::flip_rows + r));
            }
            for (const std::uint32_t* end = flips.order + flips.ends[2 * s + 1]; i != end; ++i) {
                minus = minus.plus(S(d, inputs + *i * kernels::flip_rows + r));
            }
            const S turned = minus.minus(plus);
            z = z.plus(turned).plus(turned);
            z.count_above(d, bound, positive + s * kernels::flip_rows + r);
        }
    }
}

template <class Sum>
HWY_INLINE std::size_t count_unwanted_of(Vote vote, std::size_t units, const Sum* positive,
                                         const Sum* wanted, std::size_t rows) {
    const hn::CappedTag<Sum, kernels::flip_rows / 4> d;
    const auto half = hn::Set(d, static_cast<Sum>(units / 2)), zero = hn::Zero(d);
    const auto all = hn::Set(d, static_cast<Sum>(units)), one = hn::Set(d, Sum{1});
    std::size_t wrong = 0;
    for (std::size_t r = 0; r < rows; r += hn::Lanes(d)) {
        const auto votes = hn::LoadU(d, positive + r);
        const auto yes = vote == Vote::Parity ? hn::Eq(hn::And(hn::Sub(all, votes), one), zero)
                                              : hn::Gt(votes, half);
        const auto differs = hn::Xor(yes, hn::Gt(hn::LoadU(d, wanted + r), zero));
        wrong += hn::CountTrue(d, hn::And(differs, hn::FirstN(d, rows - r)));
    }
    return wrong;
}

void CountPositiveShort(const std::int16_t* inputs, const std::int16_t* plain,
                        const std::int16_t* threshold, const Flips& flips, std::int16_t* positive) {
    count_positive_of(inputs, plain, threshold, flips, positive);
}

void CountPositiveLong(const std::int32_t* inputs, const std::int32_t* plain,
                       const std::int32_t* threshold, const Flips& flips, std::int32_t* positive) {
    count_positive_of(inputs, plain, threshold, flips, positive);
}

void CountUnwantedShort(Vote vote, std::size_t units, const std::int16_t* positive,
                        const std::int16_t* wanted, std::size_t rows, std::size_t* wrong) {
    *wrong = count_unwanted_of(vote, units, positive, wanted, rows);
}

void CountUnwantedLong(Vote vote, std::size_t units, const std::int32_t* positive,
                       const std::int32_t* wanted, std::size_t rows, std::size_t* wrong) {
    *wrong = count_unwanted_of(vote, units, positive, wanted, rows);
}

}  // namespace steppe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace steppe {

HWY_EXPORT(CountNoisy);
HWY_EXPORT(CountExceeded);
HWY_EXPORT(CountPositiveShort);
HWY_EXPORT(CountPositiveLong);
HWY_EXPORT(CountUnwantedShort);
HWY_EXPORT(CountUnwantedLong);

namespace kernels {

Vote vote_of(const Network& network) {
    if (network.activation == Activation::Relu) return Vote::Relu;
    return network.gate == Gate::Parity ? Vote::Parity : Vote::Majority;
}

NoisyCount count_noisy(Vote vote, const NoisySums& sums, float size,
                       std::span<const NoisyUnit> units, std::uint32_t* doubtful) {
    NoisyCount count;
    HWY_DYNAMIC_DISPATCH(CountNoisy)(vote, sums, size, units, doubtful, &count);
    return count;
}

void count_exceeded(std::span<std::uint32_t> words, std::span<const std::uint32_t> limits) {
    HWY_DYNAMIC_DISPATCH(CountExceeded)(words, limits);
}

template <>
void count_positive(const std::int16_t* inputs, const std::int16_t* plain,
                    const std::int16_t* threshold, const Flips& flips, std::int16_t* positive) {
    HWY_DYNAMIC_DISPATCH(CountPositiveShort)(inputs, plain, threshold, flips, positive);
}

template <>
void count_positive(const std::int32_t* inputs, const std::int32_t* plain,
                    const std::int32_t* threshold, const Flips& flips, std::int32_t* positive) {
    HWY_DYNAMIC_DISPATCH(CountPositiveLong)(inputs, plain, threshold, flips, positive);
}

template <>
std::size_t count_unwanted(Vote vote, std::size_t units, const std::int16_t* positive,
                           const std::int16_t* wanted, std::size_t rows) {
    std::size_t wrong = 0;
    HWY_DYNAMIC_DISPATCH(CountUnwantedShort)(vote, units, positive, wanted, rows, &wrong);
    return wrong;
}

template <>
std::size_t count_unwanted(Vote vote, std::size_t units, const std::int32_t* positive,
                           const std::int32_t* wanted, std::size_t rows) {
    std::size_t wrong = 0;
    HWY_DYNAMIC_DISPATCH(CountUnwantedLong)(vote, units, positive, wanted, rows, &wrong);
    return wrong;
}

}  // namespace kernels

}  // namespace steppe
#endif  // HWY_ONCE

#include "steppe/inference/bp/message_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "steppe/inference/bp/message_kernels.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
//
#include "steppe/inference/bp/message_kernels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace steppe::kernels::HWY_NAMESPACE {

// Rows walked together: two sums a row stay in registers, of which there are 32 or 16.
#if HWY_TARGET <= HWY_AVX3
constexpr std::size_t rows_at_once = 8;
#else
constexpr std::size_t rows_at_once = 4;
#endif

template <class Real>
HWY_INLINE hn::Mask<Tag<Real>> lane_mask(std::uint32_t word) {
    const Tag<Real> d;
    const hn::RebindToUnsigned<decltype(d)> du;
    using U = hn::TFromD<decltype(du)>;
    const auto bit = hn::Shl(hn::Set(du, U{1}), hn::Iota(du, 0));
    return hn::RebindMask(d, hn::TestBit(hn::Set(du, static_cast<U>(word)), bit));
}

/// tanh u for |u| below small_message or medium_message.
template <MessageSize size, class Real>
HWY_INLINE V<Real> tanh_series(V<Real> u) {
    const Tag<Real> d;
    const auto square = hn::Mul(u, u);
    auto sum = hn::Set(d, static_cast<Real>(2.0 / 15.0));
    if constexpr (size == MessageSize::Medium) {
        sum = hn::MulAdd(square, hn::Set(d, static_cast<Real>(62.0 / 2835.0)),
                         hn::Set(d, static_cast<Real>(-17.0 / 315.0)));
        sum = hn::MulAdd(square, sum, hn::Set(d, static_cast<Real>(2.0 / 15.0)));
    }
    sum = hn::MulAdd(square, sum, hn::Set(d, static_cast<Real>(-1.0 / 3.0)));
    return hn::MulAdd(hn::Mul(u, square), sum, u);
}

/// Mean and variance of a weight without one message u: of the field h - u. With T = tanh h and
/// t = tanh u, tanh(h - u) = (T - t)/(1 - T t), sech^2 likewise; no exponential while t comes from
/// a series.
template <MessageSize size, bool want_variance, class Real>
HWY_INLINE Cavity<Real> cavity(V<Real> u, V<Real> field, V<Real> tanh, V<Real> variance) {
    if constexpr (size == MessageSize::Any) {
        return of_field<Real>(hn::Sub(field, u));
    } else {
        const Tag<Real> d;
        const auto t = tanh_series<size, Real>(u);
        const auto r = reciprocal<Real>(hn::NegMulAdd(tanh, t, hn::Set(d, Real{1})));
        Cavity<Real> c{hn::Mul(hn::Sub(tanh, t), r), hn::Zero(d)};
        if constexpr (want_variance) {
            const auto s = hn::NegMulAdd(t, t, hn::Set(d, Real{1}));
            c.variance = hn::Mul(hn::Mul(variance, s), hn::Mul(r, r));
        }
        return c;
    }
}

/// Calls body(first lane, mask of lanes or 0 for all, shift of the word's bits) for each vector.
template <class Real, class Body>
HWY_INLINE void for_each_vector(const Panel<Real>& panel, const Body& body) {
    const std::size_t lanes = hn::Lanes(Tag<Real>());
    const auto edge = [&](std::size_t w) {
        std::uint32_t mask = 0xffff;
        if (w == 0) mask &= panel.first_mask;
        if (w + 1 == panel.words) mask &= panel.last_mask;
        for (std::size_t j = 0; j < word_lanes; j += lanes) body(w, j, std::true_type(), mask >> j);
    };
    std::size_t w = 0;
    std::size_t end = panel.words;
    if (panel.first_mask != 0xffff || panel.words == 1) edge(w++);
    if (end > w && panel.last_mask != 0xffff) --end;
    const std::size_t whole_end = end;
    for (; w < whole_end; ++w) {
        for (std::size_t j = 0; j < word_lanes; j += lanes) {
            body(w, j, std::false_type(), std::uint32_t{0xffff});
        }
    }
    for (; w < panel.words; ++w) edge(w);
}

template <std::size_t rows, MessageSize size, class Real>
HWY_INLINE void sum_rows(const Panel<Real>& panel, std::size_t first, Real* HWY_RESTRICT omega,
                         Real* HWY_RESTRICT variance) {
    const Tag<Real> d;
    V<Real> mean_sum[rows];
    V<Real> variance_sum[rows];
    for (std::size_t r = 0; r < rows; ++r) mean_sum[r] = variance_sum[r] = hn::Zero(d);
    for_each_vector(
        panel, [&](std::size_t w, std::size_t j, auto masked, std::uint32_t mask) HWY_ATTR {
            const std::size_t lane = w * word_lanes + j;
            const auto field = hn::Load(d, panel.field + lane);
            const auto tanh = hn::Load(d, panel.tanh + lane);
            const auto total_variance = hn::Load(d, panel.variance + lane);
            const Real* HWY_RESTRICT messages = panel.messages + w * word_stride + j;
            const std::uint16_t* HWY_RESTRICT bits = panel.bits + w * group_rows;
#pragma GCC unroll 8
            for (std::size_t r = 0; r < rows; ++r) {
                const auto u = hn::Load(d, messages + (first + r) * word_lanes);
                Cavity<Real> c = cavity<size, true, Real>(u, field, tanh, total_variance);
                if constexpr (masked) {
                    c.mean = hn::IfThenElseZero(lane_mask<Real>(mask), c.mean);
                    c.variance = hn::IfThenElseZero(lane_mask<Real>(mask), c.variance);
                }
                const std::uint32_t word = static_cast<std::uint32_t>(bits[first + r]) >> j;
                mean_sum[r] = hn::Add(mean_sum[r], flip_signs<Real>(c.mean, word));
                variance_sum[r] = hn::Add(variance_sum[r], c.variance);
            }
        });
    for (std::size_t r = 0; r < rows; ++r) {
        omega[first + r] = hn::GetLane(hn::SumOfLanes(d, mean_sum[r]));
        variance[first + r] = hn::GetLane(hn::SumOfLanes(d, variance_sum[r]));
    }
}

/// The new message from its old one and the step of the iteration; returns u_new damped, and adds
/// to the field and to the largest change.
template <MessageSize size, class Real>
HWY_INLINE V<Real> damped(V<Real> u, V<Real> wanted, V<Real> damping, V<Real>& change_sum,
                          V<Real>& largest) {
    const Tag<Real> d;
    if constexpr (size == MessageSize::Any) {
        const auto bound = hn::Set(d, Real{30});
        wanted = hn::Min(hn::Max(wanted, hn::Neg(bound)), bound);
    }
    const auto next = hn::MulAdd(damping, hn::Sub(u, wanted), wanted);
    const auto change = hn::Sub(next, u);
    change_sum = hn::Add(change_sum, change);
    if constexpr (size == MessageSize::Any) {
        largest = hn::Max(largest, tanh_change<Real>(u, next));
    } else {
        largest = hn::Max(largest, hn::Abs(change));
    }
    return next;
}

template <std::size_t rows, MessageSize size, class Real>
HWY_INLINE Real relax_rows(const Panel<Real>& panel, std::size_t first, const Real* g,
                           const Real* g_prime, const Update<Real>& update) {
    const Tag<Real> d;
    const auto damping = hn::Set(d, update.damping);
    auto largest = hn::Zero(d);
    for_each_vector(
        panel, [&](std::size_t w, std::size_t j, auto masked, std::uint32_t mask) HWY_ATTR {
            const std::size_t lane = w * word_lanes + j;
            const auto field = hn::Load(d, panel.field + lane);
            const auto tanh = hn::Load(d, panel.tanh + lane);
            Real* HWY_RESTRICT messages = panel.messages + w * word_stride + j;
            const std::uint16_t* HWY_RESTRICT bits = panel.bits + w * group_rows;
            auto change = hn::Load(d, update.field_change + lane);
#pragma GCC unroll 8
            for (std::size_t r = 0; r < rows; ++r) {
                Real* const at = messages + (first + r) * word_lanes;
                const auto u = hn::Load(d, at);
                const auto mean = cavity<size, false, Real>(u, field, tanh, hn::Zero(d)).mean;
                const std::uint32_t word = static_cast<std::uint32_t>(bits[first + r]) >> j;
                const auto signed_g = flip_signs<Real>(hn::Set(d, g[first + r]), word);
                auto wanted = hn::NegMulAdd(mean, hn::Set(d, g_prime[first + r]), signed_g);
                if constexpr (masked) wanted = hn::IfThenElseZero(lane_mask<Real>(mask), wanted);
                hn::Store(damped<size, Real>(u, wanted, damping, change, largest), d, at);
            }
            hn::Store(change, d, update.field_change + lane);
        });
    return hn::GetLane(hn::MaxOfLanes(d, largest));
}

/// sum_k d^2k/(2k+1)! r^(2k)(x0 + offset).
template <class Real>
HWY_INLINE V<Real> expansion(const GaussianRow<Real>& row, V<Real> offset, V<Real> delta_squared) {
    using Row = GaussianRow<Real>;
    const Tag<Real> d;
    auto sum = hn::Zero(d);
    for (std::size_t k = Row::odd_terms; k-- > 0;) {
        const std::size_t top = Row::order - 2 * k;
        auto term = hn::Set(d, row.coefficient[k][top]);
        for (std::size_t n = top; n-- > 0;) {
            term = hn::MulAdd(term, offset, hn::Set(d, row.coefficient[k][n]));
        }
        sum = hn::MulAdd(sum, delta_squared, term);
    }
    return sum;
}

template <MessageSize size, class Real>
HWY_INLINE Real gaussian_row(const Panel<Real>& panel, const GaussianRow<Real>& row,
                             const Update<Real>& update) {
    const Tag<Real> d;
    const auto damping = hn::Set(d, update.damping);
    const auto one = hn::Set(d, Real{1});
    auto largest = hn::Zero(d);
    for_each_vector(
        panel, [&](std::size_t w, std::size_t j, auto masked, std::uint32_t mask) HWY_ATTR {
            const std::size_t lane = w * word_lanes + j;
            Real* HWY_RESTRICT at = panel.messages + w * word_stride + j;
            const auto u = hn::Load(d, at);
            const auto c = cavity<size, true, Real>(u, hn::Load(d, panel.field + lane),
                                                    hn::Load(d, panel.tanh + lane),
                                                    hn::Load(d, panel.variance + lane));
            const std::uint32_t word = static_cast<std::uint32_t>(panel.bits[w * group_rows]) >> j;
            // d = 1/sqrt(V - v), written as (1/sqrt V) times a ratio near 1.
            const auto rest = hn::NegMulAdd(c.variance, hn::Set(d, row.inverse_variance), one);
            const auto ratio = hn::Div(one, hn::Sqrt(rest));
            const auto delta = hn::Mul(ratio, hn::Set(d, row.inverse_deviation));
            const auto offset = hn::NegMulAdd(flip_signs<Real>(c.mean, word), delta,
                                              hn::Mul(hn::Set(d, row.x0), hn::Sub(ratio, one)));
            const auto sum = expansion<Real>(row, offset, hn::Mul(delta, delta));
            auto wanted = flip_signs<Real>(hn::Mul(sum, delta), word);
            if constexpr (masked) wanted = hn::IfThenElseZero(lane_mask<Real>(mask), wanted);
            auto change = hn::Load(d, update.field_change + lane);
            hn::Store(damped<size, Real>(u, wanted, damping, change, largest), d, at);
            hn::Store(change, d, update.field_change + lane);
        });
    return hn::GetLane(hn::MaxOfLanes(d, largest));
}

/// body(std::integral_constant<MessageSize, ...>) for the panel's size of messages.
template <class Real, class Body>
HWY_INLINE auto with_size(const Panel<Real>& panel, const Body& body) {
    if constexpr (sizeof(Real) == 4) {
        if (panel.size == MessageSize::Small) {
            return body(std::integral_constant<MessageSize, MessageSize::Small>());
        }
        if (panel.size == MessageSize::Medium) {
            return body(std::integral_constant<MessageSize, MessageSize::Medium>());
        }
    }
    return body(std::integral_constant<MessageSize, MessageSize::Any>());
}

template <class Real>
HWY_INLINE void sums_of(const Panel<Real>& panel, Real* omega, Real* variance) {
    with_size(panel, [&](auto size) HWY_ATTR {
        if (panel.rows == 1) {
            sum_rows<1, size()>(panel, 0, omega, variance);
        } else {
            for (std::size_t r = 0; r < group_rows; r += rows_at_once) {
                sum_rows<rows_at_once, size()>(panel, r, omega, variance);
            }
        }
    });
}

template <class Real>
HWY_INLINE Real relax_of(const Panel<Real>& panel, const Real* g, const Real* g_prime,
                         const Update<Real>& update) {
    return with_size(panel, [&](auto size) HWY_ATTR {
        if (panel.rows == 1) return relax_rows<1, size()>(panel, 0, g, g_prime, update);
        Real largest = 0;
        for (std::size_t r = 0; r < group_rows; r += rows_at_once) {
            const Real here = relax_rows<rows_at_once, size()>(panel, r, g, g_prime, update);
            largest = largest < here ? here : largest;
        }
        return largest;
    });
}

template <class Real>
HWY_INLINE Real gaussian_of(const Panel<Real>& panel, const GaussianRow<Real>& row,
                            const Update<Real>& update) {
    return with_size(panel,
                     [&](auto size) HWY_ATTR { return gaussian_row<size()>(panel, row, update); });
}

template <class Real>
HWY_INLINE void cavities_of(const Panel<Real>& panel, Real* mean, Real* variance) {
    const Tag<Real> d;
    for_each_vector(panel, [&](std::size_t w, std::size_t j, auto masked,
                               std::uint32_t mask) HWY_ATTR {
        const std::size_t lane = w * word_lanes + j;
        Cavity<Real> c = of_field<Real>(hn::Sub(hn::Load(d, panel.field + lane),
                                                hn::Load(d, panel.messages + w * word_stride + j)));
        if constexpr (masked) {
            c.mean = hn::IfThenElseZero(lane_mask<Real>(mask), c.mean);
            c.variance = hn::IfThenElseZero(lane_mask<Real>(mask), c.variance);
        }
        hn::Store(c.mean, d, mean + lane);
        hn::Store(c.variance, d, variance + lane);
    });
}

template <class Real>
HWY_INLINE void tanh_and_variance_of(std::size_t count, const Real* field, Real* tanh,
                                     Real* variance) {
    const Tag<Real> d;
    for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
        const Cavity<Real> c = of_field<Real>(hn::Load(d, field + i));
        hn::Store(c.mean, d, tanh + i);
        hn::Store(c.variance, d, variance + i);
    }
}

// Dispatch needs functions that are no templates.
void Sums32(const Panel<float>& p, float* o, float* v) {
    sums_of(p, o, v);
}
void Sums64(const Panel<double>& p, double* o, double* v) {
    sums_of(p, o, v);
}
float Relax32(const Panel<float>& p, const float* g, const float* h, const Update<float>& u) {
    return relax_of(p, g, h, u);
}
double Relax64(const Panel<double>& p, const double* g, const double* h, const Update<double>& u) {
    return relax_of(p, g, h, u);
}
float Gaussian32(const Panel<float>& p, const GaussianRow<float>& r, const Update<float>& u) {
    return gaussian_of(p, r, u);
}
double Gaussian64(const Panel<double>& p, const GaussianRow<double>& r, const Update<double>& u) {
    return gaussian_of(p, r, u);
}
void Cavities32(const Panel<float>& p, float* m, float* v) {
    cavities_of(p, m, v);
}
void Cavities64(const Panel<double>& p, double* m, double* v) {
    cavities_of(p, m, v);
}
void Tanh32(std::size_t n, const float* f, float* t, float* v) {
    tanh_and_variance_of(n, f, t, v);
}
void Tanh64(std::size_t n, const double* f, double* t, double* v) {
    tanh_and_variance_of(n, f, t, v);
}

}  // namespace steppe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace steppe::kernels {

HWY_EXPORT(Sums32);
HWY_EXPORT(Sums64);
HWY_EXPORT(Relax32);
HWY_EXPORT(Relax64);
HWY_EXPORT(Gaussian32);
HWY_EXPORT(Gaussian64);
HWY_EXPORT(Cavities32);
HWY_EXPORT(Cavities64);
HWY_EXPORT(Tanh32);
HWY_EXPORT(Tanh64);

void sums(const Panel<float>& panel, float* omega, float* variance) {
    HWY_DYNAMIC_DISPATCH(Sums32)(panel, omega, variance);
}
void sums(const Panel<double>& panel, double* omega, double* variance) {
    HWY_DYNAMIC_DISPATCH(Sums64)(panel, omega, variance);
}
float update_relaxed(const Panel<float>& panel, const float* g, const float* g_prime,
                     const Update<float>& update) {
    return HWY_DYNAMIC_DISPATCH(Relax32)(panel, g, g_prime, update);
}
double update_relaxed(const Panel<double>& panel, const double* g, const double* g_prime,
                      const Update<double>& update) {
    return HWY_DYNAMIC_DISPATCH(Relax64)(panel, g, g_prime, update);
}
float update_gaussian(const Panel<float>& panel, const GaussianRow<float>& row,
                      const Update<float>& update) {
    return HWY_DYNAMIC_DISPATCH(Gaussian32)(panel, row, update);
}
double update_gaussian(const Panel<double>& panel, const GaussianRow<double>& row,
                       const Update<double>& update) {
    return HWY_DYNAMIC_DISPATCH(Gaussian64)(panel, row, update);
}
void cavities(const Panel<float>& panel, float* mean, float* variance) {
    HWY_DYNAMIC_DISPATCH(Cavities32)(panel, mean, variance);
}
void cavities(const Panel<double>& panel, double* mean, double* variance) {
    HWY_DYNAMIC_DISPATCH(Cavities64)(panel, mean, variance);
}
void tanh_and_variance(std::size_t count, const float* field, float* tanh, float* variance) {
    HWY_DYNAMIC_DISPATCH(Tanh32)(count, field, tanh, variance);
}
void tanh_and_variance(std::size_t count, const double* field, double* tanh, double* variance) {
    HWY_DYNAMIC_DISPATCH(Tanh64)(count, field, tanh, variance);
}

}  // namespace steppe::kernels
#endif  // HWY_ONCE

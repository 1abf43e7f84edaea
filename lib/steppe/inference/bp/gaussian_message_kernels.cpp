#include "steppe/inference/bp/gaussian_message_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "steppe/inference/bp/gaussian_message_kernels.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
//
#include "steppe/inference/bp/message_kernels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace steppe::kernels::HWY_NAMESPACE {

/// Inputs that are bits: xi x by the sign, xi^2 = 1.
template <class Real>
struct BitInputs {
    static constexpr bool are_signs = true;
    std::uint32_t word;
    HWY_INLINE V<Real> times(V<Real> x) const { return flip_signs<Real>(x, word); }
    HWY_INLINE V<Real> square_times(V<Real> x) const { return x; }
};

template <class Real>
struct NumberInputs {
    static constexpr bool are_signs = false;
    V<Real> x;
    HWY_INLINE V<Real> times(V<Real> y) const { return hn::Mul(x, y); }
    HWY_INLINE V<Real> square_times(V<Real> y) const { return hn::Mul(hn::Mul(x, x), y); }
};

/// Calls body(first lane, inputs) for each vector of the row.
template <class Real, class Body>
HWY_INLINE void for_each_input(const GaussianPanel<Real>& panel, const Body& body) {
    const std::size_t lanes = hn::Lanes(Tag<Real>());
    if (panel.bits) {
        for (std::size_t w = 0; w < panel.lanes / word_lanes; ++w) {
            for (std::size_t j = 0; j < word_lanes; j += lanes) {
                const std::uint32_t word = panel.bits[w * panel.bit_stride];
                body(w * word_lanes + j, BitInputs<Real>{word >> j});
            }
        }
        return;
    }
    for_each_number<Real>(panel.inputs, panel.weights, [&](std::size_t lane, V<Real> x) HWY_ATTR {
        body(lane, NumberInputs<Real>{x});
    });
}

/// Cavity of one vector of weights: what all but this row say.
template <class Real>
struct GaussianCavity {
    V<Real> precision;  ///< before it is raised
    V<Real> mean;
    V<Real> variance;
};

template <class Real, class Inputs>
HWY_INLINE GaussianCavity<Real> gaussian_cavity(const GaussianPanel<Real>& panel, std::size_t lane,
                                                const Inputs& xi) {
    const Tag<Real> d;
    const auto own = panel.precision ? hn::Load(d, panel.precision + lane)
                                     : xi.square_times(hn::Set(d, panel.row_precision));
    const auto precision = hn::Sub(hn::Load(d, panel.total_precision + lane), own);
    const auto field =
        hn::Sub(hn::Load(d, panel.total_field + lane), hn::Load(d, panel.field + lane));
    const auto variance = reciprocal<Real>(
        hn::Max(precision, hn::Set(d, static_cast<Real>(smallest_cavity_precision))));
    return {precision, hn::Mul(field, variance), variance};
}

template <class Real>
HWY_INLINE RowSums<Real> sums_of(const GaussianPanel<Real>& panel) {
    const Tag<Real> d;
    auto omega = hn::Zero(d), variance = hn::Zero(d);
    auto lowest = hn::Set(d, Real{1});
    for_each_input(panel, [&](std::size_t lane, const auto& xi) HWY_ATTR {
        const auto c = gaussian_cavity(panel, lane, xi);
        omega = hn::Add(omega, xi.times(c.mean));
        variance = hn::Add(variance, xi.square_times(c.variance));
        lowest = hn::Min(lowest, c.precision);
    });
    return {hn::GetLane(hn::SumOfLanes(d, omega)), hn::GetLane(hn::SumOfLanes(d, variance)),
            hn::GetLane(hn::MinOfLanes(d, lowest))};
}

template <class Real>
HWY_INLINE void update_of(const GaussianPanel<Real>& panel, Real g, Real g_prime, Real damping,
                          Real row_change, Real* HWY_RESTRICT field_change,
                          Real* HWY_RESTRICT precision_change) {
    const Tag<Real> d;
    const auto one = hn::Set(d, Real{1});
    const auto keep = hn::Set(d, damping);
    const auto response = hn::Set(d, g), slope = hn::Set(d, g_prime);
    // Where a weight is most of its row's variance, 1 + xi^2 v g' nears 0.
    const auto least = hn::Set(d, static_cast<Real>(1e-3));
    for_each_input(panel, [&](std::size_t lane, const auto& xi) HWY_ATTR {
        const auto c = gaussian_cavity(panel, lane, xi);
        auto field = hn::NegMulAdd(xi.square_times(c.mean), slope, xi.times(response));
        if (panel.precision) {
            const auto own_share = hn::MulAdd(xi.square_times(c.variance), slope, one);
            const auto scale = reciprocal<Real>(hn::Max(own_share, least));
            field = hn::Mul(field, scale);
            const auto old = hn::Load(d, panel.precision + lane);
            const auto wanted = hn::Neg(hn::Mul(xi.square_times(slope), scale));
            const auto next = hn::MulAdd(keep, hn::Sub(old, wanted), wanted);
            hn::Store(next, d, panel.precision + lane);
            const auto sum = hn::Load(d, precision_change + lane);
            hn::Store(hn::Add(sum, hn::Sub(next, old)), d, precision_change + lane);
        } else if (precision_change) {
            const auto sum = hn::Load(d, precision_change + lane);
            const auto moved = xi.square_times(hn::Set(d, row_change));
            hn::Store(hn::Add(sum, moved), d, precision_change + lane);
        }
        const auto old = hn::Load(d, panel.field + lane);
        const auto next = hn::MulAdd(keep, hn::Sub(old, field), field);
        hn::Store(next, d, panel.field + lane);
        const auto sum = hn::Load(d, field_change + lane);
        hn::Store(hn::Add(sum, hn::Sub(next, old)), d, field_change + lane);
    });
}

RowSums<float> SumsFloat(const GaussianPanel<float>& panel) {
    return sums_of(panel);
}
RowSums<double> SumsDouble(const GaussianPanel<double>& panel) {
    return sums_of(panel);
}
void UpdateFloat(const GaussianPanel<float>& panel, float g, float g_prime, float damping,
                 float row_change, float* field_change, float* precision_change) {
    update_of(panel, g, g_prime, damping, row_change, field_change, precision_change);
}
void UpdateDouble(const GaussianPanel<double>& panel, double g, double g_prime, double damping,
                  double row_change, double* field_change, double* precision_change) {
    update_of(panel, g, g_prime, damping, row_change, field_change, precision_change);
}

}  // namespace steppe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace steppe::kernels {

HWY_EXPORT(SumsFloat);
HWY_EXPORT(SumsDouble);
HWY_EXPORT(UpdateFloat);
HWY_EXPORT(UpdateDouble);

RowSums<float> gaussian_sums(const GaussianPanel<float>& panel) {
    return HWY_DYNAMIC_DISPATCH(SumsFloat)(panel);
}
RowSums<double> gaussian_sums(const GaussianPanel<double>& panel) {
    return HWY_DYNAMIC_DISPATCH(SumsDouble)(panel);
}
void gaussian_update(const GaussianPanel<float>& panel, float g, float g_prime, float damping,
                     float row_change, float* field_change, float* precision_change) {
    HWY_DYNAMIC_DISPATCH(UpdateFloat)
    (panel, g, g_prime, damping, row_change, field_change, precision_change);
}
void gaussian_update(const GaussianPanel<double>& panel, double g, double g_prime, double damping,
                     double row_change, double* field_change, double* precision_change) {
    HWY_DYNAMIC_DISPATCH(UpdateDouble)
    (panel, g, g_prime, damping, row_change, field_change, precision_change);
}

}  // namespace steppe::kernels
#endif  // HWY_ONCE

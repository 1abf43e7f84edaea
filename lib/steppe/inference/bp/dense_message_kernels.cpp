#include "steppe/inference/bp/dense_message_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "steppe/inference/bp/dense_message_kernels.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
//
#include "steppe/inference/bp/message_kernels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace steppe::kernels::HWY_NAMESPACE {

template <class Real>
HWY_INLINE Cavity<Real> dense_cavity(const DensePanel<Real>& panel, std::size_t lane) {
    const Tag<Real> d;
    return of_field<Real>(
        hn::Sub(hn::Load(d, panel.field + lane), hn::Load(d, panel.messages + lane)));
}

template <class Real>
HWY_INLINE DenseSums<Real> sums_of(const DensePanel<Real>& panel) {
    const Tag<Real> d;
    auto omega = hn::Zero(d), variance = hn::Zero(d);
    for_each_number<Real>(panel.inputs, panel.weights, [&](std::size_t lane, V<Real> xi) HWY_ATTR {
        const auto c = dense_cavity(panel, lane);
        omega = hn::MulAdd(xi, c.mean, omega);
        variance = hn::MulAdd(hn::Mul(xi, xi), c.variance, variance);
    });
    return {hn::GetLane(hn::SumOfLanes(d, omega)), hn::GetLane(hn::SumOfLanes(d, variance))};
}

template <class Real>
HWY_INLINE Real update_of(const DensePanel<Real>& panel, Real g, Real g_prime, Real damping,
                          Real* HWY_RESTRICT field_change) {
    const Tag<Real> d;
    const auto keep = hn::Set(d, damping);
    const auto response = hn::Set(d, g), slope = hn::Set(d, g_prime);
    const auto bound = hn::Set(d, Real{30});
    auto largest = hn::Zero(d);
    for_each_number<Real>(panel.inputs, panel.weights, [&](std::size_t lane, V<Real> xi) HWY_ATTR {
        const auto u = hn::Load(d, panel.messages + lane);
        const auto mean = dense_cavity(panel, lane).mean;
        auto wanted = hn::Mul(xi, hn::NegMulAdd(hn::Mul(xi, mean), slope, response));
        wanted = hn::Min(hn::Max(wanted, hn::Neg(bound)), bound);
        const auto next = hn::MulAdd(keep, hn::Sub(u, wanted), wanted);
        hn::Store(next, d, panel.messages + lane);
        const auto sum = hn::Load(d, field_change + lane);
        hn::Store(hn::Add(sum, hn::Sub(next, u)), d, field_change + lane);
        largest = hn::Max(largest, tanh_change<Real>(u, next));
    });
    return hn::GetLane(hn::MaxOfLanes(d, largest));
}

template <class Real>
HWY_INLINE void cavities_of(const DensePanel<Real>& panel, Real* mean, Real* variance) {
    const Tag<Real> d;
    for (std::size_t lane = 0; lane < panel.lanes; lane += hn::Lanes(d)) {
        const auto c = dense_cavity(panel, lane);
        hn::Store(c.mean, d, mean + lane);
        hn::Store(c.variance, d, variance + lane);
    }
}

DenseSums<float> DenseSumsFloat(const DensePanel<float>& panel) {
    return sums_of(panel);
}
DenseSums<double> DenseSumsDouble(const DensePanel<double>& panel) {
    return sums_of(panel);
}
float DenseUpdateFloat(const DensePanel<float>& panel, float g, float g_prime, float damping,
                       float* field_change) {
    return update_of(panel, g, g_prime, damping, field_change);
}
double DenseUpdateDouble(const DensePanel<double>& panel, double g, double g_prime, double damping,
                         double* field_change) {
    return update_of(panel, g, g_prime, damping, field_change);
}
void DenseCavitiesFloat(const DensePanel<float>& panel, float* mean, float* variance) {
    cavities_of(panel, mean, variance);
}
void DenseCavitiesDouble(const DensePanel<double>& panel, double* mean, double* variance) {
    cavities_of(panel, mean, variance);
}

}  // namespace steppe::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace steppe::kernels {

HWY_EXPORT(DenseSumsFloat);
HWY_EXPORT(DenseSumsDouble);
HWY_EXPORT(DenseUpdateFloat);
HWY_EXPORT(DenseUpdateDouble);
HWY_EXPORT(DenseCavitiesFloat);
HWY_EXPORT(DenseCavitiesDouble);

DenseSums<float> dense_sums(const DensePanel<float>& panel) {
    return HWY_DYNAMIC_DISPATCH(DenseSumsFloat)(panel);
}
DenseSums<double> dense_sums(const DensePanel<double>& panel) {
    return HWY_DYNAMIC_DISPATCH(DenseSumsDouble)(panel);
}
float dense_update(const DensePanel<float>& panel, float g, float g_prime, float damping,
                   float* field_change) {
    return HWY_DYNAMIC_DISPATCH(DenseUpdateFloat)(panel, g, g_prime, damping, field_change);
}
double dense_update(const DensePanel<double>& panel, double g, double g_prime, double damping,
                    double* field_change) {
    return HWY_DYNAMIC_DISPATCH(DenseUpdateDouble)(panel, g, g_prime, damping, field_change);
}
void dense_cavities(const DensePanel<float>& panel, float* mean, float* variance) {
    HWY_DYNAMIC_DISPATCH(DenseCavitiesFloat)(panel, mean, variance);
}
void dense_cavities(const DensePanel<double>& panel, double* mean, double* variance) {
    HWY_DYNAMIC_DISPATCH(DenseCavitiesDouble)(panel, mean, variance);
}

}  // namespace steppe::kernels
#endif  // HWY_ONCE

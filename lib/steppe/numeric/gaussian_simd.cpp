#include <algorithm>
#include <limits>

#include "steppe/error.hpp"
#include "steppe/numeric/gaussian.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "steppe/numeric/gaussian_simd.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
//
#include "hwy/contrib/math/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace steppe::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// (1 + 2z) exp(z^2) erfc(z) for z >= 0 as a polynomial in t = (z - 3.75)/(z + 3.75), the form of
/// Shepherd and Laframboise (Math. Comp. 36:249, 1981). Chebyshev fit of degree 25 at 40 digits
/// (tests/numeric/reference_values.py has the fit); largest error 2.4e-18.
constexpr double scaled_erfc[] = {
    1.237512630837827579497,      -0.1402405985855470189557,     0.003585415485464458484947,
    0.08227673849015108622408,    -0.1088039301417502365852,     0.09230432116019638004484,
    -0.05869339858961116044776,   0.02836227742154397864053,     -0.009746579558275151372605,
    0.001755625832191535630225,   0.0002937136669846130732966,   -0.0002901539781378383946548,
    0.00005164909388582170606145, 0.00002238390827660038140547,  -0.0000114441343896584753888,
    -9.728413451815077601714e-7,  0.000001751618940694367657068, -5.827501862768691179357e-8,
    -2.586489910718322209144e-7,  2.430183948450308358164e-8,    3.866242066283791961143e-8,
    -4.396921916762905592209e-9,  -5.169080644815931205336e-9,   5.485084520083625438484e-10,
    4.243303825109675821323e-10,  -3.798064723590028590665e-11};

template <class D, class V = hn::Vec<D>>
HWY_INLINE V log_tail(D d, V x) {
    const auto one = hn::Set(d, 1.0);
    const auto half = hn::Set(d, 0.5);
    // Beyond 1e150 the square overflows.
    const auto y = hn::Min(hn::Abs(x), hn::Set(d, 1e150));
    const auto z = hn::Mul(y, hn::Set(d, 0.70710678118654752440));
    const auto k = hn::Set(d, 3.75);
    const auto t = hn::Div(hn::Sub(z, k), hn::Add(z, k));
    constexpr std::size_t terms = sizeof(scaled_erfc) / sizeof(scaled_erfc[0]);
    auto sum = hn::Set(d, scaled_erfc[terms - 1]);
    for (std::size_t n = terms - 1; n-- > 0;) {
        sum = hn::MulAdd(sum, t, hn::Set(d, scaled_erfc[n]));
    }
    // H(y) exp(y^2/2), between 1/2 and 0.
    const auto scaled = hn::Div(hn::Mul(half, sum), hn::MulAdd(hn::Set(d, 2.0), z, one));
    const auto square = hn::Mul(y, y);
    const auto far = hn::NegMulAdd(half, square, hn::Log(d, scaled));
    // Below 0: log(1 - H(-x)), with what the square lost put back into its exponential. The
    // exponent is bounded where the result is below the smallest normal number.
    const auto lost = hn::MulSub(y, y, square);
    const auto exponent = hn::Max(hn::Mul(hn::Set(d, -0.5), square), hn::Set(d, -740.0));
    const auto density =
        hn::Mul(hn::Exp(d, exponent), hn::NegMulAdd(half, hn::Min(lost, half), one));
    const auto near = hn::Log1p(d, hn::Neg(hn::Mul(scaled, density)));
    return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), near, far);
}

void LogTail(const double* x, double* out, std::size_t count) {
    const hn::ScalableTag<double> d;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) hn::StoreU(log_tail(d, hn::LoadU(d, x + i)), d, out + i);
    if (i == count) return;
    HWY_ALIGN double rest[HWY_MAX_BYTES / sizeof(double)] = {};
    std::copy(x + i, x + count, rest);
    hn::Store(log_tail(d, hn::Load(d, rest)), d, rest);
    std::copy(rest, rest + (count - i), out + i);
}

}  // namespace steppe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace steppe {

HWY_EXPORT(LogTail);

void log_gaussian_tail(std::span<const double> x, std::span<double> out) {
    if (x.size() != out.size()) {
        throw Error("log_gaussian_tail: both spans must have the same size");
    }
    HWY_DYNAMIC_DISPATCH(LogTail)(x.data(), out.data(), x.size());
    for (double& value : out) value = std::max(value, -std::numeric_limits<double>::max());
}

}  // namespace steppe
#endif  // HWY_ONCE

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// The inner loops of belief propagation on +-1 weights (internal; not installed). Written once
/// with Highway, compiled for every instruction set, chosen at run time.
///
/// Stored messages have the layout of PatternSet: the 16 messages of one word of one pattern stand
/// together, the words of the 8 patterns of a group side by side, so that a group is one stream.
namespace steppe::kernels {

inline constexpr std::size_t word_lanes = 16;
inline constexpr std::size_t group_rows = 8;
/// Elements from one word to the next of the same row.
inline constexpr std::size_t word_stride = word_lanes * group_rows;

/// Bounds on |u| below which tanh u is taken from its series: the error is below 3e-8.
inline constexpr double small_message = 0.125;  // 3 terms
inline constexpr double medium_message = 0.3;   // 5 terms
/// How large the messages of some rows can be; decides how cavities are computed. In double
/// precision always Any.
enum class MessageSize { Small, Medium, Any };

/// The rows [first, first + rows) of one group as one unit sees them. Lanes of the first and last
/// word outside the masks belong to no weight: their messages and fields are zero and stay so.
template <class Real>
struct Panel {
    const std::uint16_t* bits;  ///< word w of row r: bits[w * group_rows + r]
    Real* messages;             ///< lane b of it: messages[(w * group_rows + r) * word_lanes + b]
    std::size_t words;
    std::uint16_t first_mask;
    std::uint16_t last_mask;
    std::size_t rows;      ///< 1, or group_rows
    const Real* field;     ///< h of each lane, words * word_lanes
    const Real* tanh;      ///< tanh h
    const Real* variance;  ///< sech(h)^2
    MessageSize size;
};

/// What moves with an update.
template <class Real>
struct Update {
    Real damping;
    Real* field_change;  ///< sum of message changes of each lane, added to
};

/// Coefficients for one row of accuracy `gaussian`, where the response r(x) = d log Z/dx is
/// expanded round x0 = (omega - shift)/sqrt V: with d = 1/sqrt(V - v_i) and
/// c = (omega - shift - xi m_i) d - x0, u_i = xi d sum_k d^2k/(2k+1)! r^(2k)(x0 + c).
template <class Real>
struct GaussianRow {
    /// Orders chosen so that the first term left out is below the rounding error for
    /// |c| + d <= expansion_radius.
    static constexpr std::size_t order = sizeof(Real) == 4 ? 6 : 14;
    static constexpr std::size_t odd_terms = sizeof(Real) == 4 ? 3 : 6;
    static constexpr double expansion_radius = 0.2;
    Real x0;
    Real inverse_deviation;  ///< 1/sqrt V
    Real inverse_variance;   ///< 1/V
    /// [k][n]: coefficient of c^n in r^(2k)(x0 + c)/(2k+1)!
    std::array<std::array<Real, order + 1>, odd_terms> coefficient;
};

/// omega[r] = sum_i xi_i m_i and variance[r] = sum_i v_i over cavity means and variances.
void sums(const Panel<float>& panel, float* omega, float* variance);
void sums(const Panel<double>& panel, double* omega, double* variance);

/// u <- (1 - damping) (xi g - m g') + damping u for each row r with g[r], g_prime[r]. Returns a
/// bound, tight for small messages, on the largest change of tanh u.
float update_relaxed(const Panel<float>& panel, const float* g, const float* g_prime,
                     const Update<float>& update);
double update_relaxed(const Panel<double>& panel, const double* g, const double* g_prime,
                      const Update<double>& update);

/// The same with the expansion; panel.rows is 1.
float update_gaussian(const Panel<float>& panel, const GaussianRow<float>& row,
                      const Update<float>& update);
double update_gaussian(const Panel<double>& panel, const GaussianRow<double>& row,
                       const Update<double>& update);

/// Cavity means and variances of each lane; panel.rows is 1.
void cavities(const Panel<float>& panel, float* mean, float* variance);
void cavities(const Panel<double>& panel, double* mean, double* variance);

/// tanh and sech^2 of `count` fields; count a multiple of word_lanes.
void tanh_and_variance(std::size_t count, const float* field, float* tanh, float* variance);
void tanh_and_variance(std::size_t count, const double* field, double* tanh, double* variance);

}  // namespace steppe::kernels

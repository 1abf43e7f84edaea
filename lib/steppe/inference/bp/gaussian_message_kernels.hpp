#pragma once

#include <cstddef>
#include <cstdint>

/// The inner loops of belief propagation on real weights (internal; not installed), over one row:
/// Gaussian messages of precision A_i and field B_i. Written once with Highway, compiled for every
/// instruction set, chosen at run time.
namespace steppe::kernels {

/// One row as one unit sees it. Inputs are +-1 bits, one word of 16 lanes after the other, or real
/// numbers. Lanes that belong to no weight have a precision so large that they add nothing.
template <class Real>
struct GaussianPanel {
    const std::uint16_t* bits;  ///< word w: bits[w * bit_stride]; null where inputs are real
    std::size_t bit_stride;
    const float* inputs;  ///< of each weight; null where inputs are bits
    std::size_t weights;  ///< lanes that inputs covers
    std::size_t lanes;    ///< a multiple of word_lanes
    Real* field;          ///< B of each lane
    /// A of each lane; or null, and A_i = xi_i^2 row_precision (accuracy relaxed).
    Real* precision;
    Real row_precision;
    const Real* total_field;      ///< of each lane, this row's message included
    const Real* total_precision;  ///< of each lane
};

/// Cavity precisions below this are raised to it.
inline constexpr double smallest_cavity_precision = 1e-3;

/// Sums over the row.
template <class Real>
struct RowSums {
    Real omega;             ///< sum_i xi_i m_i over cavity means
    Real variance;          ///< sum_i xi_i^2 / (cavity precision)
    Real lowest_precision;  ///< smallest cavity precision, before it is raised
};

RowSums<float> gaussian_sums(const GaussianPanel<float>& panel);
RowSums<double> gaussian_sums(const GaussianPanel<double>& panel);

/// Moves the row's messages towards those at g and g', which are kept by the part `damping`, and
/// adds the changes to field_change and precision_change (of each lane; null where the panel has no
/// precisions and inputs are bits: all of them change by as much as row_precision then). Accuracy
/// gaussian where the panel has precisions, else relaxed: row_precision is the caller's to move.
/// `row_change` is by how much.
void gaussian_update(const GaussianPanel<float>& panel, float g, float g_prime, float damping,
                     float row_change, float* field_change, float* precision_change);
void gaussian_update(const GaussianPanel<double>& panel, double g, double g_prime, double damping,
                     double row_change, double* field_change, double* precision_change);

}  // namespace steppe::kernels

#pragma once

#include <cstddef>

/// The inner loops of belief propagation on +-1 weights that see real inputs (internal; not
/// installed), over one row. Written once with Highway, compiled for every instruction set, chosen
/// at run time.
namespace steppe::kernels {

template <class Real>
struct DensePanel {
    const float* inputs;  ///< xi of each weight
    std::size_t weights;
    std::size_t lanes;  ///< weights, rounded up to a multiple of word_lanes
    Real* messages;     ///< u of each lane, 0 past the last weight
    const Real* field;  ///< h of each lane, this row's message included
};

/// omega = sum_i xi_i m_i and variance = sum_i xi_i^2 v_i over cavity means and variances, those of
/// the fields h_i - u_i.
template <class Real>
struct DenseSums {
    Real omega;
    Real variance;
};
DenseSums<float> dense_sums(const DensePanel<float>& panel);
DenseSums<double> dense_sums(const DensePanel<double>& panel);

/// u <- (1 - damping) (xi g - xi^2 m g') + damping u; adds the changes to field_change (of each
/// lane). Returns a bound, tight for small messages, on the largest change of tanh u.
float dense_update(const DensePanel<float>& panel, float g, float g_prime, float damping,
                   float* field_change);
double dense_update(const DensePanel<double>& panel, double g, double g_prime, double damping,
                    double* field_change);

/// Cavity means and variances of each lane.
void dense_cavities(const DensePanel<float>& panel, float* mean, float* variance);
void dense_cavities(const DensePanel<double>& panel, double* mean, double* variance);

}  // namespace steppe::kernels

#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "steppe/graph/row_factor.hpp"
#include "steppe/numeric/log_odds.hpp"

/// A gate asked about one row, and the same by the sum over all outputs.
namespace steppe::test {

inline std::vector<double> send_down(const RowFactor& gate, const std::vector<double>& f,
                                     std::uint32_t row = 0) {
    std::vector<double> v(f.size());
    gate.send_down({{&row, 1}, f.size(), f}, v);
    return v;
}

inline double log_partition(const RowFactor& gate, const std::vector<double>& f,
                            std::uint32_t row = 0) {
    double out = 0.0;
    gate.log_partition({{&row, 1}, f.size(), f}, {&out, 1});
    return out;
}

/// log of the sum of prod_k e^(f_k tau_k)/(2 cosh f_k) over the outputs that satisfy the gate; unit
/// `fixed` is left out of the product and held at `value`.
inline double enumerate(const RowFactor& gate, const std::vector<double>& f, std::size_t fixed,
                        int value, std::uint32_t row = 0) {
    double sum = -std::numeric_limits<double>::infinity();
    for (std::size_t state = 0; state < std::size_t{1} << f.size(); ++state) {
        std::vector<signed char> tau;
        double log_weight = 0.0;
        for (std::size_t k = 0; k < f.size(); ++k) {
            tau.push_back(state >> k & 1 ? 1 : -1);
            if (k != fixed) log_weight += f[k] * tau[k] - log_2cosh(f[k]);
        }
        if (fixed < f.size() && tau[fixed] != value) continue;
        if (gate.satisfied(row, tau)) sum = log_add_exp(sum, log_weight);
    }
    return sum;
}

}  // namespace steppe::test

#include "steppe/inference/singular_basis.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "steppe/numeric/symmetric_eigen.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

/// Eigenvalues of the products are known to about 1e-16 of the largest times their number.
constexpr double smallest_part = 1e-10;
constexpr std::size_t row_grain = 64;

DenseMatrix inputs_of(const LinearWiring& wiring) {
    DenseMatrix x(wiring.rows(), wiring.inputs);
    parallel_for(x.rows, row_grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = begin; a < end; ++a) {
            for (std::size_t i = 0; i < x.columns; ++i) x(a, i) = wiring.input(a, i);
        }
    });
    return x;
}

}  // namespace

SingularBasis::SingularBasis(const LinearWiring& wiring, const Poll& poll) {
    const DenseMatrix x = inputs_of(wiring);
    const bool in_pattern_space = x.rows <= x.columns;
    const DenseMatrix other = transposed(x);
    // Rows of one side and, below, of the other.
    const DenseMatrix& near = in_pattern_space ? x : other;
    const DenseMatrix& far = in_pattern_space ? other : x;
    SymmetricEigen eigen = symmetric_eigen(multiply_by_transposed(near, near, poll), poll);
    const double largest = std::max(eigen.values.back(), 0.0);
    for (std::size_t j = eigen.values.size(); j-- > 0;) {
        if (eigen.values[j] > smallest_part * largest)
            values_.push_back(std::sqrt(eigen.values[j]));
    }
    DenseMatrix side(near.rows, rank());
    for (std::size_t j = 0; j < rank(); ++j) {
        const double* vector =
            eigen.vectors.values.data() + (eigen.values.size() - 1 - j) * near.rows;
        for (std::size_t i = 0; i < near.rows; ++i) side(i, j) = vector[i];
    }
    DenseMatrix opposite(far.rows, rank());
    if (rank() > 0) {
        opposite = multiply(far, side, poll);
        for (std::size_t i = 0; i < far.rows; ++i) {
            for (std::size_t j = 0; j < rank(); ++j) opposite(i, j) /= values_[j];
        }
    }
    if (!in_pattern_space) std::swap(side, opposite);
    left_ = std::move(side);
    right_ = std::move(opposite);
    left_squares_ = left_;
    for (double& u : left_squares_.values) u *= u;
}

std::size_t SingularBasis::memory_bytes(std::size_t patterns, std::size_t inputs) {
    const std::size_t rank = std::min(patterns, inputs);
    // While it is made: the inputs twice, the product with its eigenvectors and their work space.
    return sizeof(double) *
           ((2 * patterns + inputs) * rank + 2 * patterns * inputs + 4 * rank * rank);
}

}  // namespace steppe

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/numeric/dense_algebra.hpp"

namespace steppe {

/// The inputs of a wiring in their singular basis, Xi = U diag(s) V^T (internal; not installed):
/// what expectation propagation knows of the correlations between patterns. From the eigenvectors
/// of Xi Xi^T where there are fewer patterns than inputs, else of Xi^T Xi. Directions whose s^2 is
/// below 1e-10 of the largest are left out: rank() is what remains, 0 for inputs that are all 0.
class SingularBasis {
  public:
    /// poll: see ExpectationPropagationOptions.
    explicit SingularBasis(const LinearWiring& wiring, const Poll& poll = {});

    std::size_t patterns() const { return left_.rows; }
    std::size_t inputs() const { return right_.rows; }
    std::size_t rank() const { return values_.size(); }

    /// s_j, descending.
    std::span<const double> values() const { return values_; }
    /// U_aj, patterns() x rank(), and its entries squared.
    const DenseMatrix& left() const { return left_; }
    const DenseMatrix& left_squares() const { return left_squares_; }
    /// V_ij, inputs() x rank().
    const DenseMatrix& right() const { return right_; }

    /// Bytes for inputs of that shape.
    static std::size_t memory_bytes(std::size_t patterns, std::size_t inputs);

  private:
    std::vector<double> values_;
    DenseMatrix left_, left_squares_, right_;
};

}  // namespace steppe

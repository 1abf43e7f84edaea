#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/numeric/dense_algebra.hpp"

namespace steppe {

/// The inputs of a wiring in their singular basis, Xi = U diag(s) V^T (internal; not installed):
/// what expectation propagation knows of the correlations between patterns. From the eigenvectors
/// of Xi Xi^T where there are fewer patterns than inputs, else of Xi^T Xi; directions of small s in
/// what is left without the large ones, for a product's eigenvalues are known to 1e-16 of the
/// largest. What is below 1e-12 of the largest s is rounding and left out: rank() is what remains,
/// 0 for inputs that are all 0.
class SingularBasis {
  public:
    /// poll: see ExpectationPropagationOptions.
    explicit SingularBasis(const LinearWiring& wiring, const Poll& poll = {});

    std::size_t patterns() const { return left_.rows; }
    std::size_t inputs() const { return right_.rows; }
    std::size_t rank() const { return values_.size(); }
    /// Whether a pattern has any input that is not 0: what others answer tells nothing.
    bool sees(std::size_t pattern) const { return sees_[pattern]; }
    /// Patterns of which a part, more than 1e-4 of their length, lies in what is left out: they are
    /// so much smaller than the largest that double precision loses them.
    std::size_t lost_patterns() const { return lost_patterns_; }

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
    std::vector<bool> sees_;
    std::size_t lost_patterns_ = 0;
};

}  // namespace steppe

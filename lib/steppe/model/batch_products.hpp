#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// The products of a mini-batch with the real weights of a network, for learners (internal; not
/// installed): up, z = Xi w; down, the sum over patterns of a number times their inputs; and single
/// rows. The inputs of a mini-batch are laid out as numbers in pieces of columns that stay in a
/// cache; pieces run in parallel and are added in order, so that results do not depend on threads.
template <class Real>
class BatchProducts {
  public:
    /// One row a pattern, one column a unit; a unit's numbers stand together.
    using Table = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;

    /// Throws Error where the patterns do not fit the network or carry labels that it folds in.
    BatchProducts(const Network& network, Patterns patterns);

    const Patterns& patterns() const { return patterns_; }

    /// Takes the inputs of these patterns, and their sums with the weights (unit by unit).
    void up(std::span<const std::size_t> rows, const Real* weights, Table& sums);
    /// out of unit k and weight i <- sum over the patterns of the last up() of factors(pattern, k)
    /// times input i of the unit.
    void down(const Table& factors, Real* out);
    /// weights of unit k += factor times the inputs of one row of the last up().
    void add_row(std::size_t row, std::size_t k, Real factor, Real* weights) const;

  private:
    using Rows = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    /// Columns of some units.
    struct Piece {
        std::size_t first_unit, units;
        std::size_t column;  ///< of the patterns
        std::size_t weight;  ///< of the first unit's first weight
        std::size_t columns;
        Rows inputs;  ///< of the batch, and room for more
        Rows sums;
    };
    template <class Work>
    void for_each_piece(const Work& work);

    Network network_;
    Patterns patterns_;
    std::vector<Piece> pieces_;
};

extern template class BatchProducts<float>;
extern template class BatchProducts<double>;

}  // namespace steppe

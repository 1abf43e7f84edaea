#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "steppe/data/real_patterns.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// The two products of a mini-batch with the weights of a network: up, z = Xi w, and down, the sum
/// over patterns of a number times their inputs (internal; not installed). Columns are cut into
/// pieces whose rows fit into a cache; pieces run in parallel and are added in order.
template <class Real>
class BatchProducts {
  public:
    /// One row a pattern, one column a unit.
    using Table = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

    BatchProducts(const Network& network, std::shared_ptr<const RealPatterns> patterns);

    const RealPatterns& patterns() const { return *patterns_; }

    /// Takes the inputs of these patterns, and their sums with the weights (unit by unit).
    void up(std::span<const std::size_t> rows, const Real* weights, Table& sums);
    /// out of unit k and weight i <- sum over the patterns of the last up() of factors(pattern, k)
    /// times input i of the unit.
    void down(const Table& factors, Real* out);

  private:
    /// Columns of some units.
    struct Piece {
        std::size_t first_unit, units;
        std::size_t column;   ///< of the patterns
        std::size_t weight;   ///< of the first unit's first weight
        std::size_t columns;
        Table inputs;  ///< of the batch
        Table sums;
    };
    template <class Work>
    void for_each_piece(const Work& work);

    Network network_;
    std::shared_ptr<const RealPatterns> patterns_;
    std::vector<Piece> pieces_;
};

extern template class BatchProducts<float>;
extern template class BatchProducts<double>;

}  // namespace steppe

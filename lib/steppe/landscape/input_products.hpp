#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cstddef>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// Products of the inputs of all patterns with many real weight vectors at once, in double
/// precision and over sqrt(n), n the inputs of a unit (internal; not installed). Eigen and OpenBLAS
/// compute them; work is cut into fixed blocks, so that results do not depend on the number of
/// threads.
class InputProducts {
  public:
    using Matrix = Eigen::MatrixXd;
    using Vectors = Eigen::Ref<const Matrix>;

    /// Patterns whose inputs stand together: a block of rows.
    static constexpr std::size_t block = 256;
    /// Inputs of a piece of a sum over patterns.
    static constexpr std::size_t piece_inputs = 128;

    /// Inputs that take more bytes than most_kept in double precision are laid out again for every
    /// product. Throws Error where the patterns do not fit the network; labels must have been
    /// folded in where the network folds them.
    InputProducts(const Network& network, const Patterns& patterns,
                  std::size_t most_kept = std::size_t{1} << 30);

    /// The same sums from fewer weights. Where a unit has more inputs n than there are patterns P,
    /// its inputs are written in an orthonormal basis of the space that the patterns span: P
    /// numbers each. A vector across that space meets no pattern. Nothing changes where P is n or
    /// more, above the thousands for which that takes seconds, or where inputs are not kept.
    InputProducts in_span() &&;

    std::size_t patterns() const { return patterns_; }
    std::size_t units() const { return units_; }
    /// Inputs, or coordinates, of a unit.
    std::size_t unit_inputs() const { return inputs_; }
    std::size_t weights() const { return inputs_ * units_; }

    /// Vectors: weights() rows, unit by unit. Sums: patterns() rows, column v * units() + k is that
    /// of unit k and vector v.
    void up(const Vectors& vectors, Matrix& sums) const;
    /// Adds up, over the patterns, factors (in the shape of sums) times inputs.
    void down(const Matrix& factors, Matrix& vectors) const;
    /// For columns j of a piece, of which a unit has pieces(): the sum over the patterns of
    /// factor_a x_ai y_aj for every i, x the inputs of unit k and y those of unit l.
    void gram(std::size_t k, std::size_t l, std::size_t piece, const Eigen::ArrayXd& factors,
              Eigen::Ref<Matrix> out) const;
    std::size_t pieces() const { return (inputs_ + piece_inputs - 1) / piece_inputs; }
    /// The first input of a piece.
    std::size_t piece_begin(std::size_t piece) const { return piece * piece_inputs; }
    std::size_t piece_size(std::size_t piece) const {
        return std::min(piece_inputs, inputs_ - piece * piece_inputs);
    }
    /// The sum of the squared inputs of unit k on pattern a, over n.
    double square(std::size_t a, std::size_t k) const { return squares_[a * units_ + k]; }

  private:
    using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

    InputProducts() = default;
    /// Inputs of the patterns of block b, over sqrt(n), those of all units; laid out in `room`
    /// where they are not kept.
    const Rows& rows(std::size_t b, Rows& room) const;
    void lay_out(std::size_t b, Rows& to) const;
    void take_squares();
    std::size_t blocks() const { return (patterns_ + block - 1) / block; }
    std::size_t first_input(std::size_t k) const { return shared_ ? 0 : k * inputs_; }

    std::size_t patterns_ = 0, inputs_ = 0, units_ = 0;
    bool shared_ = false;           ///< all units see the same inputs
    double scale_ = 1.0;            ///< 1/sqrt(n)
    std::vector<Patterns> source_;  ///< one; none where inputs are coordinates
    std::vector<Rows> kept_;        ///< a block each, or empty
    std::vector<double> squares_;
};

}  // namespace steppe

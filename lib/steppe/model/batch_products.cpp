#include "steppe/model/batch_products.hpp"

#include <algorithm>

#include "steppe/model/require_patterns.hpp"
#include "steppe/numeric/dense_algebra.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

/// Columns of a piece: 100 rows of so many in single precision fill a quarter of a second-level
/// cache of one megabyte.
constexpr std::size_t most_columns = 512;
/// Fewer units than this are multiplied one by one: products of thin matrices spend their time on
/// packing. Of more, the products take small factors row by row, which is packed faster.
constexpr std::size_t thin = 8;

Eigen::Index index(std::size_t i) {
    return static_cast<Eigen::Index>(i);
}

}  // namespace

template <class Real>
BatchProducts<Real>::BatchProducts(const Network& network, Patterns patterns)
    : network_(network), patterns_(std::move(patterns)) {
    require_patterns(network, patterns_);
    hold_blas_to_one_thread();
    const std::size_t inputs = network.unit_inputs();
    const bool tree = network.wiring == Wiring::Tree;
    const std::size_t count = (inputs + most_columns - 1) / most_columns;
    // Pieces of nearly one width, in whole words of bits.
    constexpr std::size_t word = PatternSet::word_bits;
    const std::size_t width = ((inputs + count - 1) / count + word - 1) / word * word;
    for (std::size_t k = 0; k < (tree ? network.hidden : 1); ++k) {
        for (std::size_t i = 0; i < inputs; i += width) {
            Piece piece;
            piece.first_unit = k;
            piece.units = tree ? 1 : network.hidden;
            piece.column = network.first_input(k) + i;
            piece.weight = k * inputs + i;
            piece.columns = std::min(width, inputs - i);
            pieces_.push_back(std::move(piece));
        }
    }
}

template <class Real>
template <class Work>
void BatchProducts<Real>::for_each_piece(const Work& work) {
    parallel_for(pieces_.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t p = begin; p < end; ++p) work(pieces_[p]);
    });
}

template <class Real>
void BatchProducts<Real>::up(std::span<const std::size_t> rows, const Real* weights, Table& sums) {
    const Eigen::Index count = index(rows.size());
    for_each_piece([&](Piece& piece) {
        if (piece.inputs.rows() < count) piece.inputs.resize(count, index(piece.columns));
        patterns_.visit([&](const auto& set) {
            for (std::size_t r = 0; r < rows.size(); ++r) {
                set->copy_inputs(rows[r], piece.column,
                                 std::span<Real>(piece.inputs.row(index(r)).data(), piece.columns));
            }
        });
        const Eigen::Map<const Rows, Eigen::Unaligned, Eigen::OuterStride<>> w(
            weights + piece.weight, index(piece.units), index(piece.columns),
            Eigen::OuterStride<>(index(network_.unit_inputs())));
        const auto inputs = piece.inputs.topRows(count);
        piece.sums.resize(count, index(piece.units));
        if (piece.units < thin) {
            for (Eigen::Index k = 0; k < w.rows(); ++k) {
                piece.sums.col(k).noalias() = inputs * w.row(k).transpose();
            }
        } else {
            piece.sums.noalias() = inputs * w.transpose();
        }
    });
    sums.setZero(count, index(network_.hidden));
    for (const Piece& piece : pieces_) {
        sums.middleCols(index(piece.first_unit), index(piece.units)) += piece.sums;
    }
}

template <class Real>
void BatchProducts<Real>::down(const Table& factors, Real* out) {
    for_each_piece([&](Piece& piece) {
        Eigen::Map<Rows, Eigen::Unaligned, Eigen::OuterStride<>> to(
            out + piece.weight, index(piece.units), index(piece.columns),
            Eigen::OuterStride<>(index(network_.unit_inputs())));
        const auto inputs = piece.inputs.topRows(factors.rows());
        const auto some = factors.middleCols(index(piece.first_unit), index(piece.units));
        if (piece.units < thin) {
            for (Eigen::Index k = 0; k < to.rows(); ++k) {
                to.row(k).noalias() = some.col(k).transpose() * inputs;
            }
        } else {
            const Rows by_pattern = some;
            to.noalias() = by_pattern.transpose() * inputs;
        }
    });
}

template <class Real>
void BatchProducts<Real>::add_row(std::size_t row, std::size_t k, Real factor,
                                  Real* weights) const {
    for (const Piece& piece : pieces_) {
        if (k < piece.first_unit || k >= piece.first_unit + piece.units) continue;
        Real* const w = weights + piece.weight + (k - piece.first_unit) * network_.unit_inputs();
        const Real* const x = piece.inputs.row(index(row)).data();
        for (std::size_t i = 0; i < piece.columns; ++i) w[i] += factor * x[i];
    }
}

template class BatchProducts<float>;
template class BatchProducts<double>;

}  // namespace steppe

#include "steppe/sgd/batch_products.hpp"

#include <algorithm>

#include "steppe/numeric/dense_algebra.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

/// Columns of a piece: 100 rows of them in single precision fill half of a second-level cache.
constexpr std::size_t most_columns = 1024;

Eigen::Index index(std::size_t i) {
    return static_cast<Eigen::Index>(i);
}

}  // namespace

template <class Real>
BatchProducts<Real>::BatchProducts(const Network& network,
                                   std::shared_ptr<const RealPatterns> patterns)
    : network_(network), patterns_(std::move(patterns)) {
    hold_blas_to_one_thread();
    const std::size_t inputs = network.unit_inputs();
    const bool tree = network.wiring == Wiring::Tree;
    for (std::size_t k = 0; k < (tree ? network.hidden : 1); ++k) {
        for (std::size_t i = 0; i < inputs; i += most_columns) {
            Piece piece;
            piece.first_unit = k;
            piece.units = tree ? 1 : network.hidden;
            piece.column = network.first_input(k) + i;
            piece.weight = k * inputs + i;
            piece.columns = std::min(most_columns, inputs - i);
            pieces_.push_back(std::move(piece));
        }
    }
}

template <class Real>
template <class Work>
void BatchProducts<Real>::for_each_piece(const Work& work) {
    if (pieces_.size() == 1) {
        work(pieces_[0]);
        return;
    }
    parallel_for(pieces_.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t p = begin; p < end; ++p) work(pieces_[p]);
    });
}

template <class Real>
void BatchProducts<Real>::up(std::span<const std::size_t> rows, const Real* weights, Table& sums) {
    const float* const values = patterns_->values().data();
    const std::size_t stride = network_.inputs;
    for_each_piece([&](Piece& piece) {
        piece.inputs.resize(index(rows.size()), index(piece.columns));
        for (std::size_t r = 0; r < rows.size(); ++r) {
            const float* const row = values + rows[r] * stride + piece.column;
            std::copy_n(row, piece.columns, piece.inputs.row(index(r)).data());
        }
        const Eigen::Map<const Table, Eigen::Unaligned, Eigen::OuterStride<>> w(
            weights + piece.weight, index(piece.units), index(piece.columns),
            Eigen::OuterStride<>(index(network_.unit_inputs())));
        piece.sums.resize(index(rows.size()), index(piece.units));
        piece.sums.noalias() = piece.inputs * w.transpose();
    });
    sums.setZero(index(rows.size()), index(network_.hidden));
    for (const Piece& piece : pieces_) {
        sums.middleCols(index(piece.first_unit), index(piece.units)) += piece.sums;
    }
}

template <class Real>
void BatchProducts<Real>::down(const Table& factors, Real* out) {
    for_each_piece([&](Piece& piece) {
        Eigen::Map<Table, Eigen::Unaligned, Eigen::OuterStride<>> to(
            out + piece.weight, index(piece.units), index(piece.columns),
            Eigen::OuterStride<>(index(network_.unit_inputs())));
        to.noalias() =
            factors.middleCols(index(piece.first_unit), index(piece.units)).transpose() *
            piece.inputs;
    });
}

template class BatchProducts<float>;
template class BatchProducts<double>;

}  // namespace steppe

#include "steppe/numeric/real_products.hpp"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>

#include "steppe/error.hpp"
#include "steppe/numeric/dense_algebra.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

using Index = Eigen::Index;
using Rows = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>,
                        Eigen::Unaligned, Eigen::OuterStride<>>;
/// A side is a column.
using Sides = Eigen::Map<const Eigen::MatrixXf>;
using MutableSides = Eigen::Map<Eigen::MatrixXf>;

/// Rows or columns of a piece: with its squares it fits into a cache for rows of some thousand.
constexpr std::size_t grain = 64;

Index index(std::size_t i) {
    return static_cast<Index>(i);
}

template <bool squared>
void rows_times(const RealMatrix& matrix, std::size_t sides, std::span<const float> x,
                std::span<float> out) {
    const Rows all(matrix.values.data(), index(matrix.rows), index(matrix.columns),
                   Eigen::OuterStride<>(index(matrix.stride)));
    const Sides in(x.data(), index(matrix.columns), index(sides));
    MutableSides result(out.data(), index(matrix.rows), index(sides));
    parallel_for(matrix.rows, grain, [&](std::size_t begin, std::size_t end) {
        const auto part = all.middleRows(index(begin), index(end - begin));
        auto to = result.middleRows(index(begin), index(end - begin));
        if constexpr (squared) {
            const Eigen::MatrixXf squares = part.cwiseAbs2();
            to.noalias() = squares * in;
        } else {
            to.noalias() = part * in;
        }
    });
}

template <bool squared>
void columns_times(const RealMatrix& matrix, std::size_t sides, std::span<const float> g,
                   std::span<float> out) {
    const Rows all(matrix.values.data(), index(matrix.rows), index(matrix.columns),
                   Eigen::OuterStride<>(index(matrix.stride)));
    const Sides in(g.data(), index(matrix.rows), index(sides));
    MutableSides result(out.data(), index(matrix.columns), index(sides));
    parallel_for(matrix.columns, grain, [&](std::size_t begin, std::size_t end) {
        const auto part = all.middleCols(index(begin), index(end - begin));
        auto to = result.middleRows(index(begin), index(end - begin));
        if constexpr (squared) {
            const Eigen::MatrixXf squares = part.cwiseAbs2();
            to.noalias() = squares.transpose() * in;
        } else {
            to.noalias() = part.transpose() * in;
        }
    });
}

}  // namespace

RealProducts::RealProducts(const RealMatrix& matrix, std::size_t sides)
    : matrix_(matrix), sides_(sides) {
    hold_blas_to_one_thread();
    if (matrix.rows == 0 || matrix.columns == 0 || sides == 0 || matrix.stride < matrix.columns ||
        matrix.values.size() < (matrix.rows - 1) * matrix.stride + matrix.columns) {
        throw Error(fmt::format("{} values are no matrix of {} rows and {} columns with stride {}",
                                matrix.values.size(), matrix.rows, matrix.columns, matrix.stride));
    }
}

void RealProducts::multiply(std::span<const float> x, std::span<float> out) const {
    rows_times<false>(matrix_, sides_, x, out);
}

void RealProducts::multiply_transposed(std::span<const float> g, std::span<float> out) const {
    columns_times<false>(matrix_, sides_, g, out);
}

void RealProducts::multiply_squares(std::span<const float> x, std::span<float> out) const {
    rows_times<true>(matrix_, sides_, x, out);
}

void RealProducts::multiply_squares_transposed(std::span<const float> g,
                                               std::span<float> out) const {
    columns_times<true>(matrix_, sides_, g, out);
}

}  // namespace steppe

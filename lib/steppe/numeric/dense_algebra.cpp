#include "steppe/numeric/dense_algebra.hpp"

#include <cblas.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

constexpr std::size_t grain = 128;

int number(std::size_t i) {
    return static_cast<int>(i);
}

}  // namespace

DenseMatrix::DenseMatrix(std::size_t some_rows, std::size_t some_columns)
    : rows(some_rows), columns(some_columns), values(some_rows * some_columns, 0.0) {}

void multiply_rows(const DenseMatrix& a, std::size_t begin, std::size_t end,
                   std::span<const double> x, std::span<double> out) {
    assert(x.size() == a.columns && out.size() == end - begin);
    // A product with nothing is zero; BLAS takes such shapes for a mistake, and says so on standard
    // output.
    if (a.columns == 0 || begin == end) {
        std::ranges::fill(out, 0.0);
        return;
    }
    hold_blas_to_one_thread();
    cblas_dgemv(CblasRowMajor, CblasNoTrans, number(end - begin), number(a.columns), 1.0,
                a.values.data() + begin * a.columns, number(a.columns), x.data(), 1, 0.0,
                out.data(), 1);
}

void multiply_transposed(const DenseMatrix& a, std::span<const double> x, std::span<double> out) {
    assert(x.size() == a.rows && out.size() == a.columns);
    if (a.rows == 0) {
        std::ranges::fill(out, 0.0);
        return;
    }
    hold_blas_to_one_thread();
    parallel_for(a.columns, grain, [&](std::size_t begin, std::size_t end) {
        cblas_dgemv(CblasRowMajor, CblasTrans, number(a.rows), number(end - begin), 1.0,
                    a.values.data() + begin, number(a.columns), x.data(), 1, 0.0,
                    out.data() + begin, 1);
    });
}

namespace {

DenseMatrix product(const DenseMatrix& a, const DenseMatrix& b, CBLAS_TRANSPOSE side,
                    const Poll& poll) {
    const std::size_t columns = side == CblasTrans ? b.rows : b.columns;
    assert(a.columns == (side == CblasTrans ? b.columns : b.rows));
    hold_blas_to_one_thread();
    DenseMatrix out(a.rows, columns);
    if (a.columns == 0 || columns == 0) return out;
    polled_for(a.rows, grain, poll, [&](std::size_t begin, std::size_t end) {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, side, number(end - begin), number(columns),
                    number(a.columns), 1.0, a.values.data() + begin * a.columns, number(a.columns),
                    b.values.data(), number(b.columns), 0.0, out.values.data() + begin * columns,
                    number(columns));
    });
    return out;
}

}  // namespace

DenseMatrix multiply_by_transposed(const DenseMatrix& a, const DenseMatrix& b, const Poll& poll) {
    return product(a, b, CblasTrans, poll);
}

DenseMatrix multiply(const DenseMatrix& a, const DenseMatrix& b, const Poll& poll) {
    return product(a, b, CblasNoTrans, poll);
}

DenseMatrix transposed(const DenseMatrix& a) {
    DenseMatrix out(a.columns, a.rows);
    parallel_for(a.columns, grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = 0; i < a.rows; ++i) {
            for (std::size_t j = begin; j < end; ++j) out(j, i) = a(i, j);
        }
    });
    return out;
}

}  // namespace steppe

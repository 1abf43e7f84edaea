#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "steppe/numeric/blas.hpp"
#include "steppe/numeric/polled_loop.hpp"

/// Dense linear algebra in double precision. OpenBLAS does the work; it chooses the instruction set
/// when it runs. It is held to one thread (for the whole process, from the first call on): work is
/// cut into pieces here, so that results do not depend on the number of threads.
namespace steppe {

/// Row after row: entry (i, j) is values[i * columns + j].
struct DenseMatrix {
    std::size_t rows = 0, columns = 0;
    std::vector<double> values;

    DenseMatrix() = default;
    /// All zero.
    DenseMatrix(std::size_t rows, std::size_t columns);

    double& operator()(std::size_t i, std::size_t j) { return values[i * columns + j]; }
    double operator()(std::size_t i, std::size_t j) const { return values[i * columns + j]; }
};

/// out_i = sum_j a_ij x_j for rows [begin, end); out has end - begin entries. In this thread.
void multiply_rows(const DenseMatrix& a, std::size_t begin, std::size_t end,
                   std::span<const double> x, std::span<double> out);

/// out_j = sum_i a_ij x_i; in parallel over columns.
void multiply_transposed(const DenseMatrix& a, std::span<const double> x, std::span<double> out);

/// a b^T; in parallel over rows of a.
DenseMatrix multiply_by_transposed(const DenseMatrix& a, const DenseMatrix& b,
                                   const Poll& poll = {});
/// a b; in parallel over rows of a.
DenseMatrix multiply(const DenseMatrix& a, const DenseMatrix& b, const Poll& poll = {});
/// a^T; in parallel.
DenseMatrix transposed(const DenseMatrix& a);

}  // namespace steppe

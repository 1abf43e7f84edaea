#include "steppe/inference/ep/singular_basis.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "steppe/numeric/symmetric_eigen.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

/// An eigenvector of a product is known to about 1e-16 over its eigenvalue, in parts of the
/// largest: the others are looked for again, in what is left of the inputs without the directions
/// found.
constexpr double smallest_part = 1e-6;
/// Squared, in parts of the largest s^2: below it inputs are rounding.
constexpr double rounding_part = 1e-24;
/// A pattern of which more than this part (of its square) lies in no direction is not kept.
constexpr double lost_part = 1e-8;
constexpr std::size_t row_grain = 64;

DenseMatrix inputs_of(const LinearWiring& wiring) {
    DenseMatrix x(wiring.rows(), wiring.inputs);
    parallel_for(x.rows, row_grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = begin; a < end; ++a) {
            for (std::size_t i = 0; i < x.columns; ++i) x(a, i) = wiring.input(a, i);
        }
    });
    return x;
}

DenseMatrix rows_of(const DenseMatrix& matrix, std::size_t begin, std::size_t count) {
    DenseMatrix part;
    part.rows = count;
    part.columns = matrix.columns;
    const auto from = matrix.values.begin() + static_cast<std::ptrdiff_t>(begin * matrix.columns);
    part.values.assign(from, from + static_cast<std::ptrdiff_t>(count * matrix.columns));
    return part;
}

void append_rows(DenseMatrix& matrix, const DenseMatrix& more) {
    matrix.columns = more.columns;
    matrix.rows += more.rows;
    matrix.values.insert(matrix.values.end(), more.values.begin(), more.values.end());
}

/// Singular directions of one side, a row each, and s.
struct Directions {
    std::vector<double> values;
    DenseMatrix vectors;
    std::vector<std::size_t> stages;  ///< where those of each look begin
};

/// Of the rows of `near`, the largest s first. Where s spans more than an eigenvalue of
/// near near^T can tell, in several looks, each at what those before have left.
Directions find_directions(const DenseMatrix& near, const Poll& poll) {
    Directions found;
    DenseMatrix frame, rest;  // Coordinates of what is left of the inputs, and that.
    double largest = 0.0;
    for (const DenseMatrix* left = &near; left->rows > 0; left = &rest) {
        const SymmetricEigen eigen =
            symmetric_eigen(multiply_by_transposed(*left, *left, poll), poll);
        const double here = eigen.values.back();
        largest = std::max(largest, here);
        if (!(here > rounding_part * largest)) break;
        const double least = std::max(smallest_part * here, rounding_part * largest);
        const auto first = static_cast<std::size_t>(std::ranges::upper_bound(eigen.values, least) -
                                                    eigen.values.begin());
        const auto in_place = [&](DenseMatrix vectors) {
            return frame.rows == 0 ? std::move(vectors) : multiply(vectors, frame, poll);
        };
        DenseMatrix kept(left->rows - first, left->rows);
        found.stages.push_back(found.values.size());
        for (std::size_t j = 0; j < kept.rows; ++j) {
            const std::size_t from = left->rows - 1 - j;
            found.values.push_back(std::sqrt(eigen.values[from]));
            std::copy_n(eigen.vectors.values.data() + from * left->rows, left->rows,
                        kept.values.data() + j * left->rows);
        }
        append_rows(found.vectors, in_place(std::move(kept)));
        if (first == 0) break;
        frame = in_place(rows_of(eigen.vectors, 0, first));
        rest = multiply(frame, near, poll);
    }
    return found;
}

/// The other side's directions. Small s leave them inexact: what lies along directions of earlier
/// looks goes away.
DenseMatrix other_side(const Directions& found, const DenseMatrix& near, const Poll& poll) {
    DenseMatrix all;
    for (std::size_t look = 0; look < found.stages.size(); ++look) {
        const std::size_t begin = found.stages[look];
        const std::size_t end =
            look + 1 < found.stages.size() ? found.stages[look + 1] : found.values.size();
        DenseMatrix vectors = multiply(rows_of(found.vectors, begin, end - begin), near, poll);
        for (std::size_t j = 0; j < vectors.rows; ++j) {
            for (std::size_t i = 0; i < vectors.columns; ++i) {
                vectors(j, i) /= found.values[begin + j];
            }
        }
        if (look > 0) {
            const DenseMatrix along =
                multiply(multiply_by_transposed(vectors, all, poll), all, poll);
            for (std::size_t j = 0; j < vectors.rows; ++j) {
                double square = 0.0;
                for (std::size_t i = 0; i < vectors.columns; ++i) {
                    vectors(j, i) -= along(j, i);
                    square += vectors(j, i) * vectors(j, i);
                }
                for (std::size_t i = 0; i < vectors.columns; ++i) {
                    vectors(j, i) /= std::sqrt(square);
                }
            }
        }
        append_rows(all, vectors);
    }
    return all;
}

}  // namespace

SingularBasis::SingularBasis(const LinearWiring& wiring, const Poll& poll) {
    const DenseMatrix x = inputs_of(wiring);
    const bool in_pattern_space = x.rows <= x.columns;
    Directions found;
    DenseMatrix other;
    {
        const DenseMatrix turned = in_pattern_space ? DenseMatrix() : transposed(x);
        const DenseMatrix& near = in_pattern_space ? x : turned;
        found = find_directions(near, poll);
        other = other_side(found, near, poll);
    }
    values_ = std::move(found.values);
    const auto columns_of = [&](const DenseMatrix& rows, std::size_t length) {
        return rank() > 0 ? transposed(rows) : DenseMatrix(length, 0);
    };
    left_ = columns_of(in_pattern_space ? found.vectors : other, x.rows);
    right_ = columns_of(in_pattern_space ? other : found.vectors, x.columns);
    left_squares_ = left_;
    for (double& u : left_squares_.values) u *= u;
    sees_.resize(x.rows);
    for (std::size_t a = 0; a < x.rows; ++a) {
        double whole = 0.0, kept = 0.0;
        for (std::size_t i = 0; i < x.columns; ++i) whole += x(a, i) * x(a, i);
        for (std::size_t j = 0; j < rank(); ++j) {
            kept += left_squares_(a, j) * values_[j] * values_[j];
        }
        sees_[a] = whole > 0.0;
        if (!sees_[a]) {
            for (std::size_t j = 0; j < rank(); ++j) left_(a, j) = left_squares_(a, j) = 0.0;
            continue;
        }
        // More than the whole is the rounding of larger patterns.
        if (std::abs(whole - kept) > lost_part * whole) ++lost_patterns_;
    }
}

std::size_t SingularBasis::memory_bytes(std::size_t patterns, std::size_t inputs) {
    const std::size_t rank = std::min(patterns, inputs);
    // While it is made: the inputs twice, the product with its eigenvectors and their work space.
    return sizeof(double) *
           ((2 * patterns + inputs) * rank + 2 * patterns * inputs + 4 * rank * rank);
}

}  // namespace steppe

#pragma once

#include <vector>

#include "steppe/numeric/dense_algebra.hpp"

namespace steppe {

/// Eigenvalues, ascending, and orthonormal eigenvectors, one a row, of a symmetric matrix.
struct SymmetricEigen {
    std::vector<double> values;
    DenseMatrix vectors;
};

/// By LAPACK's way (reduction to a tridiagonal matrix, divide and conquer, back), taken in pieces:
/// so that a matrix of thousands of rows can be given up on the way (poll; LAPACK's own driver
/// cannot be stopped), and so that threads share the work, with the same result for any number of
/// them. Throws Error where the matrix is not square, has an entry that is not finite, or LAPACK
/// gives up (internal; not installed).
SymmetricEigen symmetric_eigen(DenseMatrix matrix, const Poll& poll = {});

/// The eigenvalues alone, ascending: a fraction of the work. Throws as symmetric_eigen does.
std::vector<double> symmetric_eigenvalues(DenseMatrix matrix, const Poll& poll = {});

/// How many eigenvalues are below a bound, by Sylvester's law of inertia from one factorisation
/// (LAPACK's dsytrf, in one thread and without a poll): a third of a multiplication's work. Throws
/// as symmetric_eigen does.
std::size_t eigenvalues_below(DenseMatrix matrix, double bound);

}  // namespace steppe

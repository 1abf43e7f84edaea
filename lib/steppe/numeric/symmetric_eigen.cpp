#include "steppe/numeric/symmetric_eigen.hpp"

#include <cblas.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "steppe/error.hpp"
#include "steppe/numeric/threads.hpp"

// LAPACK's own interface: Debian's OpenBLAS has no LAPACKE. Matrices are stored by columns.
extern "C" {
void dlatrd_(const char* uplo, const int* n, const int* nb, double* a, const int* lda, double* e,
             double* tau, double* w, const int* ldw);
void dsytd2_(const char* uplo, const int* n, double* a, const int* lda, double* d, double* e,
             double* tau, int* info);
void dormtr_(const char* side, const char* uplo, const char* trans, const int* m, const int* n,
             const double* a, const int* lda, const double* tau, double* c, const int* ldc,
             double* work, const int* lwork, int* info);
void dsteqr_(const char* compz, const int* n, double* d, double* e, double* z, const int* ldz,
             double* work, int* info);
void dsytrf_(const char* uplo, const int* n, double* a, const int* lda, int* pivots, double* work,
             const int* lwork, int* info);
void dsterf_(const int* n, double* d, double* e, int* info);
void dlaed2_(int* k, const int* n, const int* n1, double* d, double* q, const int* ldq, int* indxq,
             double* rho, double* z, double* dlamda, double* w, double* q2, int* indx, int* indxc,
             int* indxp, int* coltyp, int* info);
void dlaed4_(const int* n, const int* i, const double* d, const double* z, double* delta,
             const double* rho, double* lambda, int* info);
void dlamrg_(const int* n1, const int* n2, const double* a, const int* stride1, const int* stride2,
             int* index);
}

namespace steppe {

namespace {

int number(std::size_t i) {
    return static_cast<int>(i);
}

void require_success(int info, const char* routine) {
    if (info != 0)
        throw Error(fmt::format("the eigenvalues did not converge ({}: {})", routine, info));
}

/// A symmetric matrix (lower half) brought to tridiagonal form: its diagonals, and the reflections
/// that brought it there, below the diagonal of the matrix and in tau.
struct Tridiagonal {
    std::vector<double> diagonal, beside, tau;
};

/// Columns that are reduced together: fewer where each takes long.
std::size_t panel_columns(std::size_t left) {
    return left > 8000 ? 8 : left > 4000 ? 16 : 32;
}
constexpr std::size_t rest_at_once = 64;

Tridiagonal reduce(DenseMatrix& matrix, const Poll& poll) {
    const std::size_t n = matrix.rows;
    Tridiagonal t{std::vector<double>(n), std::vector<double>(n), std::vector<double>(n)};
    const int ld = number(n);
    std::vector<double> panel(n * panel_columns(0));
    std::size_t i = 0;
    const auto at = [&](std::size_t row, std::size_t column) {
        return matrix.values.data() + column * n + row;
    };
    while (n - i > rest_at_once) {
        const std::size_t columns = panel_columns(n - i);
        const int left = number(n - i), nb = number(columns);
        dlatrd_("L", &left, &nb, at(i, i), &ld, &t.beside[i], &t.tau[i], panel.data(), &ld);
        cblas_dsyr2k(CblasColMajor, CblasLower, CblasNoTrans, left - nb, nb, -1.0,
                     at(i + columns, i), ld, panel.data() + columns, ld, 1.0,
                     at(i + columns, i + columns), ld);
        for (std::size_t j = i; j < i + columns; ++j) {
            *at(j + 1, j) = t.beside[j];
            t.diagonal[j] = *at(j, j);
        }
        i += columns;
        if (poll) poll();
    }
    const int left = number(n - i);
    int info = 0;
    dsytd2_("L", &left, at(i, i), &ld, &t.diagonal[i], &t.beside[i], &t.tau[i], &info);
    require_success(info, "dsytd2");
    return t;
}

/// Eigenvalues and -vectors of a tridiagonal matrix by divide and conquer (Cuppen; Gu and
/// Eisenstat): LAPACK's dlaed0 to dlaed3, of which the parts that take long are done here.
class DivideAndConquer {
  public:
    /// Columns of `vectors` become the eigenvectors.
    DivideAndConquer(Tridiagonal& matrix, DenseMatrix& vectors, const Poll& poll)
        : d_(matrix.diagonal), e_(matrix.beside), z_(vectors), poll_(poll), order_(d_.size()) {}

    void run() {
        solve(0, d_.size());
        sort();
    }

  private:
    static constexpr std::size_t leaf = 25;
    static constexpr std::size_t column_grain = 64;

    double* column(std::size_t row, std::size_t j) { return z_.values.data() + j * z_.rows + row; }

    /// Rows and columns [begin, begin + n): two halves, less what couples them, and that put back.
    void solve(std::size_t begin, std::size_t n) {
        if (n <= leaf) {
            const int size = number(n), ld = number(z_.rows);
            std::vector<double> work(2 * n);
            int info = 0;
            dsteqr_("I", &size, &d_[begin], &e_[begin], column(begin, begin), &ld, work.data(),
                    &info);
            require_success(info, "dsteqr");
            std::iota(order_.begin() + static_cast<std::ptrdiff_t>(begin),
                      order_.begin() + static_cast<std::ptrdiff_t>(begin + n), 1);
            return;
        }
        const std::size_t half = n / 2, cut = begin + half;
        const double coupling = e_[cut - 1];
        d_[cut - 1] -= std::abs(coupling);
        d_[cut] -= std::abs(coupling);
        solve(begin, half);
        solve(cut, n - half);
        merge(begin, n, half, coupling);
    }

    /// What dlaed2 leaves of a merge: k roots to be found, and the columns that are no mere copies.
    struct Merge {
        int k = 0;
        double rho = 0.0;
        std::vector<double> poles, z, columns;
        std::vector<int> order, types;
    };

    void merge(std::size_t begin, std::size_t n, std::size_t half, double coupling) {
        const int size = number(n), first = number(half), ld = number(z_.rows);
        Merge m;
        m.rho = coupling;
        m.poles.resize(n);
        m.z.resize(n);
        m.columns.resize(n * n);
        m.order.resize(n);
        m.types.resize(std::max<std::size_t>(n, 4));
        std::vector<double> row(n);
        for (std::size_t j = 0; j < n; ++j) {
            row[j] = *column(j < half ? begin + half - 1 : begin + half, begin + j);
        }
        std::vector<int> sorted(n), deflated(n);
        int info = 0;
        dlaed2_(&m.k, &size, &first, &d_[begin], column(begin, begin), &ld, &order_[begin], &m.rho,
                row.data(), m.poles.data(), m.z.data(), m.columns.data(), sorted.data(),
                m.order.data(), deflated.data(), m.types.data(), &info);
        require_success(info, "dlaed2");
        if (m.k == 0) {
            std::iota(&order_[begin], &order_[begin] + n, 1);
            return;
        }
        find_roots(begin, m);
        if (m.k > 2) set_weights(begin, m);
        rotate(begin, n, half, m);
        const int rest = size - m.k, up = 1, down = -1;
        dlamrg_(&m.k, &rest, &d_[begin], &up, &down, &order_[begin]);
    }

    /// The roots of the secular equation; the columns take the distances from the poles.
    void find_roots(std::size_t begin, const Merge& m) {
        std::vector<int> failed(static_cast<std::size_t>(m.k), 0);
        polled_for(static_cast<std::size_t>(m.k), column_grain, poll_,
                   [&](std::size_t from, std::size_t to) {
                       for (std::size_t j = from; j < to; ++j) {
                           const int which = number(j + 1);
                           dlaed4_(&m.k, &which, m.poles.data(), m.z.data(),
                                   column(begin, begin + j), &m.rho, &d_[begin + j], &failed[j]);
                       }
                   });
        for (const int info : failed) require_success(info, "dlaed4");
    }

    /// The z for which the roots found are exact, which keeps the vectors orthogonal.
    void set_weights(std::size_t begin, Merge& m) {
        const auto k = static_cast<std::size_t>(m.k);
        polled_for(k, column_grain, poll_, [&](std::size_t from, std::size_t to) {
            std::vector<double> product(to - from);
            for (std::size_t i = from; i < to; ++i)
                product[i - from] = *column(begin + i, begin + i);
            for (std::size_t j = 0; j < k; ++j) {
                const double* distance = column(begin, begin + j);
                for (std::size_t i = from; i < to; ++i) {
                    if (i != j) product[i - from] *= distance[i] / (m.poles[i] - m.poles[j]);
                }
            }
            for (std::size_t i = from; i < to; ++i) {
                m.z[i] = std::copysign(std::sqrt(-product[i - from]), m.z[i]);
            }
        });
    }

    /// The eigenvectors of the merged matrix, from those of its halves.
    void rotate(std::size_t begin, std::size_t n, std::size_t half, const Merge& m) {
        const auto k = static_cast<std::size_t>(m.k);
        const int upper = m.types[0] + m.types[1], lower = m.types[1] + m.types[2];
        const double* upper_columns = m.columns.data();
        const double* lower_columns = upper_columns + half * static_cast<std::size_t>(upper);
        const int ld = number(z_.rows), top = number(half), bottom = number(n - half);
        polled_for(k, column_grain, poll_, [&](std::size_t from, std::size_t to) {
            const int columns = number(to - from);
            std::vector<double> small(k * (to - from)), vector(k);
            for (std::size_t j = from; j < to; ++j) {
                small_vector(m, column(begin, begin + j), vector, small.data() + (j - from) * k);
            }
            const auto multiply = [&](const double* half_columns, int rows, int inner,
                                      const double* right, double* out) {
                if (inner == 0) {
                    for (std::size_t j = 0; j < to - from; ++j) {
                        std::fill_n(out + j * z_.rows, rows, 0.0);
                    }
                    return;
                }
                cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, rows, columns, inner, 1.0,
                            half_columns, rows, right, m.k, 0.0, out, ld);
            };
            multiply(lower_columns, bottom, lower, small.data() + m.types[0],
                     column(begin + half, begin + from));
            multiply(upper_columns, top, upper, small.data(), column(begin, begin + from));
        });
    }

    /// One eigenvector in the basis of the halves' vectors.
    static void small_vector(const Merge& m, const double* distance, std::vector<double>& vector,
                             double* out) {
        const std::size_t k = vector.size();
        for (std::size_t i = 0; i < k; ++i) {
            // Of one or two roots dlaed4 gives the vector itself.
            vector[i] = k <= 2 ? distance[i] : m.z[i] / distance[i];
        }
        const double norm = k <= 2 ? 1.0 : cblas_dnrm2(m.k, vector.data(), 1);
        for (std::size_t i = 0; i < k; ++i) {
            out[i] = vector[static_cast<std::size_t>(m.order[i] - 1)] / norm;
        }
    }

    void sort() {
        const std::size_t n = d_.size();
        std::vector<double> values(n);
        DenseMatrix vectors(n, n);
        parallel_for(n, column_grain, [&](std::size_t from, std::size_t to) {
            for (std::size_t j = from; j < to; ++j) {
                const auto which = static_cast<std::size_t>(order_[j] - 1);
                values[j] = d_[which];
                std::copy_n(column(0, which), n, vectors.values.data() + j * n);
            }
        });
        d_ = std::move(values);
        z_ = std::move(vectors);
    }

    std::vector<double>& d_;
    std::vector<double>& e_;
    DenseMatrix& z_;
    const Poll& poll_;
    std::vector<int> order_;  ///< of a solved part's eigenvalues, ascending, from 1
};

/// The eigenvectors of the matrix that was reduced, from those of the tridiagonal one.
void turn_back(const DenseMatrix& reflections, const Tridiagonal& t, DenseMatrix& vectors,
               const Poll& poll) {
    constexpr std::size_t grain = 64;
    const std::size_t n = vectors.rows;
    polled_for(n, grain, poll, [&](std::size_t begin, std::size_t end) {
        const int size = number(n), columns = number(end - begin);
        // A block of reflections a column of `vectors`, and their triangle: LAPACK's own measure.
        std::vector<double> work(64 * grain + 65 * 64);
        const int length = number(work.size());
        int info = 0;
        dormtr_("L", "L", "N", &size, &columns, reflections.values.data(), &size, t.tau.data(),
                vectors.values.data() + begin * n, &size, work.data(), &length, &info);
        require_success(info, "dormtr");
    });
}

/// The exponent of the largest entry; nothing where all are 0. Throws Error for a matrix that has
/// no eigenvalues.
std::optional<int> exponent_of(const DenseMatrix& matrix) {
    if (matrix.rows != matrix.columns || matrix.rows == 0) {
        throw Error(fmt::format("a matrix of {} x {} is not square: no eigenvalues", matrix.rows,
                                matrix.columns));
    }
    double largest = 0.0;
    for (const double x : matrix.values) {
        if (!std::isfinite(x)) {
            throw Error("a matrix with entries that are not finite has no eigenvalues");
        }
        largest = std::max(largest, std::abs(x));
    }
    if (largest == 0.0) return std::nullopt;
    int exponent = 0;
    std::frexp(largest, &exponent);
    return exponent;
}

/// Products of large entries stay finite where the largest is about 1.
void scale(std::vector<double>& values, int exponent) {
    for (double& x : values) x = std::ldexp(x, exponent);
}

}  // namespace

SymmetricEigen symmetric_eigen(DenseMatrix matrix, const Poll& poll) {
    const std::optional<int> exponent = exponent_of(matrix);
    hold_blas_to_one_thread();
    const std::size_t n = matrix.rows;
    SymmetricEigen result;
    result.vectors = DenseMatrix(n, n);
    if (!exponent) {
        result.values.assign(n, 0.0);
        for (std::size_t i = 0; i < n; ++i) result.vectors(i, i) = 1.0;
        return result;
    }
    scale(matrix.values, -*exponent);
    Tridiagonal t = reduce(matrix, poll);
    DivideAndConquer(t, result.vectors, poll).run();
    turn_back(matrix, t, result.vectors, poll);
    scale(t.diagonal, *exponent);
    result.values = std::move(t.diagonal);
    return result;
}

std::vector<double> symmetric_eigenvalues(DenseMatrix matrix, const Poll& poll) {
    const std::optional<int> exponent = exponent_of(matrix);
    hold_blas_to_one_thread();
    if (!exponent) return std::vector<double>(matrix.rows, 0.0);
    scale(matrix.values, -*exponent);
    Tridiagonal t = reduce(matrix, poll);
    const int n = number(matrix.rows);
    int info = 0;
    dsterf_(&n, t.diagonal.data(), t.beside.data(), &info);
    require_success(info, "dsterf");
    scale(t.diagonal, *exponent);
    return std::move(t.diagonal);
}

std::size_t eigenvalues_below(DenseMatrix matrix, double bound) {
    const std::optional<int> exponent = exponent_of(matrix);
    hold_blas_to_one_thread();
    const std::size_t n = matrix.rows;
    if (!exponent) return bound > 0.0 ? n : 0;
    scale(matrix.values, -*exponent);
    for (std::size_t i = 0; i < n; ++i) matrix(i, i) -= std::ldexp(bound, -*exponent);
    std::vector<int> pivots(n);
    std::vector<double> work(64 * n);
    const int size = number(n), length = number(work.size());
    int info = 0;
    // info > 0 is a pivot of 0, an eigenvalue at the bound.
    dsytrf_("L", &size, matrix.values.data(), &size, pivots.data(), work.data(), &length, &info);
    std::size_t below = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double here = matrix(i, i);
        if (pivots[i] > 0) {
            below += here < 0.0;
            continue;
        }
        // A block of two; columns are rows here.
        const double next = matrix(i + 1, i + 1), beside = matrix(i, i + 1);
        const double determinant = here * next - beside * beside;
        below += determinant < 0.0 ? 1 : here + next < 0.0 ? 2 : 0;
        ++i;
    }
    return below;
}

}  // namespace steppe

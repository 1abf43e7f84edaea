#include "steppe/numeric/symmetric_eigen.hpp"

#include <doctest/doctest.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "steppe/error.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

using namespace steppe;

namespace {

/// X X^T of normal X, of rank at most `rank`; plus, where asked for, many equal eigenvalues.
DenseMatrix products(std::size_t n, std::size_t rank, double more) {
    const Philox random(3, Stream::Patterns);
    DenseMatrix x(n, rank);
    for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] = random.normal(i, 0);
    DenseMatrix m = multiply_by_transposed(x, x);
    for (std::size_t i = 0; i < n; ++i) m(i, i) += more;
    return m;
}

/// Largest difference from what makes them eigenvalues and -vectors, over the largest value.
void check(const DenseMatrix& m, const SymmetricEigen& eigen) {
    const std::size_t n = m.rows;
    REQUIRE(eigen.values.size() == n);
    CHECK(std::ranges::is_sorted(eigen.values));
    const double scale = std::max(std::abs(eigen.values.front()), std::abs(eigen.values.back()));
    const DenseMatrix image = multiply_by_transposed(eigen.vectors, m);
    const DenseMatrix overlaps = multiply_by_transposed(eigen.vectors, eigen.vectors);
    double residual = 0.0, overlap = 0.0;
    for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t i = 0; i < n; ++i) {
            residual =
                std::max(residual, std::abs(image(j, i) - eigen.values[j] * eigen.vectors(j, i)));
            overlap = std::max(overlap, std::abs(overlaps(j, i) - (i == j ? 1.0 : 0.0)));
        }
    }
    CHECK(residual <= 1e-13 * static_cast<double>(n) * scale);
    CHECK(overlap <= 1e-13 * static_cast<double>(n));
}

}  // namespace

TEST_CASE("eigenvalues and -vectors of symmetric matrices of all sizes, ranks and scales") {
    for (const std::size_t n : {1, 2, 3, 24, 25, 26, 51, 64, 65, 97, 200, 331}) {
        for (const std::size_t rank : {n, (n + 2) / 3}) {
            for (const double more : {0.0, 0.7}) {
                CAPTURE(n);
                CAPTURE(rank);
                const DenseMatrix m = products(n, rank, more);
                const SymmetricEigen eigen = symmetric_eigen(m);
                check(m, eigen);
                const Eigen::Map<const Eigen::MatrixXd> map(
                    m.values.data(), static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(n));
                const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> other(map);
                for (std::size_t j = 0; j < n; ++j) {
                    CHECK(std::abs(eigen.values[j] - other.eigenvalues()(static_cast<Eigen::Index>(
                                                         j))) <= 1e-12 * eigen.values.back());
                }
            }
        }
    }
}

TEST_CASE("eigenvalues alone, and how many are below a bound, are those of the decomposition") {
    for (const std::size_t n : {1, 2, 3, 65, 200, 331}) {
        CAPTURE(n);
        // Of both signs, with many that are equal.
        DenseMatrix m = products(n, (n + 2) / 3, -0.7);
        for (const double scale : {1e-200, 1.0, 1e200}) {
            DenseMatrix scaled = m;
            for (double& x : scaled.values) x *= scale;
            const std::vector<double> expected = symmetric_eigen(scaled).values;
            const std::vector<double> values = symmetric_eigenvalues(scaled);
            REQUIRE(values.size() == n);
            const double size = std::max(-expected.front(), expected.back());
            for (std::size_t j = 0; j < n; ++j) {
                CHECK(std::abs(values[j] - expected[j]) <= 1e-13 * size);
            }
            for (const double bound : {-1.0, -0.69, 0.0, 0.3, 2.0, 1e4}) {
                const auto below = static_cast<std::size_t>(
                    std::ranges::lower_bound(expected, bound * scale) - expected.begin());
                CHECK(eigenvalues_below(scaled, bound * scale) == below);
            }
        }
    }
    CHECK(symmetric_eigenvalues(DenseMatrix(3, 3)) == std::vector<double>(3, 0.0));
    CHECK(eigenvalues_below(DenseMatrix(3, 3), 1e-9) == 3);
    CHECK(eigenvalues_below(DenseMatrix(3, 3), 0.0) == 0);
}

TEST_CASE("diagonal, constant and zero matrices; entries of any size") {
    for (const double scale : {1e-200, 1.0, 1e200}) {
        DenseMatrix diagonal(70, 70), constant(70, 70);
        for (std::size_t i = 0; i < 70; ++i) {
            diagonal(i, i) = scale * static_cast<double>((7 * i) % 70);
            for (std::size_t j = 0; j < 70; ++j) constant(i, j) = scale;
        }
        const SymmetricEigen of_diagonal = symmetric_eigen(diagonal);
        const SymmetricEigen of_constant = symmetric_eigen(constant);
        CHECK(of_diagonal.values.back() == doctest::Approx(63.0 * scale));
        CHECK(of_constant.values.back() == doctest::Approx(70.0 * scale));
        CHECK(std::abs(of_constant.values[68]) < 1e-13 * 70.0 * scale);
    }
    check(DenseMatrix(40, 40), symmetric_eigen(DenseMatrix(40, 40)));
}

TEST_CASE("eigenvectors are the same to the last bit for any number of threads, polled or not") {
    const DenseMatrix m = products(300, 150, 0.0);
    SymmetricEigen one, three, polled;
    std::size_t polls = 0;
    Threads(1).run([&] { one = symmetric_eigen(m); });
    Threads(3).run([&] { three = symmetric_eigen(m); });
    Threads(2).run([&] { polled = symmetric_eigen(m, [&] { ++polls; }); });
    CHECK(polls > 10);
    for (const SymmetricEigen* other : {&three, &polled}) {
        CHECK(one.values == other->values);
        CHECK(one.vectors.values == other->vectors.values);
    }
}

TEST_CASE("an eigendecomposition is given up wherever its poll throws") {
    const DenseMatrix m = products(300, 150, 0.0);
    struct Stop {};
    std::size_t all = 0;
    symmetric_eigen(m, [&] { ++all; });
    for (std::size_t at = 1; 2 * at <= all; at += 5) {
        std::size_t polls = 0;
        CHECK_THROWS_AS(symmetric_eigen(m,
                                        [&] {
                                            if (++polls == at) throw Stop{};
                                        }),
                        Stop);
        CHECK(polls == at);
    }
}

TEST_CASE("what has no eigenvalues is refused") {
    CHECK_THROWS_WITH_AS(symmetric_eigen(DenseMatrix(2, 3)),
                         "a matrix of 2 x 3 is not square: no eigenvalues", Error);
    CHECK_THROWS_AS(symmetric_eigenvalues(DenseMatrix(2, 3)), Error);
    CHECK_THROWS_AS(eigenvalues_below(DenseMatrix(2, 3), 0.0), Error);
    DenseMatrix m(2, 2);
    m(0, 1) = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(symmetric_eigen(m), Error);
}

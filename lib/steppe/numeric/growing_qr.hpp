#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace steppe {

class Archive;

/// The QR decomposition A = Q R of a matrix whose columns come and go, in double precision
/// (internal; not installed). Columns are taken in by Gram and Schmidt's process, done twice, so
/// that Q is orthogonal to rounding; one is taken out by Givens rotations (Daniel, Gragg, Kaufman
/// and Stewart, Math. Comp. 30:772, 1976). Either costs a small multiple of length * columns().
class GrowingQr {
  public:
    /// Columns of that length, at most that many at a time; memory for all is taken at once.
    GrowingQr(std::size_t length, std::size_t most_columns);
    static std::size_t memory_bytes(std::size_t length, std::size_t most_columns);

    std::size_t length() const { return length_; }
    std::size_t columns() const { return columns_; }
    bool full() const { return columns_ == most_; }

    /// x = Q inside + rest, with rest orthogonal to all columns; inside has columns() entries.
    void split(std::span<const double> x, std::span<double> inside, std::span<double> rest) const;
    /// Takes in the column that split() gave these parts; its rest must not be 0, full() not true.
    void append(std::span<const double> inside, std::span<const double> rest);
    /// Takes out column j; later ones move down by one.
    void remove(std::size_t j);

    /// x <- R^-1 x.
    void solve(std::span<double> x) const;
    /// x <- R^-T x.
    void solve_transposed(std::span<double> x) const;
    /// out <- Q x.
    void combine(std::span<const double> x, std::span<double> out) const;
    /// A lower bound, up to rounding, of the smallest singular value of R: 1/|R^-1| in the norm of
    /// Frobenius. Costs columns()^3 / 3.
    double least_singular_value() const;

    void state(Archive& archive);

  private:
    const double* q(std::size_t j) const { return q_.data() + j * length_; }
    double* q(std::size_t j) { return q_.data() + j * length_; }
    /// Column j of R, of which entries 0 to j count.
    const double* r(std::size_t j) const { return r_.data() + j * most_; }
    double* r(std::size_t j) { return r_.data() + j * most_; }

    std::size_t length_, most_, columns_ = 0;
    std::vector<double> q_, r_;
};

}  // namespace steppe

#include "steppe/numeric/growing_qr.hpp"

#include <cblas.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "steppe/error.hpp"
#include "steppe/numeric/archive.hpp"
#include "steppe/numeric/dense_algebra.hpp"

namespace steppe {

namespace {

int number(std::size_t i) {
    return static_cast<int>(i);
}

}  // namespace

GrowingQr::GrowingQr(std::size_t length, std::size_t most_columns)
    : length_(length), most_(most_columns), q_(length * most_columns), r_(most_ * most_) {
    hold_blas_to_one_thread();
}

std::size_t GrowingQr::memory_bytes(std::size_t length, std::size_t most_columns) {
    return sizeof(double) * most_columns * (length + most_columns);
}

void GrowingQr::split(std::span<const double> x, std::span<double> inside,
                      std::span<double> rest) const {
    assert(x.size() == length_ && inside.size() == columns_ && rest.size() == length_);
    std::ranges::copy(x, rest.begin());
    std::ranges::fill(inside, 0.0);
    if (columns_ == 0) return;
    std::vector<double> part(columns_);
    // Twice is enough: the second pass takes out what rounding left in the first.
    for (int pass = 0; pass < 2; ++pass) {
        cblas_dgemv(CblasColMajor, CblasTrans, number(length_), number(columns_), 1.0, q_.data(),
                    number(length_), rest.data(), 1, 0.0, part.data(), 1);
        cblas_dgemv(CblasColMajor, CblasNoTrans, number(length_), number(columns_), -1.0, q_.data(),
                    number(length_), part.data(), 1, 1.0, rest.data(), 1);
        for (std::size_t j = 0; j < columns_; ++j) inside[j] += part[j];
    }
}

void GrowingQr::append(std::span<const double> inside, std::span<const double> rest) {
    assert(!full() && inside.size() == columns_ && rest.size() == length_);
    const double norm = cblas_dnrm2(number(length_), rest.data(), 1);
    assert(norm > 0.0);
    std::ranges::copy(inside, r(columns_));
    r(columns_)[columns_] = norm;
    double* column = q(columns_);
    for (std::size_t i = 0; i < length_; ++i) column[i] = rest[i] / norm;
    ++columns_;
}

void GrowingQr::remove(std::size_t j) {
    assert(j < columns_);
    // Column c of R loses its last entry to the one above it; a rotation of rows c and c + 1 goes
    // over all later columns, and over two columns of Q.
    std::vector<double> cosines, sines;
    for (std::size_t c = j; c + 1 < columns_; ++c) {
        std::copy_n(r(c + 1), c + 2, r(c));
        double* column = r(c);
        for (std::size_t t = j; t < c; ++t) {
            const double upper = column[t], lower = column[t + 1];
            column[t] = cosines[t - j] * upper + sines[t - j] * lower;
            column[t + 1] = cosines[t - j] * lower - sines[t - j] * upper;
        }
        double cosine = 0.0, sine = 0.0, upper = column[c], lower = column[c + 1];
        cblas_drotg(&upper, &lower, &cosine, &sine);
        column[c] = upper;
        cosines.push_back(cosine);
        sines.push_back(sine);
        cblas_drot(number(length_), q(c), 1, q(c + 1), 1, cosine, sine);
    }
    --columns_;
}

void GrowingQr::solve(std::span<double> x) const {
    assert(x.size() == columns_);
    if (columns_ == 0) return;
    cblas_dtrsv(CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, number(columns_), r_.data(),
                number(most_), x.data(), 1);
}

void GrowingQr::solve_transposed(std::span<double> x) const {
    assert(x.size() == columns_);
    if (columns_ == 0) return;
    cblas_dtrsv(CblasColMajor, CblasUpper, CblasTrans, CblasNonUnit, number(columns_), r_.data(),
                number(most_), x.data(), 1);
}

void GrowingQr::combine(std::span<const double> x, std::span<double> out) const {
    assert(x.size() == columns_ && out.size() == length_);
    std::ranges::fill(out, 0.0);
    if (columns_ == 0) return;
    cblas_dgemv(CblasColMajor, CblasNoTrans, number(length_), number(columns_), 1.0, q_.data(),
                number(length_), x.data(), 1, 0.0, out.data(), 1);
}

double GrowingQr::least_singular_value() const {
    double square = 0.0;
    std::vector<double> unit(columns_);
    for (std::size_t j = 0; j < columns_; ++j) {
        std::ranges::fill(unit, 0.0);
        unit[j] = 1.0;
        // Column j of the inverse ends at entry j.
        cblas_dtrsv(CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, number(j + 1), r_.data(),
                    number(most_), unit.data(), 1);
        for (std::size_t i = 0; i <= j; ++i) square += unit[i] * unit[i];
    }
    return 1.0 / std::sqrt(square);
}

void GrowingQr::state(Archive& archive) {
    archive("columns", columns_);
    if (columns_ > most_) throw Error("the saved state is of another problem: too many columns");
    const auto part = [&](const char* name, std::vector<double>& all, std::size_t size) {
        const auto end = all.begin() + static_cast<std::ptrdiff_t>(size);
        std::vector<double> used(all.begin(), end);
        archive.sized(name, used);
        std::copy(used.begin(), used.end(), all.begin());
    };
    part("q", q_, columns_ * length_);
    part("r", r_, columns_ * most_);
}

}  // namespace steppe

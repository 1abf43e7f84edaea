#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "steppe/data/patterns.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// Patterns as rows of real numbers in double precision for the convex problem of the perceptron
/// (internal; not installed). Each row is divided by a power of 2, which is exact, so that its norm
/// is at least 0.5 and below 1; inputs that are 0 in all patterns are left out, and so are patterns
/// of zeros that any weights answer rightly. Row a asks for
/// row(a) . w >= wanted(a): with unit() as the unit of stabilities, that is a stability of at least
/// 1/|w| on the pattern as it was given.
class ScaledRows {
  public:
    /// Labels must be folded in.
    ScaledRows(const Network& network, const Patterns& patterns);
    static std::size_t memory_bytes(std::size_t inputs, std::size_t patterns) {
        return sizeof(double) * patterns * (inputs + 1);
    }

    std::size_t rows() const { return rows_.size(); }
    /// The pattern that row a is.
    std::size_t pattern(std::size_t a) const { return rows_[a]; }
    /// Whether a sum of exactly 0 is right for row a (Network::tie_is_positive).
    bool takes_zero(std::size_t a) const { return takes_zero_[a] != 0; }
    std::size_t columns() const { return columns_.size(); }
    std::span<const double> row(std::size_t a) const {
        return std::span(values_).subspan(a * columns(), columns());
    }
    /// 1 for the longest patterns, more for shorter ones.
    double wanted(std::size_t a) const { return wanted_[a]; }
    /// A pattern as it was given, over that times row(a).
    double unit() const { return unit_; }
    /// A pattern of zeros, which nothing stores, where there is one: the first.
    std::optional<std::size_t> zero_row() const { return zero_row_; }

    /// out_a = row(a) . w, in parallel.
    void multiply(std::span<const double> w, std::span<double> out) const;
    /// A sum of rows, and what it may be off by, in the norm of Euclid.
    struct Sum {
        std::vector<double> values;
        double norm = 0.0, error = 0.0;
    };
    /// sum_a factors_a row(a), at least 0, in extended precision: the sum of a proof cancels to the
    /// last digits of its terms.
    Sum combine(std::span<const double> factors) const;
    /// min_a row(a) . w / wanted(a): the smallest stability of w/|w| times |w|, in units().
    double least(std::span<const double> products) const;
    /// row(a) . w / wanted(a) over |w|, the least: what w, of all inputs, has as its stability.
    double stability(std::span<const double> all_inputs) const;
    /// Weights of all inputs.
    std::vector<double> all_inputs(std::span<const double> w) const;

  private:
    std::size_t inputs_;
    std::vector<std::size_t> columns_;  ///< inputs that are kept
    std::vector<std::size_t> rows_;     ///< patterns that are kept
    std::vector<char> takes_zero_;
    std::vector<double> values_, wanted_;
    double unit_ = 1.0;
    std::optional<std::size_t> zero_row_;
};

}  // namespace steppe

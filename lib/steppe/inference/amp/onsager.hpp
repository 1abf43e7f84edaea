#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/numeric/bit_products.hpp"
#include "steppe/numeric/real_products.hpp"

namespace steppe {

/// Means and variances of the pre-activations of all rows.
struct SumsOfRows {
    std::vector<double> means, variances;
};

/// The state of the wirings of some units that read the same columns of the same patterns, for
/// approximate message passing (internal; not installed): nothing per pattern-weight pair; the
/// response g of the iteration before, from which the correction of the sums is made.
///
/// With +-1 inputs the variance V of the sums is one number a unit, and so is the precision
/// C = -sum_a g'_a; with real inputs V_a = sum_i xi_ai^2 v_i and C_i = -sum_a xi_ai^2 g'_a.
class Onsager {
    // Before their use: their result is deduced.
    template <class Values>
    auto column(Values& values, std::size_t s) const {
        return std::span(values).subspan(s * column_stride_ + offset_, inputs_);
    }
    template <class Values>
    auto row(Values& values, std::size_t s) const {
        return std::span(values).subspan(s * row_stride_, rows_);
    }

  public:
    /// Units are indices into group.units, all of one wiring.
    Onsager(const RowGroup& group, std::vector<std::size_t> units);

    const std::vector<std::size_t>& units() const { return units_; }
    std::size_t inputs() const { return inputs_; }
    std::size_t rows() const { return rows_; }
    bool real_inputs() const { return std::holds_alternative<RealProducts>(products_); }

    /// Magnetizations of unit s (index into units()), to be filled in.
    std::span<float> magnetizations(std::size_t s) { return column(magnetizations_, s); }
    std::span<const float> magnetizations(std::size_t s) const {
        return column(magnetizations_, s);
    }
    /// z = sum_i xi_i m_i of each row, after multiply().
    std::span<const float> sums(std::size_t s) const { return row(sums_, s); }
    /// g of each row: of the iteration before until it is overwritten.
    std::span<float> responses(std::size_t s) { return row(responses_, s); }
    std::span<const float> responses(std::size_t s) const { return row(responses_, s); }
    /// sum_a xi_ai g_a, after multiply_transposed().
    std::span<const float> back(std::size_t s) const { return column(back_, s); }

    // Of real inputs only.
    /// Variances of the weights, to be filled in beside the magnetizations.
    std::span<float> weight_variances(std::size_t s) { return column(weight_variances_, s); }
    /// V of each row, after multiply().
    std::span<const float> variances(std::size_t s) const { return row(variances_, s); }
    /// g' of each row, to be filled in beside the responses.
    std::span<float> slopes(std::size_t s) { return row(slopes_, s); }
    std::span<const float> slopes(std::size_t s) const { return row(slopes_, s); }
    /// sum_a xi_ai^2 g'_a, after multiply_transposed().
    std::span<const float> back_slopes(std::size_t s) const { return column(back_slopes_, s); }

    void multiply();
    void multiply_transposed();

    /// z and V of each row for these means and variances of one unit's weights, in double: some ten
    /// times slower than multiply().
    SumsOfRows sums_in_double(std::span<const double> means,
                              std::span<const double> variances) const;

  private:
    LinearWiring wiring_;  ///< keeps the patterns alive
    std::vector<std::size_t> units_;
    /// Bits are read from a whole word on: so many of them belong to other weights.
    std::size_t offset_;
    std::size_t inputs_, rows_;
    std::variant<BitProducts, RealProducts> products_;
    std::size_t column_stride_, row_stride_;
    std::vector<float> magnetizations_, sums_, responses_, back_;
    std::vector<float> weight_variances_, variances_, slopes_, back_slopes_;
};

}  // namespace steppe

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/numeric/bit_products.hpp"

namespace steppe {

/// The state of the wirings of some units that read the same columns of the same patterns, for
/// approximate message passing (internal; not installed): nothing per pattern-weight pair; the
/// response g of the iteration before, from which the correction of the sums is made.
class Onsager {
  public:
    /// Units are indices into group.units, all of one wiring.
    Onsager(const RowGroup& group, std::vector<std::size_t> units);

    const std::vector<std::size_t>& units() const { return units_; }
    std::size_t inputs() const { return inputs_; }
    std::size_t rows() const { return rows_; }

    /// Magnetizations of unit s (index into units()), to be filled in.
    std::span<float> magnetizations(std::size_t s);
    std::span<const float> magnetizations(std::size_t s) const;
    /// z = sum_i xi_i m_i of each row, after multiply().
    std::span<const float> sums(std::size_t s) const;
    /// g of each row: of the iteration before until it is overwritten.
    std::span<float> responses(std::size_t s);
    std::span<const float> responses(std::size_t s) const;
    /// sum_a xi_ai g_a, after multiply_transposed().
    std::span<const float> back(std::size_t s) const;

    void multiply();
    void multiply_transposed();

    std::size_t memory_bytes() const;

  private:
    std::shared_ptr<const PatternSet> patterns_;
    std::vector<std::size_t> units_;
    std::size_t offset_, inputs_, rows_;
    BitProducts products_;
    std::vector<float> magnetizations_, sums_, responses_, back_;
};

}  // namespace steppe

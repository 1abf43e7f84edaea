#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace steppe {

/// Log-odds fields of all units on some rows: fields[unit * rows.size() + r].
struct RowFields {
    std::span<const std::uint32_t> rows;  ///< pattern of each entry
    std::size_t units = 1;
    std::span<const double> fields;
};

/// The constraint that a gate puts on the outputs of all units on one pattern (with the wanted
/// label, where labels are not folded into the patterns; the gate then holds them, by row). User
/// code adds one by deriving from this class. Functions are called from several threads at once.
class RowFactor {
  public:
    virtual ~RowFactor() = default;

    virtual std::string name() const = 0;

    /// False where send_down does not depend on the fields (the imposed gate): they are not
    /// computed then, and RowFields::fields is empty.
    virtual bool reads_fields() const { return true; }

    /// Why this gate cannot join that many units, or "".
    virtual std::string refuse(std::size_t units) const = 0;
    /// Why it cannot stand over that many rows (it holds labels for another number), or "".
    virtual std::string refuse_rows(std::size_t rows) const;

    /// From the units' fields f to the field v on each unit's output, in the layout of in.fields.
    virtual void send_down(const RowFields& in, std::span<double> v) const = 0;

    /// log P(gate satisfied | f) for each row.
    virtual void log_partition(const RowFields& in, std::span<double> out) const = 0;

    /// Probability that the gate is violated under its own measure, for each row. Default: 0, for
    /// gates that forbid it.
    virtual void violation(const RowFields& in, std::span<double> out) const;

    /// The field on the gate's own output, for a further layer. Default: throws Error (the gate
    /// has no output of its own).
    virtual void send_up(const RowFields& in, std::span<double> field) const;

    /// Whether outputs (+1 or -1, one per unit) satisfy the gate on that row.
    virtual bool satisfied(std::uint32_t row, std::span<const signed char> outputs) const = 0;
};

/// One unit, its output +1 imposed: v = +infinity.
std::shared_ptr<const RowFactor> imposed_gate();

/// More than half of the units +1; an odd number of units. Exact, by convolution over the units,
/// O(K^2) for all K fields; up to K = 255 with saturated fields nothing over- or underflows.
std::shared_ptr<const RowFactor> majority_gate();

/// The product of the outputs is the label of the row: labels is empty (all +1), or holds +1 or -1
/// for each row. Two units or more. Exact, O(K) for all K fields, by signs and logarithms.
std::shared_ptr<const RowFactor> parity_gate(std::vector<signed char> labels = {});

}  // namespace steppe

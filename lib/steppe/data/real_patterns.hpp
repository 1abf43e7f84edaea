#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace steppe {

/// An immutable set of patterns of real inputs in single precision, row after row, with the wanted
/// output of each: +1, unless labels() is not empty.
class RealPatterns {
  public:
    /// values: inputs of each pattern row by row, size inputs * patterns, finite; labels: empty
    /// (all +1), or +1 or -1 for each pattern. Both counts >= 1. Throws Error otherwise.
    static RealPatterns from_values(std::size_t inputs, std::size_t patterns,
                                    std::vector<float> values,
                                    std::vector<signed char> labels = {});

    std::size_t inputs() const { return inputs_; }
    std::size_t patterns() const { return patterns_; }
    /// Input i of pattern a is values()[a * inputs() + i].
    std::span<const float> values() const { return values_; }
    /// Inputs first, first + 1, ... of pattern a, as many as out has room for.
    template <class Real>
    void copy_inputs(std::size_t a, std::size_t first, std::span<Real> out) const {
        std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(a * inputs_ + first), out.size(),
                    out.begin());
    }
    /// Wanted outputs that are not folded into the inputs; empty when all are +1.
    std::span<const signed char> labels() const { return labels_; }
    /// 1 for each pattern that was turned when its label was folded in (see PatternSet::turned).
    std::span<const unsigned char> turned() const { return turned_; }

    /// The same problem with every wanted output +1: patterns of label -1 negated, and turned()
    /// says so. Valid where the network's answer is odd in its input.
    RealPatterns fold_labels() const&;
    RealPatterns fold_labels() &&;  ///< in place
    /// The inputs as they are now, taken as given, with these wanted outputs instead: empty, or +1
    /// or -1 for each pattern.
    RealPatterns with_labels(std::vector<signed char> labels) &&;

    /// 64-bit FNV-1a hash of (inputs, patterns, values, labels), not of turned(): names the set in
    /// solution files.
    std::uint64_t hash() const;

    std::size_t memory_bytes() const { return values_.size() * sizeof(float); }

  private:
    RealPatterns() = default;
    std::size_t inputs_ = 0;
    std::size_t patterns_ = 0;
    std::vector<float> values_;
    std::vector<signed char> labels_;
    std::vector<unsigned char> turned_;
};

}  // namespace steppe

#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace steppe {

/// An immutable set of patterns of real inputs in single precision, row after row. The wanted
/// output of each is +1: a pattern of label -1 is kept negated, which is the same problem where the
/// network's answer is odd in its input.
class RealPatterns {
  public:
    /// values: inputs of each pattern row by row, size inputs * patterns, finite; labels: empty
    /// (all +1), or +1 or -1 for each pattern. Both counts >= 1. Throws Error otherwise.
    static RealPatterns from_values(std::size_t inputs, std::size_t patterns,
                                    std::span<const float> values,
                                    std::span<const signed char> labels = {});

    std::size_t inputs() const { return inputs_; }
    std::size_t patterns() const { return patterns_; }
    /// Input i of pattern a is values()[a * inputs() + i].
    std::span<const float> values() const { return values_; }

    std::size_t memory_bytes() const { return values_.size() * sizeof(float); }

  private:
    RealPatterns() = default;
    std::size_t inputs_ = 0;
    std::size_t patterns_ = 0;
    std::vector<float> values_;
};

}  // namespace steppe

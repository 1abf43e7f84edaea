#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace steppe {

/// An immutable set of patterns of +-1 inputs, one bit each, with the wanted output of each.
///
/// Layout (fixed: it does not depend on the machine). Inputs are cut into words of 16, patterns
/// into groups of 8; bit b (from the lowest) of word w of pattern a is 1 where input 16 w + b is
/// +1. The words of a group stand together,
///     word(a, w) = words()[((a / 8) * words_per_pattern() + w) * 8 + a % 8],
/// so that one load serves eight patterns and a group is read front to back. Bits past the last
/// input and patterns past the last are 0.
///
/// The wanted output is +1 for every pattern (a label -1 has been folded in by negating the inputs,
/// see fold_labels) unless labels() is not empty.
class PatternSet {
  public:
    static constexpr std::size_t word_bits = 16;
    static constexpr std::size_t group_patterns = 8;

    /// signs: inputs of each pattern row by row, +1 or -1, size inputs * patterns; labels: empty
    /// (all +1), or +1 or -1 for each pattern. Both counts >= 1. Throws Error otherwise.
    static PatternSet from_signs(std::size_t inputs, std::size_t patterns,
                                 std::span<const signed char> signs,
                                 std::span<const signed char> labels = {});

    /// words in the layout above (size groups() * words_per_pattern * 8), padding bits zero.
    static PatternSet from_words(std::size_t inputs, std::size_t patterns,
                                 std::vector<std::uint16_t> words,
                                 std::vector<signed char> labels = {});

    std::size_t inputs() const { return inputs_; }
    std::size_t patterns() const { return patterns_; }
    std::size_t words_per_pattern() const { return (inputs_ + word_bits - 1) / word_bits; }
    std::size_t groups() const { return (patterns_ + group_patterns - 1) / group_patterns; }
    std::span<const std::uint16_t> words() const { return words_; }
    /// Wanted outputs that are not folded into the inputs; empty when all are +1.
    std::span<const signed char> labels() const { return labels_; }
    /// 1 for each pattern whose inputs were turned when its label -1 was folded in, else 0; empty
    /// where none was. It decides what a sum of exactly 0 means: a unit answers it with -1 on the
    /// pattern as it was given, which is the wanted answer where the pattern was turned.
    std::span<const unsigned char> turned() const { return turned_; }

    /// Input i of pattern a, +1 or -1.
    int sign(std::size_t a, std::size_t i) const;
    /// Inputs first, first + 1, ... of pattern a, +1 or -1, as many as out has room for.
    template <class Real>
    void copy_inputs(std::size_t a, std::size_t first, std::span<Real> out) const;
    /// All inputs, pattern after pattern: what from_signs takes.
    std::vector<signed char> signs() const;

    /// The same problem with every wanted output +1: patterns of label -1 negated, and turned()
    /// says so. Valid where the network's answer is odd in its input.
    PatternSet fold_labels() const&;
    PatternSet fold_labels() &&;  ///< in place
    /// The inputs as they are now, taken as given, with these wanted outputs instead: empty, or +1
    /// or -1 for each pattern.
    PatternSet with_labels(std::vector<signed char> labels) const&;
    PatternSet with_labels(std::vector<signed char> labels) &&;  ///< in place

    /// 64-bit FNV-1a hash of (inputs, patterns, words, labels), not of turned(): names the set in
    /// solution files.
    std::uint64_t hash() const;

    std::size_t memory_bytes() const { return memory_bytes(inputs_, patterns_); }
    /// Bytes that a set of that shape takes.
    static std::size_t memory_bytes(std::size_t inputs, std::size_t patterns);

  private:
    PatternSet() = default;
    std::size_t inputs_ = 0;
    std::size_t patterns_ = 0;
    std::vector<std::uint16_t> words_;
    std::vector<signed char> labels_;
    std::vector<unsigned char> turned_;
};

/// Random patterns: each input +-1 with equal chance. Word w of pattern a is the (w % 4)-th group
/// of 16 bits (from the lowest) of Philox(seed, Stream::Patterns).bits(a, w / 4), padding cleared:
/// a problem is named by (inputs, patterns, seed) alone, on any machine and number of threads.
/// Labels: none (random labels folded into random patterns are random patterns again; where they
/// cannot be folded, random_labels has some).
PatternSet random_patterns(std::size_t inputs, std::size_t patterns, std::uint64_t seed);

/// Random wanted outputs: that of pattern a is +1 where bit 0 of
/// Philox(seed, Stream::Labels).bits(a) is 1, else -1.
std::vector<signed char> random_labels(std::size_t patterns, std::uint64_t seed);

}  // namespace steppe

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace steppe {

/// A matrix of +-1, one bit an entry (1 for +1): rows are cut into groups of 8, columns into words
/// of 16 bits, and bit b (from the lowest) of words[((a / 8) * row_words + w) * 8 + a % 8] is entry
/// (a, 16 w + b). Bits past the last row or column may be anything. The words are referred to.
struct BitMatrix {
    std::span<const std::uint16_t> words;
    std::size_t rows = 0;
    /// Words of a whole row.
    std::size_t row_words = 0;
    /// The part of each row that is meant: `columns` columns from word first_word on.
    std::size_t first_word = 0;
    std::size_t columns = 0;
};

/// Products of a bit matrix and of its transpose with real vectors in single precision, several
/// vectors (sides) at a time so that the bits are read once for all of them.
///
/// Bits are looked up, not added one by one: the sums of log2(lanes) signed numbers stand in one
/// vector register, and a permutation by the matrix's bits fetches a sum for every lane. Results do
/// not depend on the number of threads; between instruction sets they differ by rounding.
class BitProducts {
  public:
    static constexpr std::size_t word_bits = 16;
    static constexpr std::size_t group_rows = 8;

    /// sides >= 1. Throws Error when the words are fewer than the shape says.
    BitProducts(const BitMatrix& matrix, std::size_t sides);

    std::size_t sides() const { return sides_; }
    /// Entries of one side of a vector of columns: columns, rounded up to whole words.
    std::size_t padded_columns() const { return words_ * word_bits; }
    /// Entries of one side of a vector of rows: rows, rounded up to whole groups.
    std::size_t padded_rows() const { return groups_ * group_rows; }

    /// out[s * padded_rows() + a] = sum_i xi_ai x[s * padded_columns() + i]. Entries of x past the
    /// last column must be 0; entries of out past the last row are of no use.
    void multiply(std::span<const float> x, std::span<float> out);

    /// out[s * padded_columns() + i] = sum_a xi_ai g[s * padded_rows() + a]. Entries of g past the
    /// last row must be 0; entries of out past the last column are of no use.
    void multiply_transposed(std::span<const float> g, std::span<float> out);

    /// Bytes that a pair of products needs beside matrix and vectors.
    static std::size_t memory_bytes(std::size_t rows, std::size_t columns, std::size_t sides);

  private:
    BitMatrix matrix_;
    std::size_t sides_, words_, groups_;
    std::vector<float> tables_;
};

}  // namespace steppe

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "steppe/model/network.hpp"

/// What is done for each pattern and each size of noise (internal; not installed). One source for
/// all instruction sets.
namespace steppe::kernels {

/// Rows are padded to a multiple of this.
inline constexpr std::size_t noise_rows = 16;

/// How the sums of the units become an answer.
enum class Vote { Majority, Parity, Relu };
Vote vote_of(const Network& network);

/// Of one unit at one size of noise.
struct NoisyUnit {
    float threshold = 0.0f;  ///< what plain + size moved has to exceed
    float factor = 1.0f;     ///< of ReLU units: what the part above 0 counts
    float doubt = 0.0f;      ///< how far the sum in single precision may be wrong, less threshold
};

/// The sums of one perturbation, plain + size moved, in single precision: unit k's on row r at
/// [k * stride + r].
struct NoisySums {
    std::size_t rows = 0;
    const float* plain = nullptr;
    std::size_t plain_stride = 0;
    const float* moved = nullptr;
    std::size_t moved_stride = 0;
    const float* wanted = nullptr;  ///< of each row, +1 or -1
};

struct NoisyCount {
    std::size_t wrong = 0;     ///< rows that are surely answered wrongly
    std::size_t doubtful = 0;  ///< rows that single precision does not decide
};

/// Counts the rows that are answered wrongly; those that could be either way are written to
/// `doubtful` (room for all of them) instead.
NoisyCount count_noisy(Vote vote, const NoisySums& sums, float size,
                       std::span<const NoisyUnit> units, std::uint32_t* doubtful);

/// words[i] becomes the number of limits that it exceeds.
void count_exceeded(std::span<std::uint32_t> words, std::span<const std::uint32_t> limits);

/// Rows whose sums of +-1 inputs are moved together.
inline constexpr std::size_t flip_rows = 128;

/// Which weights of a unit turn: those of place j, order[ends[j - 1]] to order[ends[j] - 1]. Places
/// 2s and 2s + 1 are of size s, the former's weights are +1 and the latter's -1.
struct Flips {
    const std::uint32_t* order = nullptr;
    const std::uint32_t* ends = nullptr;
    std::size_t sizes = 0;
};

/// Of one unit on flip_rows rows: adds 1 to positive[s * flip_rows + r] where the sum exceeds
/// threshold[r] at size s. inputs[i * flip_rows + r] are +-1; twice those of the weights that turn
/// are taken from, or added to, the plain sums.
template <class Sum>
void count_positive(const Sum* inputs, const Sum* plain, const Sum* threshold, const Flips& flips,
                    Sum* positive);

/// Of `rows` rows: how many votes of `units` units, positive[r] of them +1, are not wanted[r].
template <class Sum>
std::size_t count_unwanted(Vote vote, std::size_t units, const Sum* positive, const Sum* wanted,
                           std::size_t rows);

}  // namespace steppe::kernels

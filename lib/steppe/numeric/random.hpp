#pragma once

#include <cstdint>
#include <vector>

/// Counter-based random numbers: a number is a function of (seed, stream, index) alone, so results
/// depend neither on the order in which numbers are drawn nor on the number of threads.
namespace steppe {

/// What the numbers are for; each use has its own stream, so that no two share numbers. The values
/// are part of the definition of the random problems named by a seed: never renumber them.
enum class Stream : std::uint32_t {
    Patterns = 1,  ///< inputs of random patterns
    Labels = 2,    ///< random labels
    Teacher = 3,   ///< weights of a teacher
    Init = 4,      ///< start of messages and weights
    Symmetry = 5,  ///< random external field that breaks a symmetry
    Order = 6,     ///< order in which rows are visited
    Test = 7,      ///< samples that measure an error
    Images = 8,    ///< which images are taken
};

/// Philox4x32-10 (Salmon et al., SC 2011; the implementation is Random123's). The counter is
/// (index low, index high, sub-index, stream) and the key (seed low, seed high).
class Philox {
  public:
    Philox(std::uint64_t seed, Stream stream);

    /// 64 uniform random bits number (index, sub): words 0 and 1 of the block, word 0 the lower
    /// half.
    std::uint64_t bits(std::uint64_t index, std::uint32_t sub = 0) const;
    /// Uniform on the open interval (0, 1), 53 bits: (bits >> 11 + 1/2) / 2^53.
    double uniform(std::uint64_t index, std::uint32_t sub = 0) const;
    /// Standard normal by the inverse distribution function of uniform(index, sub).
    double normal(std::uint64_t index, std::uint32_t sub = 0) const;
    /// Uniform whole number in [0, bound), bound >= 1, by multiplication of 64 bits with bound
    /// (bias below bound / 2^64).
    std::uint64_t below(std::uint64_t bound, std::uint64_t index, std::uint32_t sub = 0) const;
    /// The whole numbers below count (at most 2^32) in random order (Fisher and Yates): number
    /// `round` of such orders, from below(left, round, left) for left = count, ..., 2.
    std::vector<std::size_t> order(std::size_t count, std::uint64_t round) const;

  private:
    std::uint64_t seed_;
    std::uint32_t stream_;
};

}  // namespace steppe

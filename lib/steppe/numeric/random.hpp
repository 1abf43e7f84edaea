#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
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
    Noise = 9,     ///< noise put on weights
};

/// Philox4x32-10 (Salmon et al., SC 2011; the implementation is Random123's). The counter is
/// (index low, index high, sub-index, stream) and the key (seed low, seed high).
class Philox {
  public:
    Philox(std::uint64_t seed, Stream stream);

    std::uint64_t seed() const { return seed_; }
    std::uint32_t stream() const { return stream_; }

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

    // Many numbers (0, sub), (1, sub), ... in single precision, two from each of bits(j, sub): out
    // may be of any size. Several at a time with the machine's SIMD instructions.

    /// out[2j] is the lower and out[2j+1] the upper half of bits(j, sub).
    void words(std::uint32_t sub, std::span<std::uint32_t> out) const;
    /// Standard normals by Box and Muller from the same words a = out[2j], b = out[2j+1] taken as
    /// signed: r cos t and r sin t with r = sqrt(-2 log(((a >> 1) + 1/2) / 2^31)), that is at most
    /// 6.7, and t = pi b / 2^31. Within 1e-5 of these, on any machine; the last digits depend on
    /// the instruction set.
    void normals(std::uint32_t sub, std::span<float> out) const;

  private:
    std::uint64_t seed_;
    std::uint32_t stream_;
};

}  // namespace steppe

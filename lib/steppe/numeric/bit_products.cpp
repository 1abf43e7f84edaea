#include "steppe/numeric/bit_products.hpp"

#include "steppe/error.hpp"
#include "steppe/numeric/threads.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "steppe/numeric/bit_products.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
//
#include <fmt/format.h>
#include <hwy/aligned_allocator.h>

#include <algorithm>

HWY_BEFORE_NAMESPACE();
namespace steppe::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t group_rows = BitProducts::group_rows;
constexpr std::size_t word_bits = BitProducts::word_bits;

#if HWY_TARGET == HWY_SCALAR || HWY_HAVE_SCALABLE

// No permutation to look sums up with, or vectors whose length is not known: bit by bit.

std::size_t ForwardTable() {
    return word_bits;
}
std::size_t BackwardTable() {
    return group_rows;
}
void FillForward(const float* HWY_RESTRICT x, std::size_t words, float* HWY_RESTRICT tables) {
    std::copy_n(x, words * word_bits, tables);
}
void FillBackward(const float* HWY_RESTRICT g, std::size_t groups, float* HWY_RESTRICT tables) {
    std::copy_n(g, groups * group_rows, tables);
}

void Forward(const std::uint16_t* HWY_RESTRICT bits, std::size_t stride, std::size_t groups,
             std::size_t words, const float* const* tables, std::size_t sides, float* const* out) {
    for (std::size_t s = 0; s < sides; ++s) {
        for (std::size_t a = 0; a < groups * group_rows; ++a) {
            const std::uint16_t* row = bits + (a / group_rows) * stride + a % group_rows;
            float sum = 0.0f;
            for (std::size_t i = 0; i < words * word_bits; ++i) {
                const bool plus = row[i / word_bits * group_rows] >> (i % word_bits) & 1;
                sum += plus ? tables[s][i] : -tables[s][i];
            }
            out[s][a] += sum;
        }
    }
}

void Backward(const std::uint16_t* HWY_RESTRICT bits, std::size_t stride, std::size_t groups,
              std::size_t words, const float* const* tables, std::size_t sides, float* const* out) {
    for (std::size_t s = 0; s < sides; ++s) {
        for (std::size_t a = 0; a < groups * group_rows; ++a) {
            const std::uint16_t* row = bits + (a / group_rows) * stride + a % group_rows;
            for (std::size_t i = 0; i < words * word_bits; ++i) {
                const bool plus = row[i / word_bits * group_rows] >> (i % word_bits) & 1;
                if (a == 0) out[s][i] = 0.0f;
                out[s][i] += plus ? tables[s][a] : -tables[s][a];
            }
        }
    }
}

#else

using F = hn::ScalableTag<float>;
using U = hn::ScalableTag<std::uint32_t>;
constexpr std::size_t lanes = HWY_LANES(float);
/// Signs that one lookup stands for.
constexpr std::size_t depth = lanes == 16 ? 4 : lanes == 8 ? 3 : 2;
static_assert(lanes == std::size_t{1} << depth);
constexpr std::size_t word_lookups = (word_bits + depth - 1) / depth;
constexpr std::size_t group_lookups = (group_rows + depth - 1) / depth;

/// Entry n of a table: sum_j (bit j of n ? x_j : -x_j) over `depth` numbers; `count` of them are
/// there, the others are 0.
HWY_INLINE void FillTable(const float* HWY_RESTRICT x, std::size_t count,
                          float* HWY_RESTRICT table) {
    const F d;
    const U u;
    const auto lane = hn::Iota(u, 0);
    auto sum = hn::Zero(d);
    for (std::size_t j = 0; j < count; ++j) {
        const auto bit = hn::Set(u, 1u << j);
        const auto plus = hn::RebindMask(d, hn::Eq(hn::And(lane, bit), bit));
        const auto value = hn::Set(d, x[j]);
        sum = hn::Add(sum, hn::IfThenElse(plus, value, hn::Neg(value)));
    }
    hn::StoreU(sum, d, table);
}

template <std::size_t bits>
HWY_INLINE void FillTables(const float* HWY_RESTRICT x, std::size_t count,
                           float* HWY_RESTRICT tables) {
    constexpr std::size_t lookups = (bits + depth - 1) / depth;
    for (std::size_t w = 0; w < count; ++w) {
        for (std::size_t c = 0; c < lookups; ++c) {
            FillTable(x + w * bits + c * depth, std::min(depth, bits - c * depth),
                      tables + (w * lookups + c) * lanes);
        }
    }
}

std::size_t ForwardTable() {
    return word_lookups * lanes;
}
std::size_t BackwardTable() {
    return group_lookups * lanes;
}
void FillForward(const float* HWY_RESTRICT x, std::size_t words, float* HWY_RESTRICT tables) {
    FillTables<word_bits>(x, words, tables);
}
void FillBackward(const float* HWY_RESTRICT g, std::size_t groups, float* HWY_RESTRICT tables) {
    FillTables<group_rows>(g, groups, tables);
}

template <class Index>
HWY_INLINE hn::Vec<F> LookUp(hn::Vec<F> table, Index bits) {
    // The permutations of x86 read the low bits of an index alone.
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2 && !HWY_IS_DEBUG_BUILD
    const auto index = bits;
#else
    const auto index = hn::And(bits, hn::Set(U(), static_cast<std::uint32_t>(lanes - 1)));
#endif
    return hn::TableLookupLanes(table, hn::IndicesFromVec(F(), index));
}

/// Word w of `lanes` rows, from row `vector * lanes` on, one a lane. (A template so
/// that what belongs to other widths is not compiled.)
template <std::size_t width = lanes>
HWY_INLINE hn::Vec<U> LoadRows(const std::uint16_t* HWY_RESTRICT bits, std::size_t stride,
                               std::size_t vector, std::size_t w) {
    const hn::FixedTag<std::uint32_t, width> u;
    if constexpr (width == 16) {
        const hn::FixedTag<std::uint16_t, width / 2> half;
        const hn::FixedTag<std::uint16_t, width> whole;
        const std::uint16_t* at = bits + 2 * vector * stride + w * group_rows;
        return hn::PromoteTo(u,
                             hn::Combine(whole, hn::LoadU(half, at + stride), hn::LoadU(half, at)));
    } else {
        constexpr std::size_t per_group = group_rows / width;
        const hn::FixedTag<std::uint16_t, width> d;
        return hn::PromoteTo(u, hn::LoadU(d, bits + vector / per_group * stride + w * group_rows +
                                                 vector % per_group * width));
    }
}

/// `vectors` vectors of rows against `sides` sides.
template <std::size_t vectors, std::size_t sides>
HWY_INLINE void ForwardTile(const std::uint16_t* HWY_RESTRICT bits, std::size_t stride,
                            std::size_t first, std::size_t words, const float* const* tables,
                            float* const* out) {
    const F d;
    hn::Vec<F> sum[vectors][sides];
    for (std::size_t v = 0; v < vectors; ++v) {
        for (std::size_t s = 0; s < sides; ++s) sum[v][s] = hn::Zero(d);
    }
    for (std::size_t w = 0; w < words; ++w) {
        hn::Vec<U> row[vectors];
        for (std::size_t v = 0; v < vectors; ++v) row[v] = LoadRows(bits, stride, first + v, w);
        for (std::size_t c = 0; c < word_lookups; ++c) {
            for (std::size_t s = 0; s < sides; ++s) {
                const auto table = hn::LoadU(d, tables[s] + (w * word_lookups + c) * lanes);
                for (std::size_t v = 0; v < vectors; ++v) {
                    sum[v][s] = hn::Add(sum[v][s], LookUp(table, row[v]));
                }
            }
            for (std::size_t v = 0; v < vectors; ++v) {
                row[v] = hn::ShiftRight<static_cast<int>(depth)>(row[v]);
            }
        }
    }
    for (std::size_t v = 0; v < vectors; ++v) {
        for (std::size_t s = 0; s < sides; ++s) {
            float* to = out[s] + (first + v) * lanes;
            hn::StoreU(hn::Add(hn::LoadU(d, to), sum[v][s]), d, to);
        }
    }
}

template <std::size_t most_vectors, std::size_t sides>
void ForwardSides(const std::uint16_t* HWY_RESTRICT bits, std::size_t stride, std::size_t groups,
                  std::size_t words, const float* const* tables, float* const* out) {
    const std::size_t vectors = groups * group_rows / lanes;
    std::size_t v = 0;
    for (; v + most_vectors <= vectors; v += most_vectors) {
        ForwardTile<most_vectors, sides>(bits, stride, v, words, tables, out);
    }
    for (; v < vectors; ++v) ForwardTile<1, sides>(bits, stride, v, words, tables, out);
    if (vectors * lanes == groups * group_rows) return;
    // One group is left where a vector holds two: it stands in for its own neighbour.
    float last[4 * lanes] = {};
    float* into[4];
    for (std::size_t s = 0; s < sides; ++s) into[s] = last + s * lanes;
    ForwardTile<1, sides>(bits + vectors * 2 * stride, 0, 0, words, tables, into);
    for (std::size_t s = 0; s < sides; ++s) {
        for (std::size_t r = 0; r < group_rows; ++r)
            out[s][vectors * lanes + r] += last[s * lanes + r];
    }
}

void Forward(const std::uint16_t* HWY_RESTRICT bits, std::size_t stride, std::size_t groups,
             std::size_t words, const float* const* tables, std::size_t sides, float* const* out) {
    // Sums in flight fill the registers.
    constexpr std::size_t most = lanes == 16 ? 8 : 4;
    for (; sides >= 4; sides -= 4, tables += 4, out += 4) {
        ForwardSides<most / 2, 4>(bits, stride, groups, words, tables, out);
    }
    if (sides == 3) ForwardSides<most / 2, 3>(bits, stride, groups, words, tables, out);
    if (sides == 2) ForwardSides<most / 2, 2>(bits, stride, groups, words, tables, out);
    if (sides == 1) ForwardSides<most, 1>(bits, stride, groups, words, tables, out);
}

/// Changes places of the bits `low` of each number with those `distance` places above.
template <int distance, class V>
HWY_INLINE V SwapBits(V x, std::uint64_t low) {
    const hn::DFromV<V> d;
    const auto t = hn::And(hn::Xor(x, hn::ShiftRight<distance>(x)), hn::Set(d, low));
    return hn::Xor(hn::Xor(x, t), hn::ShiftLeft<distance>(t));
}

/// Bit b of byte j of every 64 goes to bit j of byte b.
template <class V>
HWY_INLINE V TransposeBits(V x) {
    x = SwapBits<7>(x, 0x00AA00AA00AA00AAull);
    x = SwapBits<14>(x, 0x0000CCCC0000CCCCull);
    return SwapBits<28>(x, 0x00000000F0F0F0F0ull);
}

/// Words that a vector holds of one group.
constexpr std::size_t vector_words = lanes / 4;
/// Groups whose bits for one column share a lane of 32 bits.
constexpr std::size_t tile_groups = 4;

/// The bits of vector_words words of tile_groups groups, columns in lanes: lane 4 b + r of
/// vector q has column 4 q + r of word b, a byte a group.
HWY_INLINE void LoadColumns(const std::uint16_t* HWY_RESTRICT at, std::size_t stride,
                            std::uint32_t* HWY_RESTRICT columns) {
    const hn::ScalableTag<std::uint16_t> d16;
    const hn::ScalableTag<std::uint8_t> d8;
    const hn::ScalableTag<std::uint64_t> d64;
    const U d32;
    // Low bytes of the eight rows first, then the high ones.
    alignas(16) static constexpr std::uint8_t halves[16] = {0, 2, 4, 6, 8, 10, 12, 14,
                                                            1, 3, 5, 7, 9, 11, 13, 15};
    const auto order = hn::LoadDup128(d8, halves);
    const auto group = [&](std::size_t g) HWY_ATTR {
        const auto words = hn::BitCast(d8, hn::LoadU(d16, at + g * stride));
        return hn::BitCast(d8, TransposeBits(hn::BitCast(d64, hn::TableLookupBytes(words, order))));
    };
    const auto g0 = group(0), g1 = group(1), g2 = group(2), g3 = group(3);
    const auto low01 = hn::BitCast(d16, hn::InterleaveLower(d8, g0, g1));
    const auto low23 = hn::BitCast(d16, hn::InterleaveLower(d8, g2, g3));
    const auto high01 = hn::BitCast(d16, hn::InterleaveUpper(d8, g0, g1));
    const auto high23 = hn::BitCast(d16, hn::InterleaveUpper(d8, g2, g3));
    hn::Store(hn::BitCast(d32, hn::InterleaveLower(d16, low01, low23)), d32, columns + 0 * lanes);
    hn::Store(hn::BitCast(d32, hn::InterleaveUpper(d16, low01, low23)), d32, columns + 1 * lanes);
    hn::Store(hn::BitCast(d32, hn::InterleaveLower(d16, high01, high23)), d32, columns + 2 * lanes);
    hn::Store(hn::BitCast(d32, hn::InterleaveUpper(d16, high01, high23)), d32, columns + 3 * lanes);
}

/// Adds what `tile_groups` groups give to `count` vectors of columns.
template <std::size_t sides>
HWY_INLINE void AddColumns(const std::uint32_t* HWY_RESTRICT columns, std::size_t count,
                           const float* const* tables, float* const* sums) {
    const F d;
    const U u;
    constexpr std::size_t last = group_rows - (group_lookups - 1) * depth;
    // Several vectors at a time share the loads of the tables and hide each other's latency.
    constexpr std::size_t together = 4;
    for (std::size_t v = 0; v < count; v += together) {
        hn::Vec<U> bits[together];
        hn::Vec<F> sum[sides][together];
        for (std::size_t q = 0; q < together; ++q) {
            bits[q] = hn::Load(u, columns + (v + q) * lanes);
            for (std::size_t s = 0; s < sides; ++s) {
                sum[s][q] = hn::Load(d, sums[s] + (v + q) * lanes);
            }
        }
        for (std::size_t l = 0; l < tile_groups * group_lookups; ++l) {
            for (std::size_t s = 0; s < sides; ++s) {
                const auto table = hn::LoadU(d, tables[s] + l * lanes);
                for (std::size_t q = 0; q < together; ++q) {
                    sum[s][q] = hn::Add(sum[s][q], LookUp(table, bits[q]));
                }
            }
            for (std::size_t q = 0; q < together; ++q) {
                bits[q] = l % group_lookups + 1 < group_lookups
                              ? hn::ShiftRight<static_cast<int>(depth)>(bits[q])
                              : hn::ShiftRight<static_cast<int>(last)>(bits[q]);
            }
        }
        for (std::size_t q = 0; q < together; ++q) {
            for (std::size_t s = 0; s < sides; ++s) {
                hn::Store(sum[s][q], d, sums[s] + (v + q) * lanes);
            }
        }
    }
}

template <std::size_t sides>
void BackwardSides(const std::uint16_t* HWY_RESTRICT bits, std::size_t stride, std::size_t groups,
                   std::size_t words, const float* const* tables, float* const* out) {
    constexpr std::size_t tile = vector_words * word_bits;
    /// Tiles whose columns are laid out before they are used; they stay in the first cache.
    constexpr std::size_t most_tiles = 64;
    const std::size_t tiles = (words + vector_words - 1) / vector_words;
    const std::size_t whole = words / vector_words;
    const auto sums = hwy::AllocateAligned<float>(sides * tiles * tile);
    std::fill_n(sums.get(), sides * tiles * tile, 0.0f);
    // Where fewer groups or words are left than a tile takes, a copy of them is filled up.
    HWY_ALIGN std::uint16_t copy[tile_groups * vector_words * group_rows];
    HWY_ALIGN std::uint32_t columns[most_tiles * tile];
    float few[sides][tile_groups * group_lookups * lanes] = {};
    for (std::size_t g = 0; g < groups; g += tile_groups) {
        const std::size_t there = std::min(tile_groups, groups - g);
        const float* from[sides];
        for (std::size_t s = 0; s < sides; ++s) {
            from[s] = tables[s] + g * group_lookups * lanes;
            if (there == tile_groups) continue;
            std::copy_n(from[s], there * group_lookups * lanes, few[s]);
            from[s] = few[s];
        }
        for (std::size_t first = 0; first < tiles; first += most_tiles) {
            const std::size_t count = std::min(most_tiles, tiles - first);
            for (std::size_t t = first; t < first + count; ++t) {
                const std::uint16_t* at = bits + g * stride + t * vector_words * group_rows;
                std::uint32_t* to = columns + (t - first) * tile;
                if (there == tile_groups && t < whole) {
                    LoadColumns(at, stride, to);
                    continue;
                }
                const std::size_t width =
                    std::min(vector_words, words - t * vector_words) * group_rows;
                std::fill_n(copy, tile_groups * vector_words * group_rows, std::uint16_t{0});
                for (std::size_t h = 0; h < there; ++h) {
                    std::copy_n(at + h * stride, width, copy + h * vector_words * group_rows);
                }
                LoadColumns(copy, vector_words * group_rows, to);
            }
            float* into[sides];
            for (std::size_t s = 0; s < sides; ++s) {
                into[s] = sums.get() + (s * tiles + first) * tile;
            }
            AddColumns<sides>(columns, count * 4, from, into);
        }
    }
    // Out of the order of the tiles.
    for (std::size_t s = 0; s < sides; ++s) {
        for (std::size_t i = 0; i < words * word_bits; ++i) {
            const std::size_t word = i / word_bits, t = word / vector_words;
            out[s][i] = sums[(s * tiles + t) * tile + i % word_bits / 4 * lanes +
                             word % vector_words * 4 + i % 4];
        }
    }
}

void Backward(const std::uint16_t* HWY_RESTRICT bits, std::size_t stride, std::size_t groups,
              std::size_t words, const float* const* tables, std::size_t sides, float* const* out) {
    // Sums in flight fit into the registers.
    constexpr std::size_t most = lanes == 16 ? 4 : 2;
    for (; sides >= most; sides -= most, tables += most, out += most) {
        BackwardSides<most>(bits, stride, groups, words, tables, out);
    }
    if constexpr (most == 4) {
        if (sides == 3) BackwardSides<3>(bits, stride, groups, words, tables, out);
        if (sides == 2) BackwardSides<2>(bits, stride, groups, words, tables, out);
    }
    if (sides == 1) BackwardSides<1>(bits, stride, groups, words, tables, out);
}

#endif

}  // namespace steppe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace steppe {

HWY_EXPORT(ForwardTable);
HWY_EXPORT(BackwardTable);
HWY_EXPORT(FillForward);
HWY_EXPORT(FillBackward);
HWY_EXPORT(Forward);
HWY_EXPORT(Backward);

namespace {

/// Words of a row that are worked on at a time: their tables (64 KB a side) stay in a core's cache.
constexpr std::size_t chunk_words = 256;
/// Pieces of the parallel loops are worth at least this many pairs (about 10 microseconds).
constexpr std::size_t least_pairs = 1 << 20;
/// Groups of rows and words of columns in the smallest pieces; multiples of what kernels take.
constexpr std::size_t least_groups = 16;
constexpr std::size_t least_words = 16;

std::size_t grain(std::size_t count, std::size_t least, std::size_t pairs_of_one) {
    const std::size_t worth = (least_pairs + pairs_of_one - 1) / pairs_of_one;
    const std::size_t wanted = std::max({least, worth, (count + 63) / 64});
    return (wanted + least - 1) / least * least;
}

}  // namespace

BitProducts::BitProducts(const BitMatrix& matrix, std::size_t sides)
    : matrix_(matrix),
      sides_(sides),
      words_((matrix.columns + word_bits - 1) / word_bits),
      groups_((matrix.rows + group_rows - 1) / group_rows) {
    if (sides == 0) throw Error("bit products: sides is 0: it must be 1 or more");
    if (matrix.rows == 0 || matrix.columns == 0 || matrix.first_word + words_ > matrix.row_words ||
        matrix.words.size() < groups_ * matrix.row_words * group_rows) {
        throw Error(fmt::format(
            "bit products: {} words are no matrix of {} rows of {} words with "
            "{} columns from word {} on",
            matrix.words.size(), matrix.rows, matrix.row_words, matrix.columns, matrix.first_word));
    }
}

void BitProducts::multiply(std::span<const float> x, std::span<float> out) {
    if (x.size() != sides_ * padded_columns() || out.size() != sides_ * padded_rows()) {
        throw Error(fmt::format("bit products: vectors of {} and {} entries where {} and {} belong",
                                x.size(), out.size(), sides_ * padded_columns(),
                                sides_ * padded_rows()));
    }
    const std::size_t table = HWY_DYNAMIC_DISPATCH(ForwardTable)();
    tables_.resize(sides_ * words_ * table);
    for (std::size_t s = 0; s < sides_; ++s) {
        HWY_DYNAMIC_DISPATCH(FillForward)
        (x.data() + s * padded_columns(), words_, tables_.data() + s * words_ * table);
    }
    const std::size_t stride = matrix_.row_words * group_rows;
    const std::size_t piece = grain(groups_, least_groups, group_rows * padded_columns() * sides_);
    parallel_for(groups_, piece, [&](std::size_t begin, std::size_t end) {
        std::vector<const float*> from(sides_);
        std::vector<float*> to(sides_);
        for (std::size_t s = 0; s < sides_; ++s) {
            to[s] = out.data() + s * padded_rows() + begin * group_rows;
            std::fill_n(to[s], (end - begin) * group_rows, 0.0f);
        }
        for (std::size_t w = 0; w < words_; w += chunk_words) {
            for (std::size_t s = 0; s < sides_; ++s) {
                from[s] = tables_.data() + (s * words_ + w) * table;
            }
            const std::uint16_t* bits =
                matrix_.words.data() + begin * stride + (matrix_.first_word + w) * group_rows;
            HWY_DYNAMIC_DISPATCH(Forward)
            (bits, stride, end - begin, std::min(chunk_words, words_ - w), from.data(), sides_,
             to.data());
        }
    });
}

void BitProducts::multiply_transposed(std::span<const float> g, std::span<float> out) {
    if (g.size() != sides_ * padded_rows() || out.size() != sides_ * padded_columns()) {
        throw Error(fmt::format("bit products: vectors of {} and {} entries where {} and {} belong",
                                g.size(), out.size(), sides_ * padded_rows(),
                                sides_ * padded_columns()));
    }
    const std::size_t table = HWY_DYNAMIC_DISPATCH(BackwardTable)();
    tables_.resize(sides_ * groups_ * table);
    for (std::size_t s = 0; s < sides_; ++s) {
        HWY_DYNAMIC_DISPATCH(FillBackward)
        (g.data() + s * padded_rows(), groups_, tables_.data() + s * groups_ * table);
    }
    const std::size_t stride = matrix_.row_words * group_rows;
    const std::size_t piece = grain(words_, least_words, word_bits * padded_rows() * sides_);
    parallel_for(words_, piece, [&](std::size_t begin, std::size_t end) {
        std::vector<const float*> from(sides_);
        std::vector<float*> to(sides_);
        for (std::size_t s = 0; s < sides_; ++s) {
            from[s] = tables_.data() + s * groups_ * table;
            to[s] = out.data() + s * padded_columns() + begin * word_bits;
        }
        const std::uint16_t* bits =
            matrix_.words.data() + (matrix_.first_word + begin) * group_rows;
        HWY_DYNAMIC_DISPATCH(Backward)
        (bits, stride, groups_, end - begin, from.data(), sides_, to.data());
    });
}

std::size_t BitProducts::memory_bytes(std::size_t rows, std::size_t columns, std::size_t sides) {
    const std::size_t words = (columns + word_bits - 1) / word_bits;
    const std::size_t groups = (rows + group_rows - 1) / group_rows;
    return sizeof(float) * sides *
           std::max(words * HWY_DYNAMIC_DISPATCH(ForwardTable)(),
                    groups * HWY_DYNAMIC_DISPATCH(BackwardTable)());
}

}  // namespace steppe
#endif  // HWY_ONCE

#include "steppe/data/repeated_patterns.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <type_traits>
#include <unordered_map>

#include "steppe/data/derived_patterns.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

/// The inputs of one pattern as a list of numbers, turned so that a pattern and its negative give
/// the same list; sign is that of the turning.
///
/// Bits: a word of inputs as it is; turned, it is the complement (padding stays 0). The first input
/// decides: +1 stays.
class BitRows {
  public:
    explicit BitRows(const PatternSet& set) : set_(&set) {
        const std::size_t used = set.inputs() % PatternSet::word_bits;
        last_mask_ = static_cast<std::uint16_t>(used == 0 ? 0xffffu : (1u << used) - 1u);
    }
    std::size_t rows() const { return set_->patterns(); }
    std::size_t length() const { return set_->words_per_pattern(); }
    signed char sign(std::size_t a) const { return static_cast<signed char>(set_->sign(a, 0)); }
    std::uint32_t number(std::size_t a, signed char sign, std::size_t w) const {
        const std::size_t group = a / PatternSet::group_patterns * length() + w;
        const std::uint16_t word =
            set_->words()[group * PatternSet::group_patterns + a % PatternSet::group_patterns];
        if (sign > 0) return word;
        return static_cast<std::uint16_t>(~word & (w + 1 == length() ? last_mask_ : 0xffffu));
    }

  private:
    const PatternSet* set_;
    std::uint16_t last_mask_;
};

/// Reals: the first input that is not 0 decides.
class RealRows {
  public:
    explicit RealRows(const RealPatterns& set) : set_(&set) {}
    std::size_t rows() const { return set_->patterns(); }
    std::size_t length() const { return set_->inputs(); }
    signed char sign(std::size_t a) const {
        const auto row = set_->values().subspan(a * length(), length());
        const auto found = std::find_if(row.begin(), row.end(), [](float x) { return x != 0.0f; });
        return found != row.end() && *found < 0.0f ? -1 : 1;
    }
    std::uint32_t number(std::size_t a, signed char sign, std::size_t i) const {
        const float x = set_->values()[a * length() + i];
        // Adding 0 makes 0 of -0.
        return std::bit_cast<std::uint32_t>((sign > 0 ? x : -x) + 0.0f);
    }

  private:
    const RealPatterns* set_;
};

template <class Rows>
std::uint64_t hash_of(const Rows& rows, std::size_t a, signed char sign) {
    std::uint64_t hash = 0;
    for (std::size_t w = 0; w < rows.length(); ++w) {
        // A multiplication mixes upwards, the shift brings the high half down.
        hash = (hash ^ rows.number(a, sign, w)) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    return hash;
}

template <class Rows>
bool equal(const Rows& rows, std::size_t a, signed char sign_a, std::size_t b, signed char sign_b) {
    for (std::size_t w = 0; w < rows.length(); ++w) {
        if (rows.number(a, sign_a, w) != rows.number(b, sign_b, w)) return false;
    }
    return true;
}

template <class Rows>
RepeatedPatterns find_repeated_rows(const Rows& rows) {
    RepeatedPatterns found;
    found.first.resize(rows.rows());
    found.sign.resize(rows.rows());
    std::vector<std::uint64_t> hashes(rows.rows());
    parallel_for(rows.rows(), 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = begin; a < end; ++a) {
            found.sign[a] = rows.sign(a);
            hashes[a] = hash_of(rows, a, found.sign[a]);
        }
    });
    // Until the end sign[a] is that of a's own turning, and firsts of one hash are few.
    std::unordered_multimap<std::uint64_t, std::size_t> firsts;
    firsts.reserve(rows.rows());
    for (std::size_t a = 0; a < rows.rows(); ++a) {
        const auto [begin, end] = firsts.equal_range(hashes[a]);
        const auto same = std::find_if(begin, end, [&](const auto& other) {
            return equal(rows, a, found.sign[a], other.second, found.sign[other.second]);
        });
        found.first[a] = same == end ? a : same->second;
        if (same != end) continue;
        firsts.emplace(hashes[a], a);
        ++found.distinct;
    }
    for (std::size_t a = rows.rows(); a-- > 0;) {
        found.sign[a] = found.sign[a] == found.sign[found.first[a]] ? 1 : -1;
    }
    return found;
}

}  // namespace

RepeatedPatterns find_repeated(const Patterns& patterns) {
    return patterns.visit([](const auto& set) {
        if constexpr (std::is_same_v<std::decay_t<decltype(*set)>, PatternSet>) {
            return find_repeated_rows(BitRows(*set));
        } else {
            return find_repeated_rows(RealRows(*set));
        }
    });
}

std::vector<std::size_t> distinct_patterns(const Patterns& patterns,
                                           const RepeatedPatterns& repeated) {
    const std::span<const signed char> labels = patterns.labels();
    // Four kinds of a pattern: sign and label; a bit each, kept with the first.
    std::vector<unsigned char> seen(repeated.first.size(), 0);
    std::vector<std::size_t> kept;
    for (std::size_t a = 0; a < repeated.first.size(); ++a) {
        const bool turned = repeated.sign[a] < 0;
        const bool negative = !labels.empty() && labels[a] < 0;
        const unsigned bit = 1u << ((turned ? 2 : 0) + (negative ? 1 : 0));
        unsigned char& kinds = seen[repeated.first[a]];
        if ((kinds & bit) == 0) kept.push_back(a);
        kinds = static_cast<unsigned char>(kinds | bit);
    }
    return kept;
}

Patterns distinct(const Patterns& patterns) {
    const std::vector<std::size_t> kept = distinct_patterns(patterns, find_repeated(patterns));
    return kept.size() == patterns.patterns() ? patterns : selected(patterns, kept);
}

}  // namespace steppe

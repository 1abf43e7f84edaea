#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

/// What the value of an option may be, written as text.
namespace steppe {

struct Values {
    enum class Type {
        Flag,    ///< "true", or "false"
        Count,   ///< a whole number, decimal
        Number,  ///< a finite number, decimal
        Ramp,    ///< a number, or a range A:B[:SHAPE]
        Words,   ///< one of `words`
        Text     ///< anything that the option's own reading takes
    };

    Type type = Type::Text;
    /// Numbers, and both ends of a range.
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
    bool without_least = false, without_most = false;  ///< the bound itself is not allowed
    /// Type::Words: all there are. Others: words that are taken besides, or that are suggested.
    std::vector<std::string> words = {};

    Values from(double bound) const;   ///< bound or more
    Values above(double bound) const;  ///< more than bound
    Values up_to(double bound) const;  ///< bound or less
    Values below(double bound) const;  ///< less than bound
    Values or_words(std::vector<std::string> more) const;

    /// Why text cannot be read: "'x' is not a whole number from 1 up"; "" where it can be. Counts
    /// and words are looked at whole, bounds of numbers by out_of_range().
    [[nodiscard]] std::string why_not(const std::string& text) const;
    /// Why a value that can be read is not allowed: "it must be at least 0 and below 1"; "" where
    /// it is.
    [[nodiscard]] std::string out_of_range(const std::string& text) const;
    /// "a number, at least 0 and below 1", for tables.
    std::string in_words() const;
};

/// Counts are at most 10^12.
inline constexpr std::uint64_t largest_count = 1'000'000'000'000;

Values flag();
Values counts(std::uint64_t least);
Values numbers();
Values ramps();
Values one_of(std::vector<std::string> words);
Values texts(std::vector<std::string> suggested = {});

}  // namespace steppe

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace steppe::cli {

/// What the values of an option may be.
struct Values {
    std::vector<std::string> words = {};  ///< what completion offers
    /// A sentence on what is wrong with a word, or nothing. Those of numbers hand the word on as
    /// the program reads it, so that no number is taken for octal or hexadecimal.
    std::function<std::string(std::string&)> check = {};
    enum class Numbers { None, Whole, Real };
    Numbers numbers = Numbers::None;  ///< plain numbers, that ranges can be made of
};

/// One of some words; says which are allowed and which was probably meant.
Values one_of(const std::vector<std::string>& words);

/// Allows everything: for an option that takes words or something else.
Values suggested(const std::vector<std::string>& words);

/// Whole numbers from least to most. Decimal, as people write them: "0101" is 101.
Values whole_number(std::uint64_t least, std::uint64_t most);

/// Counts from `least` up, to 10^12.
Values at_least(std::uint64_t least);

/// What names random numbers: 0 to 2^64 - 1.
Values seed_number();

/// Finite numbers, with a decimal point.
Values real_number();
/// Those from `least` up.
Values real_from(double least);

}  // namespace steppe::cli

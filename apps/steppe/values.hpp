#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

/// What values of options may be: validators, which say what is allowed in a sentence. Those of
/// numbers hand on the word as the option's type reads it (CLI::Option::transform), so that no
/// number is taken for octal or hexadecimal.
namespace steppe::cli {

/// One of some words; says which are allowed and which was probably meant.
CLI::Validator one_of(const std::vector<std::string>& words);

/// Allows everything: for an option that takes words or something else. Completion offers the
/// words.
CLI::Validator suggested(const std::vector<std::string>& words);

/// The words of `one_of` or `suggested`; none for an option without.
std::vector<std::string> words_of(CLI::Option& option);

/// Whole numbers from least to most. Decimal, as people write them: "0101" is 101.
CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);

/// Counts from `least` up, to 10^12.
CLI::Validator at_least(std::uint64_t least);

/// What names random numbers: 0 to 2^64 - 1.
CLI::Validator seed_number();

/// Finite numbers, with a decimal point.
CLI::Validator real_number();

/// Anything but nothing.
CLI::Validator not_empty();

}  // namespace steppe::cli

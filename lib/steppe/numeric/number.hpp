#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace steppe {

/// The number that a word is, "inf" included; nothing where the word is no number or goes on after
/// one. Numbers are decimal ("0x10" is none) and have a point (internal; not installed).
std::optional<double> number_of(const std::string& word);

/// The same of numbers 0, 1, 2, ... below 2^64: "12", "012" (12 as well), and up to 2^53 also "1e3"
/// or "20.0".
std::optional<std::uint64_t> whole_number_of(const std::string& word);

}  // namespace steppe

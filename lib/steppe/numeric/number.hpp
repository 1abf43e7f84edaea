#pragma once

#include <optional>
#include <string>

namespace steppe {

/// The number that a word is, "inf" included; nothing where the word is no number or goes on after
/// one (internal; not installed).
std::optional<double> number_of(const std::string& word);

}  // namespace steppe

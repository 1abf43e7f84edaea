#pragma once

#include <string>
#include <vector>

namespace steppe {

/// The candidate that a mistyped word probably meant; empty when none is near.
std::string nearest_word(const std::string& word, const std::vector<std::string>& candidates);

/// "a, b or c".
std::string list_words(const std::vector<std::string>& words);

}  // namespace steppe

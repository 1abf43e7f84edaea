#pragma once

#include <string>
#include <vector>

namespace steppe::cli {

/// The candidate nearest to a word (edit distance, at most a third of its letters wrong), or "".
std::string nearest_word(const std::string& word, const std::vector<std::string>& candidates);

/// "a, b or c".
std::string list_words(const std::vector<std::string>& words);

}  // namespace steppe::cli

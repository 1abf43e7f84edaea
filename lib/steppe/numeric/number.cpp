#include "steppe/numeric/number.hpp"

#include <cstdlib>

namespace steppe {

std::optional<double> number_of(const std::string& word) {
    char* end = nullptr;
    const double value = std::strtod(word.c_str(), &end);
    if (word.empty() || end != word.c_str() + word.size()) return std::nullopt;
    return value;
}

}  // namespace steppe

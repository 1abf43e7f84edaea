#include "steppe/numeric/number.hpp"

#include <charconv>
#include <cstdlib>
#include <system_error>

namespace steppe {

std::optional<double> number_of(const std::string& word) {
    const char* begin = word.data();
    const char* const end = begin + word.size();
    // from_chars knows no locale, no hexadecimal numbers and no white space; and no plus sign.
    if (word.size() > 1 && word[0] == '+' && word[1] != '-') ++begin;
    double value = 0.0;
    const auto [stop, code] = std::from_chars(begin, end, value);
    if (stop != end || code == std::errc::invalid_argument) return std::nullopt;
    // Too large is infinite, too small is next to 0.
    if (code == std::errc::result_out_of_range) return std::strtod(word.c_str(), nullptr);
    return value;
}

std::optional<std::uint64_t> whole_number_of(const std::string& word) {
    const char* begin = word.data();
    const char* const end = begin + word.size();
    if (word.size() > 1 && word[0] == '+') ++begin;
    std::uint64_t value = 0;
    const auto [stop, code] = std::from_chars(begin, end, value);
    if (stop == end && code == std::errc()) return value;
    const std::optional<double> real = number_of(word);
    constexpr double exact = 9007199254740992.0;  // 2^53
    if (!real || !(*real >= 0.0 && *real <= exact)) return std::nullopt;
    value = static_cast<std::uint64_t>(*real);
    if (static_cast<double>(value) != *real) return std::nullopt;
    return value;
}

}  // namespace steppe

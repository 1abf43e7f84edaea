#include "values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "steppe/numeric/number.hpp"
#include "words.hpp"

namespace steppe::cli {

namespace {

constexpr std::uint64_t largest_count = 1'000'000'000'000;

}  // namespace

Values one_of(const std::vector<std::string>& words) {
    return {words, [words](std::string& word) -> std::string {
                if (std::ranges::find(words, word) != words.end()) return "";
                const std::string near = nearest_word(word, words);
                return fmt::format("'{}' is not allowed; it may be {}{}", word, list_words(words),
                                   near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
            }};
}

Values suggested(const std::vector<std::string>& words) {
    return {words};
}

Values whole_number(std::uint64_t least, std::uint64_t most) {
    return {{}, [least, most](std::string& word) -> std::string {
                const std::optional<std::uint64_t> value = whole_number_of(word);
                if (value && *value >= least && *value <= most) {
                    word = std::to_string(*value);
                    return "";
                }
                if (most != largest_count) {
                    return fmt::format("'{}' is not a whole number from {} to {}", word, least,
                                       most);
                }
                const std::optional<double> real = number_of(word);
                if (real && *real > static_cast<double>(most)) {
                    return fmt::format("'{}' is too large: it may be at most {}", word, most);
                }
                return fmt::format("'{}' is not a whole number from {} up", word, least);
            }};
}

Values at_least(std::uint64_t least) {
    return whole_number(least, largest_count);
}

Values seed_number() {
    return whole_number(0, std::numeric_limits<std::uint64_t>::max());
}

Values real_number() {
    return {{}, [](std::string& word) -> std::string {
                const std::optional<double> value = number_of(word);
                if (value && std::isfinite(*value)) {
                    word = fmt::format("{}", *value);
                    return "";
                }
                return fmt::format("'{}' is not a finite number, such as 0.5 or 1e-3", word);
            }};
}

}  // namespace steppe::cli

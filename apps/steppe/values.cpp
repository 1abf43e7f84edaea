#include "values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "steppe/numeric/number.hpp"
#include "words.hpp"

namespace steppe::cli {

namespace {

constexpr std::uint64_t largest_count = 1'000'000'000'000;

/// A validator that knows its words has this and them for its name, which is shown nowhere.
const std::string words_mark = "words: ";

}  // namespace

CLI::Validator one_of(const std::vector<std::string>& words) {
    CLI::Validator validator(
        [words](std::string& word) -> std::string {
            if (std::find(words.begin(), words.end(), word) != words.end()) return "";
            const std::string near = nearest_word(word, words);
            return fmt::format("'{}' is not allowed; it may be {}{}", word, list_words(words),
                               near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
        },
        "", words_mark + fmt::format("{}", fmt::join(words, " ")));
    return validator;
}

CLI::Validator suggested(const std::vector<std::string>& words) {
    return CLI::Validator([](std::string&) { return std::string(); }, "",
                          words_mark + fmt::format("{}", fmt::join(words, " ")));
}

std::vector<std::string> words_of(CLI::Option& option) {
    std::vector<std::string> words;
    try {
        for (int i = 0;; ++i) {
            const std::string& name = option.get_validator(i)->get_name();
            if (!name.starts_with(words_mark)) continue;
            std::istringstream list(name.substr(words_mark.size()));
            for (std::string word; list >> word;) words.push_back(word);
        }
    } catch (const CLI::OptionNotFound&) {
        // That was the last validator.
    }
    return words;
}

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
    return CLI::Validator(
        [least, most](std::string& word) -> std::string {
            const std::optional<std::uint64_t> value = whole_number_of(word);
            if (value && *value >= least && *value <= most) {
                word = std::to_string(*value);
                return "";
            }
            if (most != largest_count) {
                return fmt::format("'{}' is not a whole number from {} to {}", word, least, most);
            }
            const std::optional<double> real = number_of(word);
            if (real && *real > static_cast<double>(most)) {
                return fmt::format("'{}' is too large: it may be at most {}", word, most);
            }
            return fmt::format("'{}' is not a whole number from {} up", word, least);
        },
        "");
}

CLI::Validator at_least(std::uint64_t least) {
    return whole_number(least, largest_count);
}

CLI::Validator seed_number() {
    return whole_number(0, std::numeric_limits<std::uint64_t>::max());
}

CLI::Validator real_number() {
    return CLI::Validator(
        [](std::string& word) -> std::string {
            const std::optional<double> value = number_of(word);
            if (value && std::isfinite(*value)) {
                word = fmt::format("{}", *value);
                return "";
            }
            return fmt::format("'{}' is not a finite number, such as 0.5 or 1e-3", word);
        },
        "");
}

CLI::Validator not_empty() {
    return CLI::Validator(
        [](std::string& word) -> std::string { return word.empty() ? "the value is empty" : ""; },
        "");
}

}  // namespace steppe::cli

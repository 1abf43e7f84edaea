#include "values.hpp"

#include <fmt/format.h>

#include <limits>

#include "library_values.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/options/values.hpp"

namespace steppe::cli {

namespace {

/// What the library's values allow; numbers are handed on as the program reads them.
Values as(const steppe::Values& values) {
    return {values.words,
            [values](std::string& word) -> std::string {
                const std::string why = values.why_not(word);
                if (!why.empty()) return why;
                if (values.type == steppe::Values::Type::Count) {
                    word = std::to_string(whole_number_of(word).value());
                } else if (values.type == steppe::Values::Type::Number) {
                    word = fmt::format("{}", number_of(word).value());
                }
                return "";
            },
            numbers_in(values)};
}

}  // namespace

Values one_of(const std::vector<std::string>& words) {
    return as(steppe::one_of(words));
}

Values suggested(const std::vector<std::string>& words) {
    return {words};
}

Values whole_number(std::uint64_t least, std::uint64_t most) {
    return {{},
            [least, most](std::string& word) -> std::string {
                const std::optional<std::uint64_t> value = whole_number_of(word);
                if (!value || *value < least || *value > most) {
                    return fmt::format("'{}' is not a whole number from {} to {}", word, least,
                                       most);
                }
                word = std::to_string(*value);
                return "";
            },
            Values::Numbers::Whole};
}

Values at_least(std::uint64_t least) {
    return as(counts(least));
}

Values seed_number() {
    return whole_number(0, std::numeric_limits<std::uint64_t>::max());
}

Values real_number() {
    return as(numbers());
}

Values real_from(double least) {
    Values values = as(numbers());
    values.check = [number = values.check, least](std::string& word) -> std::string {
        const std::string why = number(word);
        if (!why.empty() || number_of(word).value() >= least) return why;
        return fmt::format("'{}' is not a number from {} up", word, least);
    };
    return values;
}

}  // namespace steppe::cli

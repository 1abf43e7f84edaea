#include "steppe/options/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/options/words.hpp"
#include "steppe/schedule/ramp.hpp"

namespace steppe {

namespace {

std::string word_refused(const std::string& word, const std::vector<std::string>& words) {
    const std::string near = nearest_word(word, words);
    return fmt::format("'{}' is not allowed; it may be {}{}", word, list_words(words),
                       near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
}

std::string count_refused(const std::string& word, double least,
                          const std::vector<std::string>& words) {
    const std::optional<std::uint64_t> value = whole_number_of(word);
    if (value && static_cast<double>(*value) >= least && *value <= largest_count) return "";
    const std::optional<double> real = number_of(word);
    if (real && *real > static_cast<double>(largest_count)) {
        return fmt::format("'{}' is too large: it may be at most {}", word, largest_count);
    }
    if (words.empty()) return fmt::format("'{}' is not a whole number from {} up", word, least);
    return fmt::format("'{}' is neither a whole number, {} or more, nor {}", word, least,
                       list_words(words));
}

std::string ramp_refused(const std::string& text) {
    if (text.find(':') == std::string::npos && !number_of(text)) {
        return fmt::format("'{}' is neither a number nor a range A:B", text);
    }
    try {
        Ramp::parse_knob(text);
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

/// The numbers that a text has: one, or the ends of a range.
std::vector<double> ends_of(const std::string& text) {
    if (const std::optional<double> value = number_of(text)) return {*value};
    const Ramp ramp = Ramp::parse(text);
    return {ramp.from, ramp.to};
}

std::string bounds(const Values& values) {
    const std::string below = values.without_least ? fmt::format("above {}", values.least)
                                                   : fmt::format("at least {}", values.least);
    const std::string above = values.without_most ? fmt::format("below {}", values.most)
                                                  : fmt::format("at most {}", values.most);
    const bool least = std::isfinite(values.least), most = std::isfinite(values.most);
    if (least && most) return below + " and " + above;
    if (least) return values.without_least ? below : fmt::format("{} or more", values.least);
    return most ? above : "";
}

}  // namespace

Values Values::from(double bound) const {
    Values values = *this;
    values.least = bound;
    values.without_least = false;
    return values;
}

Values Values::above(double bound) const {
    Values values = from(bound);
    values.without_least = true;
    return values;
}

Values Values::up_to(double bound) const {
    Values values = *this;
    values.most = bound;
    values.without_most = false;
    return values;
}

Values Values::below(double bound) const {
    Values values = up_to(bound);
    values.without_most = true;
    return values;
}

Values Values::or_words(std::vector<std::string> more) const {
    Values values = *this;
    values.words = std::move(more);
    return values;
}

std::string Values::why_not(const std::string& text) const {
    const bool a_word = std::ranges::find(words, text) != words.end();
    switch (type) {
        case Type::Flag:
            return text == "true" || text == "false"
                       ? ""
                       : fmt::format("'{}' is neither true nor false", text);
        case Type::Words:
            return a_word ? "" : word_refused(text, words);
        case Type::Count:
            return a_word ? "" : count_refused(text, least, words);
        case Type::Number: {
            const std::optional<double> value = number_of(text);
            if (value && std::isfinite(*value)) return "";
            return fmt::format("'{}' is not a finite number, such as 0.5 or 1e-3", text);
        }
        case Type::Ramp:
            return ramp_refused(text);
        case Type::Text:
            break;
    }
    return "";
}

std::string Values::out_of_range(const std::string& text) const {
    if (type == Type::Flag || type == Type::Words || type == Type::Text) return "";
    if (std::ranges::find(words, text) != words.end()) return "";
    if (type == Type::Ramp && !ramp_refused(text).empty()) {
        return "its ends must be finite numbers, of a geometric range above 0";
    }
    for (const double x : ends_of(text)) {
        if (!std::isfinite(x)) return "it must be a finite number";
        const bool high_enough = without_least ? x > least : x >= least;
        const bool low_enough = without_most ? x < most : x <= most;
        if (!high_enough || !low_enough) {
            return fmt::format("it must be {}", bounds(*this));
        }
    }
    return "";
}

std::string Values::in_words() const {
    const std::string range = bounds(*this);
    std::string what;
    switch (type) {
        case Type::Flag:
            return "";
        case Type::Words:
            return list_words(words);
        case Type::Count:
            what = "a whole number";
            break;
        case Type::Number:
            what = "a number";
            break;
        case Type::Ramp:
            what = "a number or a range";
            break;
        case Type::Text:
            return words.empty() ? "" : list_words(words) + ", or a file";
    }
    if (!range.empty()) what += ", " + range;
    return words.empty() ? what : what + "; or " + list_words(words);
}

Values flag() {
    return {Values::Type::Flag};
}

Values counts(std::uint64_t least) {
    return Values{Values::Type::Count}.from(static_cast<double>(least));
}

Values numbers() {
    return {Values::Type::Number};
}

Values ramps() {
    return {Values::Type::Ramp};
}

Values one_of(std::vector<std::string> words) {
    return Values{Values::Type::Words}.or_words(std::move(words));
}

Values texts(std::vector<std::string> suggested) {
    return Values{Values::Type::Text}.or_words(std::move(suggested));
}

}  // namespace steppe

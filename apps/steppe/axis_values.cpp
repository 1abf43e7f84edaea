#include "axis_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "number_list.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/sweep/grid.hpp"

namespace steppe::cli {

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

/// Exactly, as seeds are up to 2^64 - 1.
std::vector<std::string> whole_range(const std::string& text) {
    const std::vector<std::string> words = split(text, ':');
    std::vector<std::uint64_t> ends;
    for (const std::string& word : words) {
        const std::optional<std::uint64_t> value = whole_number_of(word);
        if (value) ends.push_back(*value);
    }
    const std::uint64_t step = ends.size() == 3 ? ends[2] : 1;
    if (ends.size() != words.size() || ends.size() > 3 || ends[0] > ends[1] || step == 0 ||
        (ends[1] - ends[0]) / step >= Grid::most_cells) {
        throw Error(fmt::format(
            "'{}' is not a range of whole numbers: write A:B or A:B:STEP with A not above B, a "
            "STEP of 1 or more and at most {} numbers",
            text, Grid::most_cells));
    }
    std::vector<std::string> values;
    for (std::uint64_t i = 0; i <= (ends[1] - ends[0]) / step; ++i) {
        values.push_back(std::to_string(ends[0] + i * step));
    }
    return values;
}

std::vector<std::string> real_range(const std::string& text) {
    std::vector<std::string> values;
    for (const double value : numbers_of(text)) values.push_back(fmt::format("{}", value));
    return values;
}

}  // namespace

std::vector<std::string> axis_values(const std::string& text, const Values& one) {
    const bool range = one.numbers != Values::Numbers::None && text.find(':') != std::string::npos;
    std::vector<std::string> values = !range                                  ? split(text, ',')
                                      : one.numbers == Values::Numbers::Whole ? whole_range(text)
                                                                              : real_range(text);
    for (std::string& value : values) {
        if (value.empty()) throw Error(fmt::format("'{}' has an empty value", text));
        const std::string why = one.check ? one.check(value) : "";
        if (!why.empty()) throw Error(why);
    }
    return values;
}

Values several_of(const Values& one) {
    return {one.words, [one](std::string& text) -> std::string {
                try {
                    axis_values(text, one);
                } catch (const Error& error) {
                    return error.what();
                }
                return "";
            }};
}

}  // namespace steppe::cli

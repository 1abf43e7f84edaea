#include "number_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"

namespace steppe::cli {

namespace {

constexpr std::size_t steps_of_range = 12;
constexpr double most_numbers = 10000.0;

[[noreturn]] void refuse(const std::string& text) {
    throw Error(fmt::format(
        "'{}' is not a list of numbers: write 0.2,0.3,0.5, or a range A:B or A:B:STEP with A below "
        "B, a STEP above 0 and at most {:.0f} numbers",
        text, most_numbers));
}

std::vector<double> split(const std::string& text, char separator) {
    std::vector<double> values;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        const std::optional<double> value = number_of(text.substr(begin, end - begin));
        if (!value || !std::isfinite(*value)) refuse(text);
        values.push_back(*value);
        begin = end + 1;
    }
    return values;
}

}  // namespace

std::vector<double> numbers_of(const std::string& text) {
    if (text.find(':') == std::string::npos) return split(text, ',');
    const std::vector<double> ends = split(text, ':');
    if (ends.size() > 3 || !(ends[0] < ends[1])) refuse(text);
    const double width = ends[1] - ends[0];
    const double step = ends.size() == 3 ? ends[2] : width / static_cast<double>(steps_of_range);
    if (!std::isfinite(width) || !(step > 0.0) || width / step > most_numbers - 1.0) refuse(text);
    // 0.1 goes three times into 0.3, whatever rounding says.
    const auto steps = static_cast<std::size_t>(std::floor(width / step * (1.0 + 1e-12) + 1e-12));
    std::vector<double> values;
    for (std::size_t i = 0; i <= steps; ++i) {
        // 0.07, not 0.06999999999999999.
        const double value = ends[0] + static_cast<double>(i) * step;
        values.push_back(number_of(fmt::format("{:.12g}", value)).value());
    }
    return values;
}

std::string list_text(const std::vector<double>& values) {
    const auto near = [](double a, double b) { return std::abs(a - b) < 1e-9 * std::abs(b); };
    if (values.size() > 2 && values[1] > values[0]) {
        const std::string range = fmt::format("{:.12g}:{:.12g}:{:.12g}", values.front(),
                                              values.back(), values[1] - values[0]);
        if (std::ranges::equal(numbers_of(range), values, near)) return range;
    }
    std::string text;
    for (const double value : values) {
        text += fmt::format("{}{:.12g}", text.empty() ? "" : ",", value);
    }
    return text;
}

Values number_list() {
    return {{}, [](std::string& word) -> std::string {
                try {
                    numbers_of(word);
                } catch (const Error& error) {
                    return error.what();
                }
                return "";
            }};
}

}  // namespace steppe::cli

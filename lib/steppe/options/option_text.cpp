#include "steppe/options/option_text.hpp"

#include <fmt/format.h>

#include "steppe/numeric/number.hpp"

namespace steppe {

std::string text_of(double value) {
    return fmt::format("{}", value);
}

std::string text_of(std::size_t value) {
    return std::to_string(value);
}

std::string text_of(const Ramp& value) {
    if (value.from == value.to) return text_of(value.from);
    return fmt::format("{}:{}{}", value.from, value.to,
                       value.shape == Ramp::Shape::Linear ? "" : ":geometric");
}

void read_text(const std::string& text, double& value) {
    value = number_of(text).value();
}

void read_text(const std::string& text, std::size_t& value) {
    value = static_cast<std::size_t>(whole_number_of(text).value());
}

void read_text(const std::string& text, Ramp& value) {
    value = Ramp::parse_knob(text);
}

}  // namespace steppe

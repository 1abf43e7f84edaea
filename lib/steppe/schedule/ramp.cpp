#include "steppe/schedule/ramp.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"

namespace steppe {

double Ramp::at(double t) const {
    // The ends are returned as they were given: from * (to / from)^1 may differ in the last digit.
    if (t <= 0.0) return from;
    if (t >= 1.0) return to;
    return shape == Shape::Linear ? from + t * (to - from) : from * std::pow(to / from, t);
}

Ramp Ramp::parse_knob(const std::string& text) {
    const std::optional<double> value = number_of(text);
    if (value && std::isfinite(*value)) return {*value, *value, Shape::Linear};
    return parse(text);
}

Ramp Ramp::parse(const std::string& text) {
    const auto refuse = [&](const std::string& why) {
        return Error(
            fmt::format("'{}' is no range: {}; write A:B, A:B:linear or A:B:geometric, for example "
                        "0.5:30:geometric",
                        text, why));
    };
    std::vector<std::string> parts{""};
    for (const char c : text) {
        if (c == ':') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    if (parts.size() < 2 || parts.size() > 3) throw refuse("it needs two numbers");
    const auto number = [&](const std::string& word) {
        const std::optional<double> value = number_of(word);
        if (!value || !std::isfinite(*value)) {
            throw refuse(fmt::format("'{}' is not a finite number", word));
        }
        return *value;
    };
    Ramp ramp{number(parts[0]), number(parts[1]), Shape::Linear};
    if (parts.size() == 3) {
        if (parts[2] == "geometric") {
            ramp.shape = Shape::Geometric;
        } else if (parts[2] != "linear") {
            throw refuse(fmt::format("'{}' is not a shape", parts[2]));
        }
    }
    if (ramp.shape == Shape::Geometric && !(ramp.from > 0.0 && ramp.to > 0.0)) {
        throw refuse("a geometric range needs two numbers above 0");
    }
    return ramp;
}

}  // namespace steppe

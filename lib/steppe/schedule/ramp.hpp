#pragma once

#include <string>

namespace steppe {

/// A value that goes from one number to another.
struct Ramp {
    enum class Shape { Linear, Geometric };

    double from = 0.0;
    double to = 0.0;
    Shape shape = Shape::Linear;

    /// The value at position t in [0, 1].
    double at(double t) const;

    /// "A:B", "A:B:linear" or "A:B:geometric"; geometric wants two numbers above 0. Throws Error
    /// that says what was read and what would be right.
    static Ramp parse(const std::string& text);
    /// The same, or one number, at which it stays.
    static Ramp parse_knob(const std::string& text);
};

}  // namespace steppe

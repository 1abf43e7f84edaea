#pragma once

#include <string>
#include <vector>

#include "steppe/figures/figure.hpp"

namespace steppe {

/// A file that holds something to draw.
struct FigureSource {
    std::string name;  ///< as messages and legends show it
    std::string text;
};

/// What the sources hold, drawn: a panel for each curve of each measure, in the order of the
/// sources, and series of one panel where several have the same. `measure` leaves that one alone.
/// Throws Error for a source that holds nothing to draw, or not that measure: what can be drawn,
/// and how it is made.
Page figures_of(const std::vector<FigureSource>& sources, const std::string& measure = "");

/// The measures that can be drawn: "flatness", "convergence", ...
std::vector<std::string> drawn_measures();

}  // namespace steppe

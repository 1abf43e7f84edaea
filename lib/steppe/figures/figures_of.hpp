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

/// An upright line with a name.
struct Mark {
    std::string name;
    double at = 0.0;
};

struct FigureOptions {
    std::string measure = {};  ///< leaves that one alone; empty: all
    /// Replica theory of what was measured is computed and laid over it, where it knows the
    /// network.
    bool theory = false;
    /// Drawn in the panels against the load; where there are none, in all.
    std::vector<Mark> marks = {};
    /// Where given, gets a sentence for each thing that has no theory, and why.
    std::vector<std::string>* notes = nullptr;
};

/// What the sources hold, drawn: a panel for each curve of each measure, in the order of the
/// sources, and series of one panel where several have the same. Throws Error for a source that
/// holds nothing to draw, or not that measure: what can be drawn, and how it is made.
Page figures_of(const std::vector<FigureSource>& sources, const FigureOptions& options);
/// Without theory and marks.
Page figures_of(const std::vector<FigureSource>& sources, const std::string& measure = "");

/// The measures that can be drawn: "flatness", "convergence", ...
std::vector<std::string> drawn_measures();

}  // namespace steppe

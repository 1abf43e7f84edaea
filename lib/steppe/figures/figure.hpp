#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// Pictures as data: what is drawn, not how. gnuplot.hpp draws them.
namespace steppe {

struct Axis {
    std::string label;
    bool logarithmic = false;
    std::optional<double> from = {}, to = {};  ///< where nothing is said, by the data
};

enum class Style {
    Line,
    Points,
    LineAndPoints,
    Steps,  ///< y[i] holds from x[i] to x[i + 1]
    Boxes,  ///< centred at x
    Bound,  ///< a dark line of dots or dashes, beside the series: a bound or a mark; without a
            ///< name it looks like the one before it
    /// A line of theory: beside series of other styles solid, black or grey, and these are
    /// coloured.
    Theory,
    Beyond  ///< the Theory before it where it no longer holds: dashed, and not listed
};

/// Points in the order in which they are joined. What is not finite, or has no place on a
/// logarithmic axis, is a gap.
struct Series {
    std::string name;  ///< in the legend; empty: not listed
    Style style = Style::LineAndPoints;
    std::vector<double> x, y;        ///< of the same size
    std::vector<double> error = {};  ///< of y, either side; empty, or one a point
};

enum class Legend { None, Below, TopLeft, TopRight, BottomLeft, BottomRight };

/// One pair of axes.
struct Figure {
    std::string title;
    Axis x, y;
    std::vector<Series> series;
    /// Where nothing is said: below, where series have names.
    std::optional<Legend> legend = {};
};

/// One file. Panels stand in rows, from the left; sizes are pixels (96 an inch in a PDF).
struct Page {
    std::vector<Figure> panels;
    std::string title = {};
    std::size_t columns = 0;            ///< 0: 1 for one panel, 2 for up to four, else 3
    std::size_t width = 0, height = 0;  ///< 0: by the panels
};

}  // namespace steppe

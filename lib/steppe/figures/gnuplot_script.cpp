#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>

#include "steppe/error.hpp"
#include "steppe/figures/gnuplot.hpp"
#include "steppe/figures/looks.hpp"

namespace steppe {

namespace {

/// Pixels of a panel that stands alone, and of one among several.
constexpr std::size_t alone_width = 720, alone_height = 500, panel_width = 560, panel_height = 420;

/// The same text, with a replacement character for each byte that is no UTF-8.
std::string as_utf8(const std::string& text) {
    const nlohmann::json json = text;
    const std::string dumped = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return nlohmann::json::parse(dumped).get<std::string>();
}

/// A text in gnuplot's quotes. All but plain characters are written by their numbers, so that
/// nothing in it ends the text, is replaced or is executed; what controls a terminal becomes a
/// space.
std::string quoted(const std::string& text) {
    const std::string plain = "_-+.,:;=/()";
    std::string out = "\"";
    for (const char letter : as_utf8(text)) {
        const auto c = static_cast<unsigned char>(letter);
        if (c <= 0x20 || c == 0x7f) {
            out += ' ';
        } else if (c >= 0x80 || std::isalnum(c) != 0 || plain.find(letter) != std::string::npos) {
            out += letter;
        } else {
            // With a leading zero gnuplot reads four digits.
            out += fmt::format("\\{:04o}", c);
        }
    }
    return out + "\"";
}

bool has_place(double value, const Axis& axis) {
    return std::isfinite(value) && !(axis.logarithmic && value <= 0.0);
}

std::size_t points_of(const Series& series, const Figure& figure) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < series.x.size(); ++i) {
        count += has_place(series.x[i], figure.x) && has_place(series.y[i], figure.y) ? 1 : 0;
    }
    return count;
}

/// What a message calls a figure.
std::string words_for(const Figure& figure) {
    return figure.title.empty() ? fmt::format("{} against {}", figure.y.label, figure.x.label)
                                : figure.title;
}

void validate(const Figure& figure) {
    std::size_t points = 0;
    for (const Series& series : figure.series) {
        if (series.x.size() != series.y.size() ||
            (!series.error.empty() && series.error.size() != series.y.size())) {
            throw Error(fmt::format(
                "series '{}' has {} values of x, {} of y and {} errors: one of each a point",
                series.name, series.x.size(), series.y.size(), series.error.size()));
        }
        points += points_of(series, figure);
    }
    if (points == 0) {
        throw Error(fmt::format(
            "'{}' has no point to draw: all values are missing, or 0 or less on a logarithmic axis",
            words_for(figure)));
    }
}

bool has_bars(const Series& series) {
    return !series.error.empty() && series.style != Style::Steps && series.style != Style::Bound;
}

/// Rows x y, or x y low high; a gap is an empty line.
std::string data_of(const Series& series, const Figure& figure) {
    std::string out;
    for (std::size_t i = 0; i < series.x.size(); ++i) {
        const double x = series.x[i], y = series.y[i];
        if (!has_place(x, figure.x) || !has_place(y, figure.y)) {
            out += "\n";
            continue;
        }
        out += fmt::format("{} {}", x, y);
        if (has_bars(series)) {
            const double error = std::isfinite(series.error[i]) ? series.error[i] : 0.0;
            // On a logarithmic axis a bar that reaches 0 has no lower end: it stands above only.
            const double low = has_place(y - error, figure.y) ? y - error : y;
            out += fmt::format(" {} {}", low, y + error);
        }
        out += "\n";
    }
    return out;
}

std::string look_of(const Series& series, const Look& look) {
    const std::string line = fmt::format("lc rgb \"{}\" dt {}", look.colour, look.dashes);
    const std::string points = fmt::format("pt {} ps 0.9", look.points);
    const bool bars = has_bars(series);
    switch (series.style) {
        case Style::Line:
            return fmt::format("with {} {} lw 1.8", bars ? "yerrorlines ps 0" : "lines", line);
        case Style::Points:
            return fmt::format("with {} {} lc rgb \"{}\" lw 1.2", bars ? "yerrorbars" : "points",
                               points, look.colour);
        case Style::LineAndPoints:
            return fmt::format("with {} {} {} lw 1.4", bars ? "yerrorlines" : "linespoints", line,
                               points);
        case Style::Steps:
            return fmt::format("with steps {} lw 1.6", line);
        case Style::Boxes:
            return fmt::format("with {} lc rgb \"{}\" lw 1.2", bars ? "boxerrorbars" : "boxes",
                               look.colour);
        case Style::Theory:
            return fmt::format("with lines lc rgb \"{}\" dt {} lw 1.6", look.colour, look.dashes);
        case Style::Beyond:
            return fmt::format("with lines lc rgb \"{}\" dt (10,6) lw 1.2", look.colour);
        case Style::Bound:
            return fmt::format("with lines {} lw 1.6", line);
    }
    return "";
}

std::string legend_of(const Figure& figure) {
    const auto named = [](const Series& series) { return !series.name.empty(); };
    if (std::ranges::none_of(figure.series, named)) return "unset key\n";
    std::string place;
    switch (figure.legend.value_or(Legend::Below)) {
        case Legend::None:
            return "unset key\n";
        case Legend::Below:
            place = "outside below center horizontal height 1";
            break;
        case Legend::TopLeft:
            place = "inside top left vertical";
            break;
        case Legend::TopRight:
            place = "inside top right vertical";
            break;
        case Legend::BottomLeft:
            place = "inside bottom left vertical";
            break;
        case Legend::BottomRight:
            place = "inside bottom right vertical";
            break;
    }
    return fmt::format("set key {} Left reverse noenhanced spacing 1.15\n", place);
}

std::string axis_of(char name, const Axis& axis) {
    const auto end = [&](const std::optional<double>& value) {
        return value && has_place(*value, axis) ? fmt::format("{}", *value) : std::string("*");
    };
    return fmt::format("set {0}label {1} noenhanced\n{2}set logscale {0}\nset {0}range [{3}:{4}]\n",
                       name, quoted(axis.label), axis.logarithmic ? "" : "un", end(axis.from),
                       end(axis.to));
}

/// The commands that draw one panel; its data have names that begin with `panel`.
std::string panel_of(const Figure& figure, std::size_t panel) {
    std::string data, plot;
    Looks looks_of(figure);
    std::size_t count = 0;
    for (const Series& series : figure.series) {
        const Look here = looks_of.next(series);
        ++count;
        if (points_of(series, figure) == 0) continue;
        const std::string name = fmt::format("$panel{}series{}", panel, count);
        data += fmt::format("{} << END\n{}END\n", name, data_of(series, figure));
        const std::string title = series.name.empty()
                                      ? std::string("notitle")
                                      : fmt::format("title {} noenhanced", quoted(series.name));
        plot += fmt::format("{}{} using {} {} {}", plot.empty() ? "plot " : ", \\\n     ", name,
                            has_bars(series) ? "1:2:3:4" : "1:2", look_of(series, here), title);
    }
    return data + fmt::format("set title {} noenhanced\n", quoted(figure.title)) +
           axis_of('x', figure.x) + axis_of('y', figure.y) + legend_of(figure) + plot + "\n";
}

std::string terminal_of(PictureFormat format, std::size_t width, std::size_t height) {
    switch (format) {
        case PictureFormat::Svg:
            return fmt::format(
                "svg size {},{} enhanced font \"DejaVu Sans,Arial,Helvetica,sans-serif,13\" "
                "background \"#ffffff\"",
                width, height);
        case PictureFormat::Png:
            return fmt::format(
                "pngcairo size {},{} enhanced font \"Sans,10\" background \"#ffffff\"", width,
                height);
        case PictureFormat::Pdf:
            return fmt::format("pdfcairo size {}in,{}in enhanced font \"Sans,10\"",
                               static_cast<double>(width) / 96.0,
                               static_cast<double>(height) / 96.0);
    }
    return "";
}

}  // namespace

std::string gnuplot_script(const Page& page, PictureFormat format) {
    if (page.panels.empty()) throw Error("a page without panels: there is nothing to draw");
    for (const Figure& figure : page.panels) validate(figure);
    const std::size_t count = page.panels.size();
    const std::size_t usual = count == 1 ? 1 : count <= 4 ? 2 : 3;
    const std::size_t columns = std::min(page.columns == 0 ? usual : page.columns, count);
    const std::size_t rows = (count + columns - 1) / columns;
    const std::size_t width =
        page.width != 0 ? page.width : columns * (count == 1 ? alone_width : panel_width);
    const std::size_t height =
        page.height != 0 ? page.height : rows * (count == 1 ? alone_height : panel_height);
    std::string out = fmt::format(
        "set encoding utf8\nset terminal {}\n"
        "set border 3 lw 1\nset format \"%h\"\nset tics nomirror out\nset grid lc rgb \"#d8d8d8\" "
        "lt 1 lw 0.6\n"
        "set style fill pattern 1 border\nset boxwidth 0.9 relative\n",
        terminal_of(format, width, height));
    // An empty line keeps the panels away from it.
    const std::string title =
        page.title.empty() ? "" : fmt::format(" title {}.\"\\n\" noenhanced", quoted(page.title));
    out += fmt::format("set multiplot layout {},{}{}\n", rows, columns, title);
    for (std::size_t i = 0; i < count; ++i) out += panel_of(page.panels[i], i + 1);
    return out + "unset multiplot\n";
}

}  // namespace steppe

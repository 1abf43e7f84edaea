#include "steppe/figures/panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace steppe {

namespace {

using Owner = Panel::Owner;

bool is_bound(const Series& series) {
    return series.style == Style::Bound;
}

bool is_upright(const Series& series) {
    return series.x.size() > 1 &&
           std::ranges::all_of(series.x, [&](double x) { return x == series.x.front(); });
}

/// Whether two bounds are drawn at one place; of an upright line the height says nothing.
bool same_bound(const Series& a, const Series& b) {
    return is_bound(a) && is_bound(b) && a.name == b.name && a.x == b.x &&
           (is_upright(a) || a.y == b.y);
}

/// Whether a panel has a series already: a bound, or one of theory, whose points may lie elsewhere.
bool has(const Panel& panel, const Drawing& drawing, const Series& series) {
    for (std::size_t i = 0; i < panel.owners.size(); ++i) {
        const Series& other = panel.figure.series[i];
        if (same_bound(series, other)) return true;
        if (!drawing.theory || other.style != series.style || other.name != series.name) continue;
        if (is_bound(series)
                ? !is_upright(series)
                : panel.owners[i].theory && panel.owners[i].subject == drawing.subject) {
            return true;
        }
    }
    return false;
}

void add(const Drawing& drawing, Panel& panel) {
    if (drawing.figure.y.from && panel.figure.y.from) {
        panel.figure.y.from = std::min(*panel.figure.y.from, *drawing.figure.y.from);
    }
    // What is new is what the panel lacked before: a line and its dashes come together.
    const Panel before = panel;
    for (const Series& series : drawing.figure.series) {
        if (!has_point(series) && series.style != Style::Theory) continue;
        if (has(before, drawing, series)) continue;
        panel.figure.series.push_back(series);
        panel.owners.push_back({drawing.subject, drawing.theory});
    }
}

Panel& new_panel(const Drawing& drawing, std::vector<Panel>& panels) {
    panels.push_back({drawing.measure, drawing.figure, {}});
    panels.back().figure.series.clear();
    return panels.back();
}

Panel* panel_for(const Drawing& drawing, std::vector<Panel>& panels) {
    const auto at =
        std::ranges::find_if(panels, [&](const Panel& panel) { return panel.takes(drawing); });
    return at == panels.end() ? nullptr : &*at;
}

std::vector<std::string> parts_of(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(", ", begin), text.size());
        out.push_back(text.substr(begin, end - begin));
        begin = end + 2;
    }
    return out;
}

/// What the lines of theory in a panel have in common: "binary perceptron", "load 0.39".
std::set<std::string> common_parts(const Panel& panel) {
    std::set<std::string> common;
    bool first = true;
    for (std::size_t i = 0; i < panel.owners.size(); ++i) {
        if (!panel.owners[i].theory || is_bound(panel.figure.series[i])) continue;
        const std::vector<std::string> parts = parts_of(panel.owners[i].subject);
        const std::set<std::string> here(parts.begin(), parts.end());
        if (first) common = here;
        std::erase_if(common, [&](const std::string& part) { return !here.contains(part); });
        first = false;
    }
    return common;
}

std::string joined(const std::string& a, const std::string& b) {
    return a + (a.empty() || b.empty() ? "" : ", ") + b;
}

/// Of lines of theory alone, their subjects; beside measured series "theory", with what no measured
/// series of the panel is called.
void name_theory(Panel& panel) {
    const auto is_measured = [&](std::size_t i) {
        return !panel.owners[i].theory && !is_bound(panel.figure.series[i]);
    };
    std::vector<std::string> measured;
    std::size_t lines = 0;
    for (std::size_t i = 0; i < panel.owners.size(); ++i) {
        const Series& series = panel.figure.series[i];
        if (is_measured(i)) measured.push_back(joined(panel.owners[i].subject, series.name));
        lines += panel.owners[i].theory && series.style == Style::Theory ? 1 : 0;
    }
    for (std::size_t i = 0; i < panel.owners.size(); ++i) {
        Series& series = panel.figure.series[i];
        const bool bare = panel.owners[i].subject.empty() && series.name.empty();
        if (lines > 0 && is_measured(i) && bare) series.name = "measured";
    }
    const std::set<std::string> common = common_parts(panel);
    std::set<std::string> named;
    for (std::size_t i = 0; i < panel.owners.size(); ++i) {
        Series& series = panel.figure.series[i];
        if (!panel.owners[i].theory || is_bound(series)) continue;
        std::string own;
        for (const std::string& part : parts_of(panel.owners[i].subject)) {
            const bool shared = common.contains(part) && (!measured.empty() || lines > 1);
            if (!shared) own = joined(own, part);
        }
        own = joined(own, series.name);
        panel.owners[i].subject.clear();
        const bool told = std::ranges::any_of(
            measured, [&](const std::string& name) { return name.find(own) != std::string::npos; });
        series.name = measured.empty() ? own : told ? "theory" : joined("theory", own);
        // A line that holds nowhere is known by its dashes.
        const bool drawn = has_point(series);
        if (!drawn || !named.insert(series.name).second) series.name.clear();
    }
}

/// Measured points stand on lines of theory, and are joined by none of their own.
void show_as_points(Panel& panel) {
    constexpr std::size_t most = 150;
    for (std::size_t i = 0; i < panel.owners.size(); ++i) {
        Series& series = panel.figure.series[i];
        if (panel.owners[i].theory || series.x.size() > most) continue;
        if (series.style == Style::Line || series.style == Style::LineAndPoints) {
            series.style = Style::Points;
        }
    }
}

/// Lines of theory lie over histograms and long lines, and under points.
int layer_of(const Series& series) {
    switch (series.style) {
        case Style::Points:
        case Style::LineAndPoints:
            return 2;
        case Style::Theory:
        case Style::Beyond:
            return 1;
        default:
            return 0;
    }
}

}  // namespace

bool has_point(const Series& series) {
    for (std::size_t i = 0; i < series.x.size(); ++i) {
        if (std::isfinite(series.x[i]) && std::isfinite(series.y[i])) return true;
    }
    return false;
}

std::vector<Panel> panels_of(const std::vector<Drawing>& drawings) {
    std::vector<Panel> panels;
    for (const Drawing& drawing : drawings) {
        if (drawing.beside) continue;
        Panel* const panel = panel_for(drawing, panels);
        add(drawing, panel ? *panel : new_panel(drawing, panels));
    }
    std::set<std::size_t> placed;
    for (const Drawing& drawing : drawings) {
        Panel* const panel = drawing.beside ? panel_for(drawing, panels) : nullptr;
        if (!panel) continue;
        add(drawing, *panel);
        placed.insert(drawing.choice);
    }
    for (const Drawing& drawing : drawings) {
        if (!drawing.beside || drawing.choice == 0 || placed.contains(drawing.choice)) continue;
        Panel* const panel = panel_for(drawing, panels);
        // Of the choices the first, and what comes to its panel.
        const bool first = std::ranges::none_of(drawings, [&](const Drawing& other) {
            return &other < &drawing && other.choice == drawing.choice &&
                   (other.measure != drawing.measure ||
                    other.figure.x.label != drawing.figure.x.label);
        });
        if (first) add(drawing, panel ? *panel : new_panel(drawing, panels));
    }
    return panels;
}

Figure figure_of(Panel panel) {
    const auto is_theory = [](const Series& series) { return series.style == Style::Theory; };
    const bool theory = std::ranges::any_of(panel.figure.series, is_theory);
    if (theory || std::ranges::any_of(panel.owners, &Owner::theory)) name_theory(panel);
    if (theory) show_as_points(panel);
    std::vector<Series> series, bounds;
    for (std::size_t i = 0; i < panel.owners.size(); ++i) {
        Series& one = panel.figure.series[i];
        if (is_bound(one)) {
            // One that has been named comes after it, and looks like it.
            const auto named = std::ranges::find(bounds, one.name, &Series::name);
            if (named == bounds.end()) {
                bounds.push_back(std::move(one));
            } else {
                one.name.clear();
                bounds.insert(named + 1, std::move(one));
            }
            continue;
        }
        one.name = joined(panel.owners[i].subject, one.name);
        series.push_back(std::move(one));
    }
    if (theory) {
        std::ranges::stable_sort(series, {}, [](const Series& one) { return layer_of(one); });
    }
    series.insert(series.end(), bounds.begin(), bounds.end());
    panel.figure.series = std::move(series);
    return std::move(panel.figure);
}

}  // namespace steppe

#include "steppe/figures/figures_of.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include "steppe/error.hpp"
#include "steppe/figures/drawing.hpp"
#include "steppe/options/words.hpp"

namespace steppe {

namespace {

/// One more kind of file is one more row.
const std::vector<Recogniser>& recognisers() {
    static const std::vector<Recogniser> all{study_recogniser(), landscape_recogniser(),
                                             log_recogniser()};
    return all;
}

constexpr std::size_t most_panels = 12;

/// Nothing that can be drawn is nested deeper, and what walks through it calls itself at each
/// level: deeper parts are left out.
constexpr int deepest = 64;

nlohmann::json parsed(const std::string& text) {
    const auto shallow = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        return depth <= deepest;
    };
    return nlohmann::json::parse(text, shallow, false);
}

Content content_of(const FigureSource& source) {
    Content content{source.name, source.text, {}};
    nlohmann::json whole = parsed(source.text);
    if (!whole.is_discarded()) {
        content.objects.push_back(std::move(whole));
        return content;
    }
    std::istringstream lines(source.text);
    for (std::string line; std::getline(lines, line);) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        nlohmann::json object = parsed(line);
        // The last line of a log that still grows may be half a line.
        if (object.is_discarded()) break;
        content.objects.push_back(std::move(object));
    }
    return content;
}

bool has_point(const Series& series) {
    for (std::size_t i = 0; i < series.x.size(); ++i) {
        if (std::isfinite(series.x[i]) && std::isfinite(series.y[i])) return true;
    }
    return false;
}

/// Whether a figure shows anything; a bound alone does not.
bool shows(const Figure& figure) {
    return std::ranges::any_of(figure.series, [](const Series& series) {
        return series.style != Style::Bound && has_point(series);
    });
}

/// "flatness and hessian".
std::string measures_of(const std::vector<Drawing>& drawings) {
    std::vector<std::string> names;
    for (const Drawing& drawing : drawings) {
        if (std::ranges::find(names, drawing.measure) == names.end()) {
            names.push_back(drawing.measure);
        }
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<Drawing> drawings_of(const FigureSource& source, const std::string& measure) {
    const Content content = content_of(source);
    std::vector<Drawing> found;
    for (const Recogniser& recogniser : recognisers()) {
        found = recogniser.drawings(content);
        if (!found.empty()) break;
    }
    std::erase_if(found, [](const Drawing& drawing) { return !shows(drawing.figure); });
    if (found.empty()) {
        std::vector<std::string> made;
        for (const Recogniser& recogniser : recognisers()) {
            made.push_back(
                fmt::format("'{}' ({})", recogniser.made, fmt::join(recogniser.measures, ", ")));
        }
        throw Error(fmt::format("{} holds nothing to draw: what can be drawn comes from {}",
                                source.name, list_words(made)));
    }
    if (measure.empty()) return found;
    const std::string names = measures_of(found);
    std::erase_if(found, [&](const Drawing& drawing) { return drawing.measure != measure; });
    if (found.empty()) {
        throw Error(fmt::format("{} holds no {}: it holds {}", source.name, measure, names));
    }
    return found;
}

/// Figures along the same axes, and whose each series is.
struct Panel {
    std::string measure;
    Figure figure;
    std::vector<std::string> subjects;

    bool takes(const Drawing& drawing) const {
        return measure == drawing.measure && figure.x.label == drawing.figure.x.label &&
               figure.y.label == drawing.figure.y.label;
    }
};

/// Whether two bounds are drawn at one place; of an upright line the height says nothing.
bool same_bound(const Series& a, const Series& b) {
    const bool upright =
        !a.x.empty() && std::ranges::all_of(a.x, [&](double x) { return x == a.x.front(); });
    return a.style == Style::Bound && b.style == Style::Bound && a.name == b.name && a.x == b.x &&
           (upright || a.y == b.y);
}

void add(const Drawing& drawing, std::vector<Panel>& panels) {
    auto at =
        std::ranges::find_if(panels, [&](const Panel& panel) { return panel.takes(drawing); });
    if (at == panels.end()) {
        panels.push_back({drawing.measure, drawing.figure, {}});
        at = panels.end() - 1;
        at->figure.series.clear();
    }
    if (drawing.figure.y.from && at->figure.y.from) {
        at->figure.y.from = std::min(*at->figure.y.from, *drawing.figure.y.from);
    }
    for (const Series& series : drawing.figure.series) {
        const auto same = [&](const Series& other) { return same_bound(series, other); };
        if (!has_point(series) || std::ranges::any_of(at->figure.series, same)) continue;
        at->figure.series.push_back(series);
        at->subjects.push_back(drawing.subject);
    }
}

/// The figure of a panel, with names for the legend: what a series is beside its subject comes
/// after that. Bounds, which say the same of all subjects, stand last, and one of a name is named.
Figure figure_of(Panel panel) {
    std::vector<Series> series, bounds;
    for (std::size_t i = 0; i < panel.subjects.size(); ++i) {
        Series& one = panel.figure.series[i];
        const std::string& subject = panel.subjects[i];
        if (one.style == Style::Bound) {
            const bool named = std::ranges::any_of(
                bounds, [&](const Series& other) { return other.name == one.name; });
            if (named) one.name.clear();
            bounds.push_back(std::move(one));
            continue;
        }
        const bool both = !subject.empty() && !one.name.empty();
        one.name = subject + (both ? ", " : "") + one.name;
        series.push_back(std::move(one));
    }
    series.insert(series.end(), bounds.begin(), bounds.end());
    panel.figure.series = std::move(series);
    return std::move(panel.figure);
}

/// What is drawn of all sources, its subjects as the legend needs them: none where there is only
/// one, and with its source where two sources have one of that name.
std::vector<Drawing> gathered(const std::vector<FigureSource>& sources,
                              const std::string& measure) {
    std::vector<Drawing> out;
    std::map<std::string, std::set<std::size_t>> holders;
    std::vector<std::size_t> source_of;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        for (Drawing& drawing : drawings_of(sources[i], measure)) {
            if (!drawing.subject.empty()) holders[drawing.subject].insert(i);
            out.push_back(std::move(drawing));
            source_of.push_back(i);
        }
    }
    for (std::size_t d = 0; d < out.size(); ++d) {
        std::string& subject = out[d].subject;
        const std::string& source = sources[source_of[d]].name;
        if (subject.empty()) {
            if (sources.size() > 1) subject = source;
        } else if (holders[subject].size() > 1) {
            subject = fmt::format("{} ({})", subject, source);
        } else if (holders.size() == 1 && sources.size() == 1) {
            subject.clear();
        }
    }
    return out;
}

}  // namespace

Page figures_of(const std::vector<FigureSource>& sources, const std::string& measure) {
    std::vector<Panel> panels;
    for (const Drawing& drawing : gathered(sources, measure)) add(drawing, panels);
    if (panels.size() > most_panels) {
        throw Error(fmt::format("that is {} panels, and a page has {} at most: choose a measure",
                                panels.size(), most_panels));
    }
    Page page;
    for (Panel& panel : panels) page.panels.push_back(figure_of(std::move(panel)));
    return page;
}

std::vector<std::string> drawn_measures() {
    std::vector<std::string> names;
    for (const Recogniser& recogniser : recognisers()) {
        for (const std::string& name : recogniser.measures) {
            if (std::ranges::find(names, name) == names.end()) names.push_back(name);
        }
    }
    return names;
}

}  // namespace steppe

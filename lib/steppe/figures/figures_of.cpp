#include "steppe/figures/figures_of.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "steppe/error.hpp"
#include "steppe/figures/panel.hpp"
#include "steppe/figures/places.hpp"
#include "steppe/figures/theory_overlay.hpp"
#include "steppe/options/words.hpp"

namespace steppe {

namespace {

/// One more kind of file is one more row.
const std::vector<Recogniser>& recognisers() {
    static const std::vector<Recogniser> all{study_recogniser(), landscape_recogniser(),
                                             log_recogniser(), summary_recogniser(),
                                             theory_recogniser()};
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

std::vector<Drawing> drawings_of(const Content& content, const std::string& measure) {
    std::vector<Drawing> found;
    for (const Recogniser& recogniser : recognisers()) {
        found = recogniser.drawings(content);
        if (!found.empty()) break;
    }
    std::erase_if(found,
                  [](const Drawing& drawing) { return !drawing.beside && !shows(drawing.figure); });
    if (found.empty()) {
        std::vector<std::string> made;
        for (const Recogniser& recogniser : recognisers()) {
            made.push_back(
                fmt::format("'{}' ({})", recogniser.made, fmt::join(recogniser.measures, ", ")));
        }
        throw Error(fmt::format("{} holds nothing to draw: what can be drawn comes from {}",
                                content.name, list_words(made)));
    }
    if (measure.empty()) return found;
    const std::string names = measures_of(found);
    std::erase_if(found, [&](const Drawing& drawing) { return drawing.measure != measure; });
    if (found.empty()) {
        throw Error(fmt::format("{} holds no {}: it holds {}", content.name, measure, names));
    }
    return found;
}

/// Drawings, and which source each is of.
struct Gathered {
    std::vector<Drawing> drawings;
    std::vector<std::size_t> source;

    void add(std::vector<Drawing> more, std::size_t of) {
        constexpr std::size_t most_choices = 100;
        for (Drawing& drawing : more) {
            if (drawing.choice > 0) drawing.choice += most_choices * of;
            drawings.push_back(std::move(drawing));
            source.push_back(of);
        }
    }
};

/// What all sources hold, with theory computed where it is asked for.
Gathered gathered(const std::vector<FigureSource>& sources, const FigureOptions& options,
                  std::vector<std::string>& notes) {
    Gathered out, computed;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const Content content = content_of(sources[i]);
        out.add(drawings_of(content, options.measure), i);
        if (options.theory) computed.add(theory_overlay(content, notes), i);
    }
    // Theory from files comes first, and is not drawn again.
    for (Drawing& drawing : computed.drawings) {
        const bool wanted = options.measure.empty() || drawing.measure == options.measure;
        if (wanted) out.add({std::move(drawing)}, 0);
    }
    return out;
}

/// Subjects as the legend needs them: none where there is only one, and with its source where two
/// sources have one of that name. Those of theory are models, and stay.
std::vector<Drawing> with_subjects(Gathered all, const std::vector<FigureSource>& sources) {
    std::map<std::string, std::set<std::size_t>> holders;
    std::set<std::size_t> measured;
    for (std::size_t d = 0; d < all.drawings.size(); ++d) {
        const Drawing& drawing = all.drawings[d];
        if (drawing.theory) continue;
        measured.insert(all.source[d]);
        if (!drawing.subject.empty()) holders[drawing.subject].insert(all.source[d]);
    }
    for (std::size_t d = 0; d < all.drawings.size(); ++d) {
        if (all.drawings[d].theory) continue;
        std::string& subject = all.drawings[d].subject;
        const std::string& source = sources[all.source[d]].name;
        if (subject.empty()) {
            if (measured.size() > 1) subject = source;
        } else if (holders[subject].size() > 1) {
            subject = fmt::format("{} ({})", subject, source);
        } else if (holders.size() == 1 && measured.size() == 1) {
            subject.clear();
        }
    }
    return std::move(all.drawings);
}

/// The heights between which the series of a figure lie, and where an upright line has its ends.
std::pair<double, double> heights_of(const Figure& figure) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const Series& series : figure.series) {
        for (const double y : series.y) {
            if (!std::isfinite(y)) continue;
            low = std::min(low, y);
            high = std::max(high, y);
        }
    }
    return {std::min(low, figure.y.from.value_or(low)), high};
}

/// Upright lines in the panels against the load; where there are none, in all.
void add_marks(const std::vector<Mark>& marks, Page& page) {
    const auto of_loads = [](const Figure& figure) { return figure.x.label == places::load; };
    const bool loads = std::ranges::any_of(page.panels, of_loads);
    for (Figure& figure : page.panels) {
        if (loads && !of_loads(figure)) continue;
        const auto [low, high] = heights_of(figure);
        for (const Mark& mark : marks) {
            figure.series.push_back({mark.name, Style::Bound, {mark.at, mark.at}, {low, high}});
        }
    }
}

}  // namespace

Page figures_of(const std::vector<FigureSource>& sources, const FigureOptions& options) {
    std::vector<std::string> unheard;
    std::vector<std::string>& notes = options.notes ? *options.notes : unheard;
    std::vector<Panel> panels =
        panels_of(with_subjects(gathered(sources, options, notes), sources));
    if (panels.size() > most_panels) {
        throw Error(fmt::format("that is {} panels, and a page has {} at most: choose a measure",
                                panels.size(), most_panels));
    }
    Page page;
    for (Panel& panel : panels) page.panels.push_back(figure_of(std::move(panel)));
    add_marks(options.marks, page);
    return page;
}

Page figures_of(const std::vector<FigureSource>& sources, const std::string& measure) {
    FigureOptions options;
    options.measure = measure;
    return figures_of(sources, options);
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

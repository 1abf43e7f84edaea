#include "steppe/figures/theory_overlay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>

#include "steppe/error.hpp"
#include "steppe/figures/described_network.hpp"
#include "steppe/figures/summary_groups.hpp"
#include "steppe/figures/theory_curves.hpp"

namespace steppe {

namespace {

using Json = nlohmann::json;

/// What is drawn of one file, and what is not.
struct Overlay {
    std::string file;
    std::vector<Drawing> drawings;
    std::vector<std::string>& notes;

    void say(const std::string& sentence) {
        const std::string note = fmt::format("{}: {}", file, sentence);
        if (std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
    }
    /// The model, or a word on why there is none.
    std::optional<theory::Model> model(const DescribedNetwork& network) {
        std::string why;
        std::optional<theory::Model> found = theory_model(network, why);
        if (!found) {
            say(fmt::format("no theory is drawn of a {}: {}", words_for(network), why));
        }
        return found;
    }
    void add(const std::string& what, const std::function<std::vector<Drawing>()>& compute) {
        try {
            for (Drawing& drawing : compute()) drawings.push_back(std::move(drawing));
        } catch (const Error& error) {
            say(fmt::format("no theory is drawn of {}: {}", what, error.what()));
        }
    }
};

/// Patterns per weight of a network of that many patterns.
double load_of(const Json& model, double patterns) {
    const double units = text_in(model, "wiring", "") == "tree" ? 1.0 : number_in(model, "hidden");
    return patterns / (number_in(model, "inputs") * units);
}

// Summaries

/// Those of all runs with one network, whatever their solver.
struct Loads {
    DescribedNetwork network;
    double from = 0.0, to = 0.0;
    bool counted = false, looked = false;
};

std::vector<Loads> loads_of(const std::vector<SummaryGroup>& groups) {
    std::vector<Loads> out;
    std::map<std::string, std::size_t> places;
    for (const SummaryGroup& group : groups) {
        const auto [at, fresh] = places.emplace(group.network_words, out.size());
        const double from = group.runs.begin()->first, to = group.runs.rbegin()->first;
        if (fresh) out.push_back({group.network, from, to});
        Loads& loads = out[at->second];
        loads.from = std::min(loads.from, from);
        loads.to = std::max(loads.to, to);
        (group.counts() ? loads.counted : loads.looked) = true;
    }
    return out;
}

/// Evenly, from end to end; round one load on either side of it.
std::vector<double> spread(const Loads& loads, const theory::Model& model) {
    const int count = affordable_points(model, 80);
    const bool single = loads.from == loads.to;
    const double from = single ? 0.5 * loads.from : loads.from;
    const double to = single ? 1.5 * loads.to : loads.to;
    std::vector<double> out;
    for (int i = 0; i <= count; ++i) out.push_back(from + (to - from) * i / count);
    std::erase_if(out, [](double load) { return !(load > 0.0); });
    return out;
}

void add_summaries(const Content& content, Overlay& overlay) {
    for (const Loads& loads : loads_of(summary_groups(content))) {
        const std::optional<theory::Model> model = overlay.model(loads.network);
        if (!model) continue;
        const bool taught = model->labels == theory::Labels::Teacher;
        if (loads.counted || taught) {
            overlay.add("typical solutions",
                        [&] { return theory_of_loads(*model, spread(loads, *model)); });
        }
        if (loads.looked && !taught && !model->hot()) {
            overlay.add("the capacity", [&] {
                const std::optional<Drawing> mark = theory_of_capacity(*model);
                return mark ? std::vector<Drawing>{*mark} : std::vector<Drawing>{};
            });
        }
    }
}

// Landscapes

/// The measures of one name, of all solutions of an answer or of the patterns.
std::vector<const Json*> measures_named(const Json& answer, const char* name) {
    std::vector<const Json*> out;
    const auto look = [&](const Json& holder) {
        const Json& found = part_of(part_of(holder, "measures"), name);
        if (found.is_object() && !found.empty()) out.push_back(&found);
    };
    look(answer);
    for (const Json& solution : part_of(answer, "solutions")) look(solution);
    return out;
}

void add_stabilities(const Json& answer, const theory::Model& model, double load,
                     Overlay& overlay) {
    double to = model.margin;
    for (const char* name : {"stabilities", "typical-stabilities"}) {
        for (const Json* measure : measures_named(answer, name)) {
            const double end = number_in(*measure, "to");
            if (std::isfinite(end)) to = std::max(to, end);
        }
    }
    if (!(to > model.margin)) return;
    overlay.add("stabilities", [&] { return theory_of_stabilities(model, load, to); });
}

/// Whether it is the teacher's weights themselves.
bool is_teacher(const Json& solution) {
    return number_in(solution, "teacher_overlap") > 1.0 - 1e-9;
}

/// Round the teacher where the weights are its; other solutions lie between typical ones and the
/// widest regions.
void add_local_entropy(const Json& answer, const theory::Model& model, double load,
                       Overlay& overlay) {
    double round_teacher = 0.0, round_others = 0.0;
    const auto look = [&](const Json& solution) {
        double& to = is_teacher(solution) ? round_teacher : round_others;
        const Json& measure = part_of(part_of(solution, "measures"), "local-entropy");
        for (const double distance : column(part_of(measure, "points"), "distance")) {
            if (std::isfinite(distance)) to = std::max(to, std::min(distance, 0.5));
        }
    };
    look(answer);
    for (const Json& solution : part_of(answer, "solutions")) look(solution);
    if (round_teacher > 0.0) {
        overlay.add("the local entropy round the teacher",
                    [&] { return theory_round_teacher(model, load, round_teacher); });
    }
    if (round_others > 0.0) {
        overlay.add("wide regions",
                    [&] { return theory_of_wide_regions(model, load, round_others); });
        overlay.add("the local entropy round typical solutions",
                    [&] { return theory_round_typical(model, load, round_others); });
    }
}

void add_landscape(const Json& answer, Overlay& overlay) {
    const bool has_stabilities = !measures_named(answer, "stabilities").empty() ||
                                 !measures_named(answer, "typical-stabilities").empty();
    const bool has_entropy = !measures_named(answer, "local-entropy").empty();
    if (!has_stabilities && !has_entropy) return;
    const DescribedNetwork network{part_of(answer, "model"), text_in(answer, "labels", ""), 0.0};
    const std::optional<theory::Model> model = overlay.model(network);
    if (!model) return;
    if (network.labels.empty()) {
        overlay.say(
            "it does not say what the patterns are: theory is that of random ones with "
            "random labels");
    }
    const double load = load_of(network.model, number_in(answer, "patterns"));
    if (!(load > 0.0)) return;
    if (has_stabilities) add_stabilities(answer, *model, load, overlay);
    if (has_entropy) add_local_entropy(answer, *model, load, overlay);
}

// Logs

/// Whether a key is that number on all lines.
bool always(const Content& content, const char* key, double value) {
    return std::ranges::all_of(content.objects,
                               [&](const Json& line) { return number_in(line, key) == value; });
}

void add_log(const Content& content, Overlay& overlay) {
    const Json& run = part_of(content.objects.front(), "run");
    constexpr const char* what = "no theory is drawn of iterations";
    if (!run.is_object()) {
        overlay.say(fmt::format("{}: the log does not say what ran", what));
        return;
    }
    if (text_in(run, "solver", "") != "amp" || !always(content, "gamma", 0.0) ||
        !always(content, "damping", 0.0)) {
        overlay.say(
            fmt::format("{}: state evolution is that of --solver amp --schedule none "
                        "--damping 0",
                        what));
        return;
    }
    DescribedNetwork network{part_of(run, "model"), text_in(run, "labels", ""), 0.0};
    const double temperature = number_in(run, "temperature");
    if (temperature > 0.0) network.temperature = temperature;
    const std::optional<theory::Model> model = overlay.model(network);
    if (!model) return;
    constexpr double most = 1000.0;
    double last = 1.0;
    for (const Json& line : content.objects) {
        const double iteration = number_in(line, "iteration");
        if (iteration > last) last = std::min(iteration, most);
    }
    overlay.add("iterations", [&] {
        return theory_of_iterations(*model, number_in(run, "load"), static_cast<std::size_t>(last));
    });
}

}  // namespace

std::vector<Drawing> theory_overlay(const Content& content, std::vector<std::string>& notes) {
    Overlay overlay{content.name, {}, notes};
    if (content.objects.empty()) return {};
    const Json& first = content.objects.front();
    if (!first.is_object()) return {};
    if (first.contains("arm")) {
        overlay.say("no theory is drawn of a study, which shows means over solutions");
    } else if (first.contains("best_errors")) {
        add_log(content, overlay);
    } else {
        for (const Json& object : content.objects) {
            if (part_of(object, "model").is_object()) add_landscape(object, overlay);
        }
        add_summaries(content, overlay);
    }
    return std::move(overlay.drawings);
}

}  // namespace steppe

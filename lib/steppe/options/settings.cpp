#include "steppe/options/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/options/solver.hpp"

namespace steppe {

namespace {

using namespace when;

// Of all solvers; rows of one solver stand with it (solvers/) and come after these. Where they come
// from: docs/solver.md, docs/learning.md, docs/images.md, docs/measurements.md.
constexpr Default common[] = {
    {"solver", always, "auto"},
    // Inputs of a unit from which on auto takes amp: sums of fewer are no sums of many small terms.
    {"amp-inputs", always, "200"},
    // Side of the largest eigenvalue problem that auto takes ep for: seconds.
    {"ep-side", always, "2000"},
    // Where auto leaves errors in a small problem these follow, the one that leaves fewest first
    // (docs/solver.md, "Small problems").
    {"solvers-tried", binary, "amp bp ep sbpi"},
    {"solvers-tried", spherical, "amp bp ep elal"},
    {"damping", always, "0.5"},
    {"restarts", always, "0"},
    {"temperature", always, "0"},
    // One after the other, after a run that ends with many errors. Real weights do best when it is
    // low all along, or falls further; +-1 weights freeze when it is.
    {"temperatures-tried", binary, "0.3 0.2 0.3:0.1:geometric 0.5"},
    {"temperatures-tried", spherical, "0.02 0.1:0.001:geometric 0.01 0.1:0.01:geometric"},
    {"tolerance", always, "0.0001"},
    // On a tree of 3 units, N = 999, load 0.5, single tries of a parity solve 5 of seeds 1 to 10
    // with 0.03, all with 0.1 (1000 steps of one iteration).
    {"symmetry-field", always, "0"},
    {"symmetry-field", parity, "0.1"},
    // Of a field without one: what is measured is the problem without a field.
    {"symmetry-decay", unfocused, "0.7"},
    {"no-finish", always, "false"},
    {"schedule", always, "scoping"},
    {"steps", always, "100"},
    {"iterations-per-step", always, "50"},
    {"free-iterations", always, "0"},
    // Of undamped changes.
    {"step-tolerance", always, "0.2"},
    // Iterations that a settled try may go without improvement.
    {"patience", always, "60"},
    {"exponent", always, "0.5"},
    {"reinforcement-form", always, "replicas"},
    {"replicas", always, "10"},
    {"coupling-range", always, "0.1:3"},
    {"rate", always, "0.1"},
    {"batch", always, "100"},
    {"epochs", always, "1000"},
    {"momentum", always, "0"},
    {"start-norm", always, "1"},
    {"threads", always, "0"},
    {"max-iterations", always, "0"},
    {"max-iterations", unfocused, "1000"},
    {"target-errors", always, "0"},
    {"time-limit", always, "0"},
    {"continue-after-solution", always, "false"},
};

/// Lists of rows that solvers have, each once, with the solvers that have it; those of all solvers
/// first.
struct RowList {
    std::span<const Default> rows;
    Conditions solvers;
};

std::vector<RowList> row_lists() {
    std::vector<RowList> lists{{common, always}};
    // A solver's lists keep their order: own ones come before those that are shared.
    for (const bool shared : {false, true}) {
        for (const Solver* solver : all_solvers()) {
            for (const std::span<const Default>& rows : solver->settings) {
                const auto has = [&](const Solver* other) {
                    return std::ranges::any_of(other->settings, [&](const auto& list) {
                        return list.data() == rows.data();
                    });
                };
                if ((std::ranges::count_if(all_solvers(), has) > 1) != shared) continue;
                const auto same = std::ranges::find_if(
                    lists, [&](const RowList& list) { return list.rows.data() == rows.data(); });
                if (same != lists.end()) {
                    same->solvers |= condition_of(solver->name);
                } else {
                    lists.push_back({rows, condition_of(solver->name)});
                }
            }
        }
    }
    return lists;
}

std::vector<Default> make_table() {
    const std::vector<RowList> lists = row_lists();
    std::vector<std::string_view> settings;
    for (const RowList& list : lists) {
        for (const Default& row : list.rows) {
            if (std::ranges::find(settings, row.setting) == settings.end()) {
                settings.push_back(row.setting);
            }
        }
    }
    std::vector<Default> table;
    for (const std::string_view setting : settings) {
        for (const RowList& list : lists) {
            for (const Default& row : list.rows) {
                if (row.setting != setting) continue;
                table.push_back({row.setting, row.when | list.solvers, row.value});
            }
        }
    }
    return table;
}

Error unreadable(std::string_view setting, std::string_view text) {
    return Error(fmt::format("the default of {} is '{}', which is no number", setting, text));
}

}  // namespace

const std::vector<Default>& default_settings() {
    static const std::vector<Default> table = make_table();
    return table;
}

std::string default_text(std::string_view setting, Conditions now, double damping) {
    std::optional<std::string_view> found;
    for (const Default& row : default_settings()) {
        if (row.setting == setting && holds(row.when, now)) found = row.value;
    }
    if (!found) throw Error(fmt::format("{} has no default", setting));
    std::string text(*found);
    constexpr std::string_view by_damping = "/(1-D)";
    if (!text.ends_with(by_damping)) return text;
    text.resize(text.size() - by_damping.size());
    const std::optional<double> value = number_of(text);
    if (!value) throw unreadable(setting, text);
    return fmt::format("{}", *value / (1.0 - damping));
}

double default_number(std::string_view setting, Conditions now) {
    const std::string text = default_text(setting, now);
    const std::optional<double> value = number_of(text);
    if (!value) throw unreadable(setting, text);
    return *value;
}

std::size_t default_count(std::string_view setting, Conditions now) {
    const std::string text = default_text(setting, now);
    const std::optional<std::uint64_t> value = whole_number_of(text);
    if (!value) throw unreadable(setting, text);
    return static_cast<std::size_t>(*value);
}

Ramp default_ramp(std::string_view setting, Conditions now) {
    return Ramp::parse_knob(default_text(setting, now));
}

std::string default_words(std::string_view setting) {
    constexpr std::ptrdiff_t most_rows = 3;
    const auto rows = std::ranges::count(default_settings(), setting, &Default::setting);
    std::string words;
    for (const Default& row : default_settings()) {
        if (row.setting != setting) continue;
        if (words.empty() && without_solvers(row.when) == always) {
            words = fmt::format("{} if not given", row.value);
            if (rows <= most_rows) continue;
            return words + fmt::format("; {} cases have their own: info --settings", rows - 1);
        }
        words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", condition_words(row.when),
                             row.value);
    }
    return words;
}

std::string settings_markdown() {
    std::string out = "| setting | default | where |\n|---|---|---|\n";
    std::string_view last;
    for (const Default& row : default_settings()) {
        out += fmt::format("| {} | {} | {} |\n",
                           row.setting == last ? "" : fmt::format("`{}`", row.setting), row.value,
                           row.when == always ? "everywhere else" : condition_words(row.when));
        last = row.setting;
    }
    return out;
}

}  // namespace steppe

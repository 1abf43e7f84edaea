#include "steppe/options/settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"

namespace steppe {

namespace {

using namespace when;

constexpr Conditions pulled = bp | amp | spherical | correlated;
constexpr Conditions tolerant = bp | amp | independent | priced | focused;
constexpr Conditions gradient = sgd | rsgd;

// Where they come from: docs/solver.md, docs/learning.md, docs/images.md, docs/measurements.md.
constexpr Default table[] = {
    {"solver", always, "auto"},
    {"accuracy", always, "relaxed"},
    {"precision", always, "single"},
    // Rows; 0: all.
    {"block", always, "0"},
    {"block", bp | correlated, "50"},
    // Units of real weights that see the same inputs fall into oscillations.
    {"damping", always, "0.5"},
    {"damping", amp | one_unit, "0.3"},
    {"damping", amp | spherical | own_inputs, "0.3"},
    {"damping", bp | amp | spherical | shared_inputs, "0.8"},
    {"damping", bp | spherical | correlated, "0.9"},
    {"damping", bp | binary | correlated, "0.95"},
    {"damping", amp | correlated, "0.99"},
    {"damping", tolerant, "0.5"},
    {"damping", tolerant | spherical | shared_inputs, "0.8"},
    {"damping", ep | spherical, "0.8"},
    {"damping", ep | binary, "0.9"},
    // The units of a parity may answer either way.
    {"running-margin", always, "0"},
    {"running-margin", amp, "0.05"},
    {"running-margin", amp | parity, "0"},
    {"running-margin", amp | priced, "0"},
    // Tries end with errors that scatter like Poisson numbers, so that one of many has none where
    // few are left, and none ever where many are.
    {"restarts", always, "0"},
    {"restarts", bp | binary | correlated, "10"},
    {"restarts", amp, "1000"},
    {"restarts", amp | many_left, "10"},
    {"restarts", amp | spherical, "10"},
    {"restarts", ep, "3"},
    // Tries in which patterns may be wrong follow.
    {"restarts", spherical | lost, "0"},
    {"restarts", finished, "0"},
    {"restarts", priced, "0"},
    {"restarts", unfocused, "0"},
    {"temperature", always, "0"},
    // One after the other, after a run that ends with many errors. Real weights do best when it is
    // low all along, or falls further; +-1 weights freeze when it is.
    {"temperatures-tried", binary, "0.3 0.2 0.3:0.1:geometric 0.5"},
    {"temperatures-tried", spherical, "0.02 0.1:0.001:geometric 0.01 0.1:0.01:geometric"},
    {"tolerance", always, "0.0001"},
    // On a tree of 3 units, N = 999, load 0.5, single tries of a parity solve 5 of seeds 1 to 10
    // with 0.03, all with 0.1 (1000 steps of one iteration). Without a field the units of a
    // committee of +-1 weights end alike under expectation propagation.
    {"symmetry-field", always, "0"},
    {"symmetry-field", ep | binary, "0.03"},
    {"symmetry-field", parity, "0.1"},
    {"symmetry-field", pulled, "1:0.7"},
    {"symmetry-field", ep | spherical, "1:0.7"},
    // Of a field without one: what is measured is the problem without a field.
    {"symmetry-decay", unfocused, "0.7"},
    {"schedule", always, "scoping"},
    {"schedule", bp | amp | binary | independent, "pseudo-reinforcement"},
    {"schedule", priced, "scoping"},
    {"steps", always, "100"},
    {"steps", pulled, "20"},
    {"steps", ep | spherical, "20"},
    {"steps", tolerant, "40"},
    {"iterations-per-step", always, "50"},
    {"iterations-per-step", pulled, "40"},
    {"iterations-per-step", ep, "10"},
    {"iterations-per-step", tolerant, "40"},
    {"free-iterations", always, "0"},
    {"free-iterations", pulled | focused, "40"},
    {"free-iterations", ep | spherical | focused, "40"},
    // Of undamped changes. Of real weights, which have no bound, a few keep moving far under
    // approximate message passing on trees. On correlated patterns, where damping is strong, an
    // iteration goes a small part of the way, and steps do not wait for the whole of it.
    {"step-tolerance", always, "0.2"},
    {"step-tolerance", amp | one_unit, "0.15"},
    {"step-tolerance", amp | large, "0.03"},
    {"step-tolerance", bp | spherical, "0.4"},
    {"step-tolerance", bp | spherical | shared_inputs, "1"},
    {"step-tolerance", amp | spherical, "0.7"},
    {"step-tolerance", amp | spherical | shared_inputs, "2.5"},
    {"step-tolerance", bp | amp | binary | correlated, "0.1/(1-D)"},
    {"step-tolerance", pulled, "0.02/(1-D)"},
    {"step-tolerance", tolerant, "0.002"},
    {"step-tolerance", ep | binary, "0.1/(1-D)"},
    {"step-tolerance", ep | spherical, "0.005/(1-D)"},
    // Iterations that a settled try may go without improvement: at 10001 weights and load 0.75 a
    // try ends with 7 errors if followed as loosely as small ones, with 2 if closely.
    {"patience", always, "60"},
    {"patience", amp | binary | independent | large, "200"},
    {"exponent", always, "0.5"},
    {"reinforcement-form", always, "replicas"},
    {"replicas", always, "10"},
    {"replicas", bp | amp | binary | correlated, "1000"},
    {"replicas", pulled, "300"},
    {"replicas", ep | binary, "1000"},
    {"replicas", ep | spherical, "30"},
    {"replicas", lal | sbpi | sgd, "1"},
    {"replicas", rsgd, "7"},
    {"coupling-range", always, "0.1:3"},
    {"coupling-range", bp | amp | spherical, "0.1:300:geometric"},
    {"coupling-range", bp | amp | binary | correlated, "0.02:2"},
    {"coupling-range", pulled, "2:30:geometric"},
    {"coupling-range", ep | binary, "0.02:2"},
    {"coupling-range", ep | spherical, "0.5:30:geometric"},
    {"preset", always, "slow"},
    {"stop-at", always, "network"},
    {"rate", always, "0.1"},
    {"rate", gradient | spherical, "3"},
    {"rate", gradient | spherical | correlated, "10"},
    {"rate", gradient | spherical | fast, "100"},
    {"rate", gradient | binary, "2"},
    {"batch", always, "100"},
    {"batch", lal | sbpi, "1"},
    {"batch", elal, "10"},
    {"batch", gradient | binary, "80"},
    {"epochs", always, "1000"},
    {"epochs", sbpi, "3000"},
    {"epochs", gradient | slow, "2000"},
    {"epochs", gradient | binary, "4000"},
    {"momentum", always, "0"},
    {"momentum", gradient | spherical | slow, "0.9"},
    {"beta", always, "0.5:200:geometric"},
    {"beta", fast, "1.5"},
    {"gamma", always, "8"},
    {"gamma", correlated, "2"},
    {"gamma", fast, "3"},
    // How sharply the replicas' sum decides.
    {"gamma", binary, "0.05:2.05"},
    {"pull", always, "0"},
    {"pull", elal, "0.01:200:geometric"},
    {"pull", rsgd, "0.001:1:geometric"},
    {"pull", rsgd | binary, "0.75"},
    {"start-norm", always, "1"},
    {"threads", always, "0"},
    {"max-iterations", always, "0"},
    {"max-iterations", unfocused, "1000"},
    {"time-limit", always, "0"},
};

Error unreadable(std::string_view setting, std::string_view text) {
    return Error(fmt::format("the default of {} is '{}', which is no number", setting, text));
}

}  // namespace

std::span<const Default> default_settings() {
    return table;
}

std::string default_text(std::string_view setting, Conditions now) {
    std::optional<std::string_view> found;
    for (const Default& row : table) {
        if (row.setting == setting && holds(row.when, now)) found = row.value;
    }
    if (!found) throw Error(fmt::format("{} has no default", setting));
    return std::string(*found);
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

double default_tolerance(std::string_view setting, Conditions now, double damping) {
    constexpr std::string_view by_damping = "/(1-D)";
    std::string text = default_text(setting, now);
    const bool undamped = text.ends_with(by_damping);
    if (undamped) text.resize(text.size() - by_damping.size());
    const std::optional<double> value = number_of(text);
    if (!value) throw unreadable(setting, text);
    return undamped ? *value / (1.0 - damping) : *value;
}

std::string default_words(std::string_view setting) {
    std::string words;
    for (const Default& row : table) {
        if (row.setting != setting) continue;
        if (row.when == always) {
            words = fmt::format("{} if not given", row.value);
        } else {
            words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", condition_words(row.when),
                                 row.value);
        }
    }
    return words;
}

std::string settings_markdown() {
    std::string out = "| setting | default | where |\n|---|---|---|\n";
    std::string_view last;
    for (const Default& row : table) {
        out += fmt::format("| {} | {} | {} |\n",
                           row.setting == last ? "" : fmt::format("`{}`", row.setting), row.value,
                           row.when == always ? "everywhere else" : condition_words(row.when));
        last = row.setting;
    }
    return out;
}

}  // namespace steppe

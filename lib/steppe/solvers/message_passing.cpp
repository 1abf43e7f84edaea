#include "steppe/solvers/message_passing.hpp"

#include <fmt/format.h>

namespace steppe::solvers {

using namespace when;

namespace {

// No fresh tries where others follow: tries in which patterns may be wrong, or adatron.
constexpr Default of_all[] = {
    {"restarts", spherical | lost, "0"},
    {"restarts", finished, "0"},
    {"restarts", priced, "0"},
    {"restarts", unfocused, "0"},
};

// Correlated patterns of real weights are pulled together by few strong steps.
constexpr Conditions pulled = spherical | correlated;
constexpr Conditions tolerant = independent | priced | focused;

constexpr Default of_rows[] = {
    {"damping", tolerant, "0.5"},
    {"damping", tolerant | spherical | shared_inputs, "0.8"},
    {"symmetry-field", pulled, "1:0.7"},
    {"schedule", binary | independent | forbidden, "pseudo-reinforcement"},
    {"steps", pulled, "20"},
    {"steps", tolerant, "40"},
    {"iterations-per-step", pulled, "40"},
    {"iterations-per-step", tolerant, "40"},
    {"free-iterations", pulled | focused, "40"},
    // On correlated patterns, where damping is strong, an iteration goes a small part of the way,
    // and steps do not wait for the whole of it.
    {"step-tolerance", binary | correlated, "0.1/(1-D)"},
    {"step-tolerance", pulled, "0.02/(1-D)"},
    {"step-tolerance", tolerant, "0.002"},
    {"replicas", binary | correlated, "1000"},
    {"replicas", pulled, "300"},
    {"coupling-range", spherical, "0.1:300:geometric"},
    {"coupling-range", binary | correlated, "0.02:2"},
    {"coupling-range", pulled, "2:30:geometric"},
};

}  // namespace

constinit const std::span<const Default> message_settings{of_all};
constinit const std::span<const Default> row_settings{of_rows};

std::vector<std::string_view> message_options() {
    return {"damping",
            "restarts",
            "temperature",
            "tolerance",
            "symmetry-field",
            "no-finish",
            "schedule",
            "steps",
            "iterations-per-step",
            "free-iterations",
            "step-tolerance",
            "exponent",
            "reinforcement-form",
            "replicas",
            "coupling-range"};
}

std::string correlated_words(const ProblemTraits& problem) {
    return fmt::format(
        "the patterns are correlated (mean squared overlap {:.2g} times that of independent ones)",
        problem.correlation);
}

}  // namespace steppe::solvers

#include "steppe/options/solve_options.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/schedule/pace.hpp"

namespace steppe {

namespace {

constexpr std::pair<const char*, ScheduleKind> schedules[] = {
    {"auto", ScheduleKind::Auto},
    {"none", ScheduleKind::None},
    {"reinforcement", ScheduleKind::Reinforcement},
    {"pseudo-reinforcement", ScheduleKind::PseudoReinforcement},
    {"scoping", ScheduleKind::Scoping}};

}  // namespace

std::vector<std::string> schedule_names() {
    std::vector<std::string> names;
    for (const auto& [name, kind] : schedules) names.emplace_back(name);
    return names;
}

std::optional<ScheduleKind> schedule_named(const std::string& name) {
    for (const auto& [known, kind] : schedules) {
        if (name == known) return kind;
    }
    return std::nullopt;
}

ScheduleOptions ScheduleOptions::resolved(Conditions now, double damping) const {
    ScheduleOptions chosen = *this;
    if (kind == ScheduleKind::Auto) chosen.kind = *schedule_named(default_text("schedule", now));
    if (!coupling_range) chosen.coupling_range = default_ramp("coupling-range", now);
    if (!steps) chosen.steps = default_count("steps", now);
    if (!iterations_per_step) {
        chosen.iterations_per_step = default_count("iterations-per-step", now);
    }
    if (!free_iterations) chosen.free_iterations = default_count("free-iterations", now);
    if (!replicas) chosen.replicas = default_number("replicas", now);
    if (!step_tolerance) chosen.step_tolerance = default_tolerance("step-tolerance", now, damping);
    return chosen;
}

FocusingSchedule ScheduleOptions::build() const {
    const std::size_t count = steps.value() == 0 ? Pace::fine_steps : *steps;
    switch (kind) {
        case ScheduleKind::Auto:
            break;
        case ScheduleKind::None:
            return FocusingSchedule::none();
        case ScheduleKind::Reinforcement:
            return FocusingSchedule::reinforcement(count, form);
        case ScheduleKind::PseudoReinforcement:
            return FocusingSchedule::pseudo_reinforcement(count, exponent);
        case ScheduleKind::Scoping:
            return FocusingSchedule::scoping(replicas.value(), coupling_range.value(), count);
        case ScheduleKind::File:
            return couplings ? *couplings : FocusingSchedule::from_file(file);
    }
    throw Error("schedule: the kind is not resolved");
}

std::string ScheduleOptions::name() const {
    for (const auto& [name, known] : schedules) {
        if (kind == known) return name;
    }
    return file;
}

SymmetryField SymmetryField::parse(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::optional<double> deviation = number_of(text.substr(0, colon));
    SymmetryField field;
    if (colon != std::string::npos) field.decay = number_of(text.substr(colon + 1));
    if (!deviation || (colon != std::string::npos && !field.decay)) {
        throw Error(fmt::format("'{}' is not SIGMA or SIGMA:DECAY", text));
    }
    field.deviation = *deviation;
    return field;
}

SymmetryField SolveOptions::symmetry(Conditions now) const {
    SymmetryField field;
    if (symmetry_field) {
        field.deviation = *symmetry_field;
    } else {
        field = SymmetryField::parse(default_text("symmetry-field", now));
    }
    if (symmetry_decay) {
        field.decay = symmetry_decay;
    } else if (holds(when::unfocused, now) && field.deviation > 0.0) {
        field.decay = default_number("symmetry-decay", now);
    }
    return field;
}

Conditions SolveOptions::conditions(SolverKind by, bool correlated) const {
    Conditions now = conditions_of(network, by, correlated);
    if (temperature) now = changed(now, when::priced);
    if (schedule.kind == ScheduleKind::None) now = changed(now, when::unfocused);
    return now;
}

void SolveOptions::validate() const {
    network.validate();
    bp.validate();
    if (damping && !(*damping >= 0.0 && *damping < 1.0)) {
        throw Error(fmt::format("damping is {}: it must be at least 0 and below 1", *damping));
    }
    for (const auto& [name, value] : {std::pair{"running-margin", running_margin},
                                      std::pair{"symmetry-field", symmetry_field}}) {
        if (value && (!(*value >= 0.0) || !std::isfinite(*value))) {
            throw Error(fmt::format("{} is {}: it must be 0 or more", name, *value));
        }
    }
    if (symmetry_decay && !(*symmetry_decay >= 0.0 && *symmetry_decay < 1.0)) {
        throw Error(
            fmt::format("the decay of symmetry-field is {}: it must be at least 0 and "
                        "below 1",
                        *symmetry_decay));
    }
    if (schedule.iterations_per_step == std::size_t{0}) {
        throw Error("iterations-per-step is 0: it must be 1 or more");
    }
    if (schedule.step_tolerance && !(*schedule.step_tolerance >= 0.0)) {
        throw Error(
            fmt::format("step-tolerance is {}: it must be 0 or more", *schedule.step_tolerance));
    }
    if (!(tolerance > 0.0))
        throw Error(fmt::format("tolerance is {}: it must be above 0", tolerance));
    if (!(time_limit >= 0.0)) {
        throw Error(
            fmt::format("time-limit is {}: it must be 0 (none) or more seconds", time_limit));
    }
    if (temperature) {
        for (const double end : {temperature->from, temperature->to}) {
            if (!(end >= 0.0) || !std::isfinite(end)) {
                throw Error(fmt::format("temperature is {}: it must be 0 or more", end));
            }
        }
        if (schedule.kind == ScheduleKind::None && temperature->from != temperature->to) {
            throw Error("a temperature that moves needs a schedule, and the schedule is none");
        }
    }
    schedule.resolved(conditions(SolverKind::BeliefPropagation, false), 0.0).build();
    learning.validate();
}

}  // namespace steppe

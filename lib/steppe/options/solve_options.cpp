#include "steppe/options/solve_options.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/options/option.hpp"
#include "steppe/options/settings.hpp"
#include "steppe/options/solver.hpp"
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

FocusingSchedule ScheduleOptions::build() const {
    const std::size_t count = steps.value() == 0 ? Pace::fine_steps : *steps;
    switch (kind) {
        case ScheduleKind::Auto:
            break;
        case ScheduleKind::None:
            return FocusingSchedule::none();
        case ScheduleKind::Reinforcement:
            return FocusingSchedule::reinforcement(count, form.value());
        case ScheduleKind::PseudoReinforcement:
            return FocusingSchedule::pseudo_reinforcement(count, exponent.value());
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

Conditions SolveOptions::conditions(std::string_view by, bool correlated) const {
    Conditions now = conditions_of(network, by, correlated);
    if (temperature) now = changed(now, when::priced);
    if (schedule.kind == ScheduleKind::None) now = changed(now, when::unfocused);
    if (learning.preset == LearningPreset::Fast) now = changed(now, when::fast);
    return now;
}

namespace {

/// y is of message passing and of learners: from where it was set to where the solver reads it.
void take_replicas(const Solver& by, SolveOptions& options) {
    std::optional<std::size_t>& copies = options.learning.replicas;
    std::optional<double>& y = options.schedule.replicas;
    if (by.learns() && !copies && y) copies = static_cast<std::size_t>(*y);
    if (by.passes_messages() && !y && copies) y = static_cast<double>(*copies);
}

}  // namespace

SolveOptions SolveOptions::resolved(Conditions now) const {
    const Solver* by = solver_of(now);
    if (!by) throw Error("the conditions of resolved options name no solver");
    SolveOptions chosen = *this;
    chosen.solver = std::string(by->name);
    take_replicas(*by, chosen);
    for (const Option* option : all_options()) {
        if (!has_option(*by, *option) || option->stays_open || option->get(chosen)) continue;
        option->set(chosen, default_text(option->name, now, chosen.damping.value_or(0.0)));
    }
    // A field that was asked for stays, unless there is no focusing.
    if (symmetry_decay) {
        chosen.symmetry_decay = symmetry_decay;
    } else if (holds(when::unfocused, now) && chosen.symmetry_field.value_or(0.0) > 0.0) {
        chosen.symmetry_decay = default_number("symmetry-decay", now);
    }
    return chosen;
}

const std::string& SolveOptions::other(std::string_view name) const {
    const auto found = others.find(name);
    if (found == others.end()) throw Error(fmt::format("{} is not set", name));
    return found->second;
}

double SolveOptions::other_number(std::string_view name) const {
    const std::optional<double> value = number_of(other(name));
    if (!value) throw Error(fmt::format("{} is '{}', which is no number", name, other(name)));
    return *value;
}

std::size_t SolveOptions::other_count(std::string_view name) const {
    const std::optional<std::uint64_t> value = whole_number_of(other(name));
    if (!value) throw Error(fmt::format("{} is '{}', which is no whole number", name, other(name)));
    return static_cast<std::size_t>(*value);
}

namespace {

void require_in_range(const SolveOptions& options) {
    for (const Option* option : all_options()) {
        const std::optional<std::string> text = option->get(options);
        if (!text) continue;
        const std::string why = option->values.out_of_range(*text);
        if (!why.empty()) throw Error(fmt::format("{} is {}: {}", option->name, *text, why));
    }
    for (const auto& [name, text] : options.others) {
        const Option* option = find_option(name);
        if (!option || option->place.set) throw Error(fmt::format("'{}' is no option", name));
        const std::string why = option->values.why_not(text);
        if (!why.empty()) throw Error(fmt::format("{}: {}", name, why));
    }
}

}  // namespace

void SolveOptions::validate() const {
    network.validate();
    if (solver != "auto") solver_named(solver);
    require_in_range(*this);
    if (symmetry_field && !(*symmetry_field >= 0.0 && std::isfinite(*symmetry_field))) {
        throw Error(fmt::format("symmetry-field is {}: it must be 0 or more", *symmetry_field));
    }
    if (symmetry_decay && !(*symmetry_decay >= 0.0 && *symmetry_decay < 1.0)) {
        throw Error(
            fmt::format("the decay of symmetry-field is {}: it must be at least 0 and below 1",
                        *symmetry_decay));
    }
    if (temperature && schedule.kind == ScheduleKind::None &&
        temperature->from != temperature->to) {
        throw Error("a temperature that moves needs a schedule, and the schedule is none");
    }
    // What the schedule itself refuses.
    const Solver& by = solver == "auto" ? solver_named("bp") : solver_named(solver);
    if (by.passes_messages()) resolved(conditions(by.name, false)).schedule.build();
}

}  // namespace steppe

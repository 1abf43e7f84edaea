#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "steppe/model/network_json.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/run/solve.hpp"

namespace steppe {

namespace {

using Json = nlohmann::ordered_json;

/// A number, or null where there is none (JSON has no NaN or infinity).
Json number(double x) {
    return std::isfinite(x) ? Json(x) : Json(nullptr);
}

Json ramp_json(const Ramp& ramp) {
    if (ramp.from == ramp.to) return Json(ramp.from);
    return {{"from", ramp.from},
            {"to", ramp.to},
            {"shape", ramp.shape == Ramp::Shape::Linear ? "linear" : "geometric"}};
}

std::string ramp_text(const Ramp& ramp) {
    if (ramp.from == ramp.to) return fmt::format("{:g}", ramp.from);
    return fmt::format("{:g} to {:g}{}", ramp.from, ramp.to,
                       ramp.shape == Ramp::Shape::Linear ? "" : ", geometric");
}

/// A value of an option, as its type has it.
Json option_json(const Option& option, const std::string& text) {
    switch (option.values.type) {
        case Values::Type::Flag:
            return text == "true";
        case Values::Type::Ramp:
            return ramp_json(Ramp::parse_knob(text));
        case Values::Type::Count:
            if (const auto count = whole_number_of(text)) return *count;
            return text;
        case Values::Type::Number:
            return number(number_of(text).value());
        case Values::Type::Words:
            return text;
        case Values::Type::Text:
            break;
    }
    const std::optional<double> value = number_of(text);
    return option.values.words.empty() && value ? number(*value) : Json(text);
}

/// "running_margin".
std::string json_key(std::string_view name) {
    std::string key(name);
    std::ranges::replace(key, '-', '_');
    return key;
}

/// Options of a group that the solver has and that mean something in this run, with their values.
std::vector<std::pair<const Option*, std::string>> options_that_ran(const SolveSummary& summary,
                                                                    bool of_schedule) {
    std::vector<std::pair<const Option*, std::string>> found;
    const Solver& solver = solver_named(summary.solver);
    const bool messages = solver.passes_messages();
    if (!messages && of_schedule) return found;
    for (const Option* option : all_options()) {
        if (owners_of(*option).empty() || !has_option(solver, *option)) continue;
        if (messages && (option->group == "Schedule") != of_schedule) continue;
        if (of_schedule && !schedule_has(summary.options.schedule, *option)) continue;
        const std::optional<std::string> text = option->get(summary.options);
        if (!text || option->name == "schedule") continue;
        if (option->why_absent && !option->why_absent(summary.options).empty()) continue;
        found.emplace_back(option, *text);
    }
    return found;
}

Json schedule_json(const SolveSummary& summary) {
    if (!solver_named(summary.solver).passes_messages()) return {{"name", "none"}};
    Json json{{"name", summary.options.schedule.name()}};
    for (const auto& [option, text] : options_that_ran(summary, true)) {
        json[json_key(option->name)] = option_json(*option, text);
    }
    return json;
}

Json solver_json(const SolveSummary& summary) {
    Json json{{"name", summary.solver}};
    if (!summary.choice.empty()) json["chosen"] = summary.choice;
    for (const auto& [option, text] : options_that_ran(summary, false)) {
        json[json_key(option->name)] = option_json(*option, text);
    }
    const Solver& solver = solver_named(summary.solver);
    // What came of them.
    if (solver.passes_messages()) json["damping"] = summary.damping;
    if (solver.calms) json["divergences"] = summary.divergences;
    if (summary.floored > 0) json["floored"] = summary.floored;
    if (summary.lost_patterns > 0) json["lost_patterns"] = summary.lost_patterns;
    if (std::isfinite(summary.spread)) json["spread"] = summary.spread;
    return json;
}

Json request_json(const SolveSummary& summary) {
    Json json = Json::object();
    for (const auto& [name, text] : summary.request) {
        json[name] = option_json(*find_option(name), text);
    }
    return json;
}

/// "bp (there is one pattern only), accuracy exact": options of one solver alone, and of learners
/// all, as they ran; of message passing those alone that were asked for.
std::string solver_text(const SolveSummary& summary) {
    const Solver& solver = solver_named(summary.solver);
    std::string out = summary.solver;
    if (!summary.choice.empty()) out += fmt::format(" ({})", summary.choice);
    for (const auto& [option, text] : options_that_ran(summary, false)) {
        const bool own = owners_of(*option).size() == 1;
        const auto is_it = [name = option->name](const auto& set) { return set.first == name; };
        const bool asked = std::ranges::any_of(summary.request, is_it);
        if (solver.learns() || (own && asked)) out += fmt::format(", {} {}", option->name, text);
    }
    return out;
}

/// Patterns are counted from 1, as lines are.
Json contradictions_json(const Contradictions& contradictions) {
    Json pairs = Json::array();
    for (const auto& [a, b] : contradictions.pairs) pairs.push_back({a + 1, b + 1});
    Json json{{"groups", contradictions.groups},
              {"least_errors", contradictions.least_errors},
              {"pairs", pairs}};
    if (contradictions.zeros > 0) json["zeros"] = contradictions.zeros;
    return json;
}

/// Keys that not every run has.
void add_what_there_is(const SolveSummary& summary, Json& json) {
    if (summary.temperature) {
        json["temperature"] = ramp_json(*summary.temperature);
    }
    if (summary.tolerant_tries > 0) json["tolerant_tries"] = summary.tolerant_tries;
    if (std::isfinite(summary.expected_errors)) json["expected_errors"] = summary.expected_errors;
    if (summary.target_errors) json["target_errors"] = *summary.target_errors;
    if (summary.contradictions.least_errors > 0)
        json["contradictions"] = contradictions_json(summary.contradictions);
    if (!summary.free_entropy_note.empty()) json["free_entropy_note"] = summary.free_entropy_note;
    if (summary.repeated > 0) json["repeated_patterns"] = summary.repeated;
    if (summary.stability) {
        json["stability"] = number(summary.stability->stability);
        json["stability_bound"] = number(summary.stability->bound);
        json["infeasible"] = summary.stability->infeasible;
        if (solver_named(summary.solver).passes_messages()) {
            json["finish"] = {{"name", "adatron"},
                              {"iterations", summary.stability->iterations},
                              {"seconds", summary.stability->seconds}};
        }
    }
    if (summary.surrogate_errors) json["surrogate_errors"] = *summary.surrogate_errors;
    if (summary.teacher) {
        json["teacher"] = {{"overlap", summary.teacher->overlap},
                           {"gibbs_error", summary.teacher->gibbs},
                           {"bayes_error", summary.teacher->bayes},
                           {"clipped_error", summary.teacher->clipped}};
    }
    if (summary.test_patterns > 0) {
        json["test_patterns"] = summary.test_patterns;
        json["test_errors"] = summary.test_errors;
    }
}

std::string network_text(const Network& network) {
    const std::string weights =
        fmt::format("{} {} weights", network.weight_count(), weight_kind_name(network.weights));
    const std::string margin =
        network.margin == 0.0 ? "" : fmt::format(", margin {:g}", network.margin);
    if (network.hidden == 1) return fmt::format("perceptron, {}{}", weights, margin);
    return fmt::format("{} of {} {}units with {} inputs{}, {}{}", network.name(), network.hidden,
                       network.activation == Activation::Relu ? "ReLU " : "", network.unit_inputs(),
                       network.wiring == Wiring::Tree ? " each of their own" : "", weights, margin);
}

}  // namespace

std::string status_name(SolveStatus status) {
    switch (status) {
        case SolveStatus::Solved:
            return "solved";
        case SolveStatus::Target:
            return "target";
        case SolveStatus::Converged:
            return "converged";
        case SolveStatus::Unsolved:
            return "unsolved";
        case SolveStatus::TimeLimit:
            return "time-limit";
        case SolveStatus::Interrupted:
            return "interrupted";
        case SolveStatus::Diverged:
            return "diverged";
    }
    return "?";
}

std::string SolveSummary::json() const {
    Json json{
        {"status", status_name(status)},
        {"errors", errors},
        {"message", message},
        {"model", network_json(network)},
        {"patterns", patterns},
        {"weights", weights},
        {"load", load},
        {"solver", solver_json(*this)},
        {"schedule", schedule_json(*this)},
        {"request", request_json(*this)},
        {"seed", seed},
        {"tries", tries},
        {"iterations", iterations},
        {"steps", steps_done},
        {"best_iteration", best_iteration},
        {"seconds", seconds},
        {"edge_updates_per_second", number(edge_updates_per_second)},
        {"converged", converged},
        {"overlap", number(overlap)},
        {"unit_overlap", number(unit_overlap)},
        {"free_entropy", number(free_entropy)},
        {"threads", threads},
        {"version", version()},
    };
    add_what_there_is(*this, json);
    // Names of files may hold bytes that are no UTF-8, which JSON cannot.
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string SolveSummary::text() const {
    std::string out;
    const auto line = [&](const char* name, const std::string& value) {
        out += fmt::format("{:<14}{}\n", name, value);
    };
    line("status", status_name(status) + ": " + message);
    line("errors", fmt::format("{} of {} patterns", errors, patterns));
    line("network", network_text(network));
    line("load", fmt::format("{:.4f} patterns per weight", load));
    if (repeated > 0) {
        line("repeated",
             fmt::format("{} patterns repeat others: each counts once for the messages", repeated));
    }
    if (solver_named(solver).learns()) out += learner_lines();
    if (solver_named(solver).passes_messages()) out += message_passing_lines();
    if (stability) out += stability_lines();
    if (test_patterns > 0) {
        line("test errors",
             fmt::format("{} of {} ({:.4f})", test_errors, test_patterns,
                         static_cast<double>(test_errors) / static_cast<double>(test_patterns)));
    }
    return out;
}

std::string SolveSummary::stability_lines() const {
    std::string out;
    const auto line = [&](const char* name, const std::string& value) {
        out += fmt::format("{:<14}{}\n", name, value);
    };
    const std::string effort =
        fmt::format("{} in {:.3g} s", stability->iterations, stability->seconds);
    if (!solver_named(solver).passes_messages()) {
        line("solver", solver);
        line("iterations",
             fmt::format("{} on {} thread{}", effort, threads, threads == 1 ? "" : "s"));
    } else {
        line("finish", fmt::format("adatron, iterations {}", effort));
    }
    line("stability", errors > 0         ? fmt::format("none is above {:.3g}", stability->bound)
                      : stability->ended ? fmt::format("{:.9g}, the largest", stability->stability)
                                         : fmt::format("{:.4g}; none is above {:.4g}",
                                                       stability->stability, stability->bound));
    return out;
}

std::string SolveSummary::learner_lines() const {
    std::string out;
    const auto line = [&](const char* name, const std::string& value) {
        out += fmt::format("{:<14}{}\n", name, value);
    };
    line("solver", solver_text(*this));
    line("epochs",
         fmt::format("{} in {:.3g} s on {} thread{} ({:.3g} edge updates per second)", iterations,
                     seconds, threads, threads == 1 ? "" : "s", edge_updates_per_second));
    if (surrogate_errors) {
        line("surrogate", fmt::format("{} of {} patterns wrong for the network that is trained",
                                      *surrogate_errors, patterns));
    }
    if (std::isfinite(spread)) line("spread", fmt::format("{:.3g} of the replicas", spread));
    if (std::isfinite(unit_overlap)) {
        line("overlap", fmt::format("between hidden units {:.4f}", unit_overlap));
    }
    if (teacher) {
        line("teacher",
             fmt::format("overlap {:.4f}; error {:.4f}", teacher->overlap, teacher->clipped));
    }
    return out;
}

std::string SolveSummary::message_passing_lines() const {
    std::string out;
    const auto line = [&](const char* name, const std::string& value) {
        out += fmt::format("{:<14}{}\n", name, value);
    };
    line("solver", fmt::format("{}, damping {:g}; schedule {}", solver_text(*this), damping,
                               options.schedule.name()));
    line("iterations",
         fmt::format("{}{} in {:.3g} s on {} thread{} ({:.3g} edge updates per second)", iterations,
                     tries > 1 ? fmt::format(" in {} tries", tries) : "", seconds, threads,
                     threads == 1 ? "" : "s", edge_updates_per_second));
    line("overlap", !std::isfinite(overlap) ? "not defined here (no iteration was done)"
                    : std::isfinite(unit_overlap)
                        ? fmt::format("{:.4f}; between hidden units {:.4f}", overlap, unit_overlap)
                        : fmt::format("{:.4f}", overlap));
    line("free entropy",
         std::isfinite(free_entropy) ? fmt::format("{:.4f} nats per weight", free_entropy)
         : std::isinf(free_entropy)  ? fmt::format("minus infinity ({})", free_entropy_note)
                                     : fmt::format("not defined here ({})", free_entropy_note));
    if (temperature) {
        line("temperature", ramp_text(*temperature) +
                                (std::isfinite(expected_errors)
                                     ? fmt::format("; {:.4g} of {} patterns wrong on average",
                                                   expected_errors, patterns)
                                     : ""));
    }
    if (teacher) {
        line("teacher", fmt::format("overlap {:.4f}; errors: Gibbs {:.4f}, Bayes {:.4f}, {} {:.4f}",
                                    teacher->overlap, teacher->gibbs, teacher->bayes,
                                    network.weights == WeightKind::Binary ? "clipped" : "of means",
                                    teacher->clipped));
    }
    if (floored > 0) {
        line("floored",
             fmt::format("{} cavity precisions came out at or below 0 and were raised", floored));
    }
    if (lost_patterns > 0) {
        line("lost", fmt::format("{} patterns are too small beside the largest for double "
                                 "precision: expectation propagation leaves out a part of them",
                                 lost_patterns));
    }
    return out;
}

}  // namespace steppe

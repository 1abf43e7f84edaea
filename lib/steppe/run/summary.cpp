#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "steppe/run/solve.hpp"

namespace steppe {

namespace {

using Json = nlohmann::ordered_json;

/// A number, or null where there is none (JSON has no NaN or infinity).
Json number(double x) {
    return std::isfinite(x) ? Json(x) : Json(nullptr);
}

Json schedule_json(const ScheduleOptions& schedule) {
    Json json{{"name", schedule.name()}};
    if (schedule.kind == ScheduleKind::None) return json;
    if (schedule.kind != ScheduleKind::File) {
        json["steps"] = *schedule.steps == 0 ? Json("auto") : Json(*schedule.steps);
    }
    json["iterations_per_step"] = *schedule.iterations_per_step;
    if (*schedule.free_iterations > 0) json["free_iterations"] = *schedule.free_iterations;
    if (schedule.step_tolerance) json["step_tolerance"] = *schedule.step_tolerance;
    if (schedule.kind == ScheduleKind::PseudoReinforcement) json["exponent"] = schedule.exponent;
    if (schedule.kind == ScheduleKind::Reinforcement) {
        json["form"] = schedule.form == ReinforcementForm::Fields ? "fields" : "replicas";
    }
    if (schedule.kind == ScheduleKind::Scoping) {
        json["replicas"] = *schedule.replicas;
        json["coupling_from"] = schedule.coupling_range->from;
        json["coupling_to"] = schedule.coupling_range->to;
        json["coupling_shape"] =
            schedule.coupling_range->shape == Ramp::Shape::Linear ? "linear" : "geometric";
    }
    return json;
}

Json solver_json(const SolveSummary& summary) {
    Json json{{"name", solver_name(summary.solver)}};
    if (!summary.choice.empty()) json["chosen"] = summary.choice;
    if (summary.solver == SolverKind::BeliefPropagation) {
        json["accuracy"] = accuracy_name(summary.bp.accuracy);
        json["precision"] = summary.bp.precision == Precision::Single ? "single" : "double";
        json["block"] = summary.bp.block == 0 ? summary.patterns : summary.bp.block;
    } else if (summary.solver == SolverKind::ApproximateMessagePassing) {
        json["running_margin"] = summary.running_margin;
        json["divergences"] = summary.divergences;
    }
    json["damping"] = summary.damping;
    json["symmetry_field"] = summary.symmetry_field;
    if (summary.symmetry_decay) json["symmetry_decay"] = *summary.symmetry_decay;
    if (summary.floored > 0) json["floored"] = summary.floored;
    return json;
}

std::string network_text(const Network& network) {
    const std::string weights =
        fmt::format("{} {} weights", network.weight_count(), weight_kind_name(network.weights));
    const std::string margin =
        network.margin == 0.0 ? "" : fmt::format(", margin {:g}", network.margin);
    if (network.hidden == 1) return fmt::format("perceptron, {}{}", weights, margin);
    return fmt::format("{} of {} units with {} inputs{}, {}{}", network.name(), network.hidden,
                       network.unit_inputs(),
                       network.wiring == Wiring::Tree ? " each of their own" : "", weights, margin);
}

}  // namespace

std::string status_name(SolveStatus status) {
    switch (status) {
        case SolveStatus::Solved:
            return "solved";
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
        {"model",
         {{"name", network.name()},
          {"inputs", network.inputs},
          {"hidden", network.hidden},
          {"wiring", wiring_name(network.wiring)},
          {"weights", weight_kind_name(network.weights)},
          {"margin", network.margin}}},
        {"patterns", patterns},
        {"weights", weights},
        {"load", load},
        {"solver", solver_json(*this)},
        {"schedule", schedule_json(schedule)},
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
    if (teacher) {
        json["teacher"] = {{"overlap", teacher->overlap},
                           {"gibbs_error", teacher->gibbs},
                           {"bayes_error", teacher->bayes},
                           {"clipped_error", teacher->clipped}};
    }
    if (test_patterns > 0) {
        json["test_patterns"] = test_patterns;
        json["test_errors"] = test_errors;
    }
    return json.dump();
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
    const bool bp = solver == SolverKind::BeliefPropagation;
    line("solver",
         fmt::format("{}{}{}, damping {:g}; schedule {}", solver_name(solver),
                     bp ? ", " + accuracy_name(this->bp.accuracy) : "",
                     choice.empty() ? "" : fmt::format(" ({})", choice), damping, schedule.name()));
    line("iterations",
         fmt::format("{}{} in {:.3g} s on {} thread{} ({:.3g} edge updates per second)", iterations,
                     tries > 1 ? fmt::format(" in {} tries", tries) : "", seconds, threads,
                     threads == 1 ? "" : "s", edge_updates_per_second));
    line("overlap", std::isfinite(unit_overlap)
                        ? fmt::format("{:.4f}; between hidden units {:.4f}", overlap, unit_overlap)
                        : fmt::format("{:.4f}", overlap));
    // Away from a fixed point the Bethe expression is no free entropy, and can be any number.
    line("free entropy", !std::isfinite(free_entropy) ? "not defined here (gamma is infinite)"
                         : converged ? fmt::format("{:.4f} nats per weight", free_entropy)
                                     : "not defined here (messages have not converged)");
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
    if (test_patterns > 0) {
        line("test errors",
             fmt::format("{} of {} ({:.4f})", test_errors, test_patterns,
                         static_cast<double>(test_errors) / static_cast<double>(test_patterns)));
    }
    return out;
}

}  // namespace steppe

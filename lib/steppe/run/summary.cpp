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

/// What of its options a learner reads.
struct LearnerTraits {
    bool rate, gradient, gamma, replicated, tanh, start_norm;

    explicit LearnerTraits(const SolveSummary& summary) {
        const Network& network = summary.network;
        rate = summary.solver != SolverKind::Sbpi;
        gradient = summary.surrogate_errors.has_value();
        gamma = gradient || (summary.solver == SolverKind::ReplicatedSgd &&
                             summary.learning->replicas > std::size_t{1});
        start_norm = summary.solver == SolverKind::LeastAction ||
                     summary.solver == SolverKind::EntropicLeastAction;
        replicated = summary.learning->replicas > std::size_t{1};
        tanh = gradient && network.hidden > 1 && network.activation == Activation::Sign;
    }
};

Json learner_json(const SolveSummary& summary) {
    const LearningOptions& how = *summary.learning;
    const LearnerTraits reads(summary);
    Json json{{"name", solver_name(summary.solver)}};
    if (!summary.choice.empty()) json["chosen"] = summary.choice;
    if (reads.gradient) json["preset"] = how.preset == LearningPreset::Slow ? "slow" : "fast";
    if (reads.rate) json["rate"] = ramp_json(*how.rate);
    json["batch"] = *how.batch;
    if (reads.gradient) json["momentum"] = *how.momentum;
    if (reads.tanh) json["beta"] = ramp_json(*how.beta);
    if (reads.gamma) json["gamma"] = ramp_json(*how.gamma);
    if (reads.replicated) {
        json["replicas"] = *how.replicas;
        json["pull"] = ramp_json(*how.pull);
        json["spread"] = number(summary.spread);
    }
    if (reads.start_norm) json["start_norm"] = *how.start_norm;
    if (reads.gradient) {
        json["stop_at"] = how.stop_at == StopAt::Both        ? "both"
                          : how.stop_at == StopAt::Surrogate ? "surrogate"
                                                             : "network";
    }
    json["epochs"] = *how.epochs;
    return json;
}

std::string learner_text(const SolveSummary& summary) {
    const LearningOptions& how = *summary.learning;
    const LearnerTraits reads(summary);
    std::string out = solver_name(summary.solver);
    if (reads.gradient) {
        out += how.preset == LearningPreset::Slow ? ", preset slow" : ", preset fast";
    }
    if (reads.rate) out += ", rate " + ramp_text(*how.rate);
    out += fmt::format(", batch {}", *how.batch);
    if (reads.gradient && *how.momentum > 0.0) out += fmt::format(", momentum {:g}", *how.momentum);
    if (reads.tanh) out += "; beta " + ramp_text(*how.beta);
    if (reads.gamma) out += "; gamma " + ramp_text(*how.gamma);
    if (reads.replicated) {
        out += fmt::format("; {} replicas, pull {}", *how.replicas, ramp_text(*how.pull));
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

Json solver_json(const SolveSummary& summary) {
    if (summary.learning) return learner_json(summary);
    if (summary.solver == SolverKind::AdaTron) return {{"name", "adatron"}};
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
    if (summary.lost_patterns > 0) json["lost_patterns"] = summary.lost_patterns;
    return json;
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
        {"model",
         {{"name", network.name()},
          {"inputs", network.inputs},
          {"hidden", network.hidden},
          {"wiring", wiring_name(network.wiring)},
          {"weights", weight_kind_name(network.weights)},
          {"margin", network.margin},
          {"activation", activation_name(network.activation)}}},
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
    if (temperature) {
        json["temperature"] = temperature->from == temperature->to ? Json(temperature->from)
                                                                   : ramp_json(*temperature);
    }
    if (tolerant_tries > 0) json["tolerant_tries"] = tolerant_tries;
    if (std::isfinite(expected_errors)) json["expected_errors"] = expected_errors;
    if (target_errors) json["target_errors"] = *target_errors;
    if (contradictions.least_errors > 0)
        json["contradictions"] = contradictions_json(contradictions);
    if (!free_entropy_note.empty()) json["free_entropy_note"] = free_entropy_note;
    if (repeated > 0) json["repeated_patterns"] = repeated;
    if (stability) {
        json["stability"] = number(stability->stability);
        json["stability_bound"] = number(stability->bound);
        json["infeasible"] = stability->infeasible;
        if (solver != SolverKind::AdaTron) {
            json["finish"] = {{"name", "adatron"},
                              {"iterations", stability->iterations},
                              {"seconds", stability->seconds}};
        }
    }
    if (surrogate_errors) json["surrogate_errors"] = *surrogate_errors;
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
    if (learning) {
        out += learner_lines();
    } else if (solver != SolverKind::AdaTron) {
        out += message_passing_lines();
    }
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
    if (solver == SolverKind::AdaTron) {
        line("solver", "adatron");
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
    line("solver", learner_text(*this) + (choice.empty() ? "" : fmt::format(" ({})", choice)));
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
    const bool bp = solver == SolverKind::BeliefPropagation;
    line("solver",
         fmt::format("{}{}{}, damping {:g}; schedule {}", solver_name(solver),
                     bp ? ", " + accuracy_name(this->bp.accuracy) : "",
                     choice.empty() ? "" : fmt::format(" ({})", choice), damping, schedule.name()));
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
        line("temperature",
             (temperature->from == temperature->to ? fmt::format("{:g}", temperature->from)
                                                   : ramp_text(*temperature)) +
                 (std::isfinite(expected_errors)
                      ? fmt::format("; {:.4g} of {} patterns wrong on average", expected_errors,
                                    patterns)
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

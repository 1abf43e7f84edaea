#include "steppe/run/saved_result.hpp"

#include <utility>
#include <vector>

#include "steppe/numeric/archive.hpp"

namespace steppe {

void state(Archive& archive, Weights& weights) {
    std::size_t inputs = weights.unit_inputs(), units = weights.units();
    bool binary = weights.kind() == WeightKind::Binary;
    archive("inputs", inputs);
    archive("units", units);
    archive("binary", binary);
    std::vector<signed char> signs;
    std::vector<double> values;
    if (!archive.reads() && binary) signs = weights.signs();
    if (!archive.reads() && !binary) values = weights.values();
    archive.move_numbers("signs", signs);
    archive.move_numbers("values", values);
    if (!archive.reads()) return;
    weights = binary ? Weights::from_signs(inputs, units, signs)
                     : Weights::from_values(inputs, units, std::move(values));
}

void state(Archive& archive, SolveSummary& summary) {
    archive("status", summary.status);
    archive("message", summary.message);
    archive("errors", summary.errors);
    archive("solver", summary.solver);
    archive("choice", summary.choice);
    archive("restarts", summary.options.restarts);
    archive("damping", summary.damping);
    archive("unit overlap", summary.unit_overlap);
    archive("tries", summary.tries);
    archive("divergences", summary.divergences);
    archive("floored", summary.floored);
    archive("lost patterns", summary.lost_patterns);
    archive("steps done", summary.steps_done);
    archive("iterations", summary.iterations);
    archive("best iteration", summary.best_iteration);
    archive("seconds", summary.seconds);
    archive("edge updates per second", summary.edge_updates_per_second);
    archive("converged", summary.converged);
    archive("overlap", summary.overlap);
    archive("free entropy", summary.free_entropy);
    archive("free entropy note", summary.free_entropy_note);
    archive("repeated", summary.repeated);
    archive("surrogate errors", summary.surrogate_errors);
    archive("spread", summary.spread);
    archive("temperature", summary.temperature);
    archive("tolerant tries", summary.tolerant_tries);
    archive("expected errors", summary.expected_errors);
    archive("stability", summary.stability);
    archive("teacher", summary.teacher);
}

void state(Archive& archive, SolveResult& result) {
    archive("summary", result.summary);
    archive("weights", result.weights);
    archive("multipliers", result.multipliers);
}

void state(Archive& archive, Ramp& ramp) {
    archive("from", ramp.from);
    archive("to", ramp.to);
    archive("shape", ramp.shape);
}

void state(Archive& archive, Coupling& coupling) {
    archive("gamma", coupling.gamma);
    archive("replicas", coupling.replicas);
    archive("form", coupling.form);
}

void state(Archive& archive, IterationReport& report) {
    archive("weight change", report.weight_change);
    archive("message change", report.message_change);
    archive("response change", report.response_change);
    archive("floored", report.floored);
    archive("lost rows", report.lost_rows);
}

void state(Archive& archive, LearningKnobs& knobs) {
    archive("rate", knobs.rate);
    archive("beta", knobs.beta);
    archive("gamma", knobs.gamma);
    archive("pull", knobs.pull);
}

void state(Archive& archive, EpochReport& report) {
    archive("mistakes", report.mistakes);
    archive("surrogate mistakes", report.surrogate_mistakes);
    archive("loss", report.loss);
    archive("spread", report.spread);
}

void state(Archive& archive, TeacherErrors& errors) {
    archive("overlap", errors.overlap);
    archive("gibbs", errors.gibbs);
    archive("bayes", errors.bayes);
    archive("clipped", errors.clipped);
}

void state(Archive& archive, StabilityReport& report) {
    archive("stability", report.stability);
    archive("bound", report.bound);
    archive("infeasible", report.infeasible);
    archive("impossible", report.impossible);
    archive("ended", report.ended);
    archive("iterations", report.iterations);
    archive("seconds", report.seconds);
}

}  // namespace steppe

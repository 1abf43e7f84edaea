#include "checks.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>

#include "answer.hpp"
#include "files_check.hpp"
#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/run/largest_stability.hpp"
#include "truth.hpp"

namespace steppe::campaign {

namespace {

constexpr double ln2 = 0.693147180559945309;
/// Of sums in double precision that were made of numbers in single.
constexpr double rounding = 1e-6;
/// A thread's seconds that a problem of this size may take.
#ifdef __SANITIZE_ADDRESS__
constexpr double most_seconds = 100.0;
#else
constexpr double most_seconds = 5.0;
#endif

/// What the checks look at.
struct Trial {
    const Problem& problem;
    const Answer& answer;

    const SolveSummary& summary() const { return answer.result->summary; }
    const Weights& weights() const { return answer.result->weights; }
    bool binary() const { return problem.network.weights == WeightKind::Binary; }
    bool learner() const { return find_solver(summary().solver)->learns(); }
    bool unfocused() const {
        return !learner() && summary().options.schedule.kind == ScheduleKind::None;
    }
    bool has_field() const { return summary().options.symmetry_field.value_or(0.0) > 0.0; }
};

/// What is wrong; empty where all is right; nothing where the check has nothing to say.
using Finding = std::optional<std::string>;

const Finding fine = "";
const Finding not_asked = std::nullopt;

struct Check {
    const char* kind;
    const char* what;
    std::function<Finding(const Trial&)> find;
};

std::size_t errors_of(const Trial& t, const Weights& weights) {
    return library_patterns(t.problem).visit(
        [&](const auto& set) { return count_errors(t.problem.network, weights, *set); });
}

std::size_t plain_errors_of(const Problem& problem, const Weights& weights) {
    const Patterns patterns = library_patterns(problem);
    return patterns.visit([&](const auto& set) {
        if constexpr (std::is_same_v<std::decay_t<decltype(*set)>, PatternSet>) {
            return count_errors_plainly(problem.network, weights.values(), set->signs(),
                                        set->labels());
        } else {
            return count_errors_plainly(problem.network, weights.values(), set->values(),
                                        set->labels());
        }
    });
}

Finding count_is_right(const Trial& t) {
    const WrongPatterns wrong = count_wrong(t.problem, t.weights().values());
    if (wrong.has(t.summary().errors)) return fine;
    return fmt::format("the answer says {} errors, by the definition there are {} to {}",
                       t.summary().errors, wrong.least, wrong.most);
}

/// Weights of several kinds, some of which make ties.
std::vector<double> random_weights(const Network& network, std::uint64_t which) {
    std::mt19937_64 bits(which * 7919 + network.inputs);
    std::vector<double> weights(network.weight_count());
    const bool real = network.weights == WeightKind::Spherical && which % 2 == 0;
    for (double& w : weights) {
        w = bits() & 1 ? 1.0 : -1.0;
        if (real) w *= 0.1 + static_cast<double>(bits() >> 11) * 0x1p-53;
    }
    return weights;
}

Finding counts_of_any_weights_are_right(const Trial& t) {
    for (std::uint64_t which = 0; which < 4; ++which) {
        const std::vector<double> values = random_weights(t.problem.network, which);
        const Weights weights = library_weights(t.problem.network, values);
        const WrongPatterns wrong = count_wrong(t.problem, values);
        const std::size_t fast = errors_of(t, weights);
        const std::size_t plain = plain_errors_of(t.problem, weights);
        if (!wrong.has(fast) || !wrong.has(plain)) {
            return fmt::format(
                "random weights {}: count_errors says {}, count_errors_plainly {}, the definition "
                "{} to {}",
                which, fast, plain, wrong.least, wrong.most);
        }
    }
    return fine;
}

Finding counts_agree(const Trial& t) {
    const std::size_t fast = errors_of(t, t.weights());
    const std::size_t plain = plain_errors_of(t.problem, t.weights());
    if (fast == plain && fast == t.summary().errors) return fine;
    return fmt::format("count_errors says {}, count_errors_plainly {}, the answer {}", fast, plain,
                       t.summary().errors);
}

Finding status_is_right(const Trial& t) {
    const SolveSummary& s = t.summary();
    const std::string status = status_name(s.status);
    const bool none = s.errors == 0;
    if (status == "solved" && !none) return fmt::format("solved with {} errors", s.errors);
    if (none && status != "solved" && status != "converged") {
        return fmt::format("no errors, and the status is {}", status);
    }
    if (status == "converged" && !s.converged) return "the status is converged, the run is not";
    if (status == "interrupted" || status == "time-limit") {
        return fmt::format("the status is {}, which nobody asked for", status);
    }
    if (s.message.empty() || s.message.back() != '.') {
        return fmt::format("the message is no sentence: '{}'", s.message);
    }
    const std::string named = fmt::format("{} error{}", s.errors, s.errors == 1 ? "" : "s");
    if (status == "unsolved" && s.message.find(named) == std::string::npos) {
        return fmt::format("the message does not name the {}: '{}'", named, s.message);
    }
    if (s.patterns != t.problem.patterns()) return fmt::format("{} patterns", s.patterns);
    if (s.weights != t.problem.network.weight_count()) return fmt::format("{} weights", s.weights);
    if (s.best_iteration > s.iterations) {
        return fmt::format("the best of {} iterations is number {}", s.iterations,
                           s.best_iteration);
    }
    const std::string* most = t.problem.option("max-iterations");
    if (most && s.iterations > std::stoul(*most)) {
        return fmt::format("{} iterations where {} were allowed", s.iterations, *most);
    }
    return fine;
}

/// Comparing with a teacher takes longer than all the rest.
Problem without_teacher(Problem problem) {
    problem.teacher.clear();
    return problem;
}

Finding did_not_diverge(const Trial& t) {
    if (status_name(t.summary().status) != "diverged") return fine;
    // Where multipliers prove that no weights have the margin, there is no fixed point: the fields
    // of real weights may grow for ever, and the run says that they do.
    if (is_convex(t.problem.network)) {
        Problem convex = without_teacher(t.problem);
        convex.options.clear();
        convex.set("solver", "adatron");
        const Answer answer = answer_to(convex);
        if (answer.result && answer.result->summary.stability->impossible) return not_asked;
    }
    return "diverged: " + t.summary().message;
}

Finding weights_are_weights(const Trial& t) {
    const Weights& w = t.weights();
    const Network& n = t.problem.network;
    if (w.kind() != n.weights || w.units() != n.hidden || w.unit_inputs() != n.unit_inputs()) {
        return fmt::format("{} units of {} {} weights", w.units(), w.unit_inputs(),
                           weight_kind_name(w.kind()));
    }
    if (t.binary()) return fine;
    for (std::size_t k = 0; k < w.units(); ++k) {
        double squares = 0.0;
        for (std::size_t i = 0; i < w.unit_inputs(); ++i) squares += w.value(k, i) * w.value(k, i);
        const double norm = squares / static_cast<double>(w.unit_inputs());
        if (!(std::abs(norm - 1.0) < rounding)) {
            return fmt::format("the squares of unit {} sum to {} times its inputs", k, norm);
        }
    }
    return fine;
}

Finding overlaps_are_overlaps(const Trial& t) {
    const SolveSummary& s = t.summary();
    if (!t.learner() && !(s.overlap >= 0.0 && s.overlap <= 1.0 + rounding)) {
        return fmt::format("the overlap is {}", s.overlap);
    }
    const bool several = t.problem.network.hidden > 1 && t.problem.network.wiring == Wiring::Full;
    if (several && !(std::abs(s.unit_overlap) <= 1.0 + rounding)) {
        return fmt::format("the overlap between units is {}", s.unit_overlap);
    }
    for (const SolveProgress& p : t.answer.progress) {
        // AdaTron, which finishes, has none, nor have learners, which may follow.
        if ((s.stability || p.epoch) && std::isnan(p.overlap)) continue;
        if (!t.learner() && !(p.overlap >= 0.0 && p.overlap <= 1.0 + rounding)) {
            return fmt::format("at iteration {} the overlap is {}", p.iteration, p.overlap);
        }
    }
    return fine;
}

/// Whatever is printed as a number, converged or not: the answer as JSON has it.
Finding entropy_is_possible(const Trial& t) {
    const SolveSummary& s = t.summary();
    if (!t.unfocused() || !std::isfinite(s.free_entropy)) return not_asked;
    const double most = t.binary() ? ln2 : 0.0;
    const double doubt = 1e-4 + (s.options.precision == Precision::Single ? 1e-4 : 0.0);
    if (s.free_entropy <= most + doubt) return fine;
    return fmt::format(
        "the free entropy is {} ({}converged), and no set of weights has more "
        "than {}",
        s.free_entropy, s.converged ? "" : "not ", most);
}

Finding converged_entropy_is_possible(const Trial& t) {
    return t.summary().converged ? entropy_is_possible(t) : not_asked;
}

bool asks_exactly(const Trial& t) {
    return t.summary().solver == "bp" && t.summary().options.accuracy == Accuracy::Exact;
}

/// One pattern has a factor graph without loops: exact belief propagation is exact.
Finding one_pattern_is_exact(const Trial& t) {
    const SolveSummary& s = t.summary();
    if (!t.unfocused() || !s.converged || t.problem.patterns() != 1 || !asks_exactly(t) ||
        !can_enumerate(t.problem) || t.has_field()) {
        return not_asked;
    }
    const std::string* tolerance = t.problem.option("tolerance");
    if (tolerance && std::stod(*tolerance) > 2e-4) return not_asked;
    const Enumeration truth = enumerate(t.problem, true);
    if (truth.solutions_least != truth.solutions_most || truth.solutions_least == 0.0)
        return not_asked;
    const double entropy = std::log(truth.solutions_least) / static_cast<double>(s.weights);
    if (std::abs(s.free_entropy - entropy) < 2e-3 && std::abs(s.overlap - truth.overlap) < 5e-3) {
        return fine;
    }
    return fmt::format("one pattern: free entropy {}, overlap {}; by enumeration {} and {}",
                       s.free_entropy, s.overlap, entropy, truth.overlap);
}

/// Half of the sphere answers a pattern rightly, where turning the weights turns the answer.
Finding one_pattern_halves_the_sphere(const Trial& t) {
    const SolveSummary& s = t.summary();
    const Network& n = t.problem.network;
    bool blank = true;
    for (const float x : t.problem.inputs) blank = blank && x == 0.0f;
    if (!t.unfocused() || !s.converged || t.problem.patterns() != 1 || t.binary() || blank ||
        s.solver != "ep" || n.margin != 0.0 || !n.folds_labels() || n.hidden > 1 || t.has_field() ||
        !std::isfinite(s.free_entropy)) {
        return not_asked;
    }
    const double entropy = -ln2 / static_cast<double>(s.weights);
    if (std::abs(s.free_entropy - entropy) < 2e-3) return fine;
    return fmt::format("one pattern leaves half of the sphere, {}, and the free entropy is {}",
                       entropy, s.free_entropy);
}

Finding nothing_beats_enumeration(const Trial& t) {
    if (!can_enumerate(t.problem)) return not_asked;
    const Enumeration truth = enumerate(t.problem, false);
    if (t.summary().errors < truth.fewest_wrong) {
        return fmt::format("{} errors, and no weights have fewer than {}", t.summary().errors,
                           truth.fewest_wrong);
    }
    return fine;
}

Finding progress_is_right(const Trial& t) {
    std::size_t best = t.problem.patterns(), iteration = 0;
    // A run that the surrogate ends has for its answer the weights that ended it.
    const bool surrogate_ends =
        t.summary().options.learning.stop_at.value_or(StopAt::Network) != StopAt::Network;
    for (const SolveProgress& p : t.answer.progress) {
        // While a solver is made, which takes long on a busy machine.
        if (p.iteration == 0) continue;
        if (p.iteration != ++iteration) {
            return fmt::format("iteration {} is reported as {}", iteration, p.iteration);
        }
        if (p.best_errors > best && !surrogate_ends) {
            return fmt::format("at iteration {} the fewest errors rise from {} to {}", iteration,
                               best, p.best_errors);
        }
        best = p.best_errors;
        // The answer may be of a count that the iteration did not make.
        if (p.errors > t.problem.patterns()) return fmt::format("{} errors", p.errors);
    }
    if (t.summary().errors > best && !surrogate_ends) {
        return fmt::format("the answer has {} errors, {} were seen", t.summary().errors, best);
    }
    if (iteration != t.summary().iterations) {
        return fmt::format("{} iterations reported, {} in the answer", iteration,
                           t.summary().iterations);
    }
    return fine;
}

bool same_number(const nlohmann::json& json, double x) {
    if (!std::isfinite(x)) return json.is_null();
    return json.is_number() && json.get<double>() == x;
}

Finding json_says_the_same(const Trial& t) {
    const SolveSummary& s = t.summary();
    const nlohmann::json json = nlohmann::json::parse(s.json(), nullptr, false);
    if (json.is_discarded()) return "the answer is no JSON: " + s.json();
    const std::pair<const char*, double> numbers[] = {
        {"errors", static_cast<double>(s.errors)},
        {"patterns", static_cast<double>(s.patterns)},
        {"weights", static_cast<double>(s.weights)},
        {"iterations", static_cast<double>(s.iterations)},
        {"load", static_cast<double>(s.patterns) / static_cast<double>(s.weights)},
        {"overlap", s.overlap},
        {"unit_overlap", s.unit_overlap},
    };
    for (const auto& [name, value] : numbers) {
        if (!json.contains(name) || !same_number(json[name], value)) {
            return fmt::format("{} is {}, and JSON has {}", name, value,
                               json.contains(name) ? json[name].dump() : "nothing");
        }
    }
    if (json["status"] != status_name(s.status)) return "the status differs in JSON";
    if (json["converged"] != s.converged) return "converged differs in JSON";
    // No number is printed that is none.
    if (!json["free_entropy"].is_null() && !same_number(json["free_entropy"], s.free_entropy)) {
        return "the free entropy differs in JSON";
    }
    const std::string text = s.text();
    for (const char* word : {"nan", "inf ", "-nan"}) {
        if (text.find(word) != std::string::npos) return "the text has no number: " + text;
    }
    return fine;
}

Finding threads_do_not_matter(const Trial& t) {
    const std::string what = difference(t.answer, answer_to(t.problem, 3));
    return what.empty() ? fine : "1 and 3 threads: " + what;
}

/// Whether some number of what a unit sees is no simple multiple of the smallest, so that no
/// sum of +- them is 0.
bool is_incommensurable(const Problem& p, std::size_t a, std::size_t first, std::size_t seen) {
    double least = HUGE_VAL;
    for (std::size_t i = first; i < first + seen; ++i) {
        const auto x = static_cast<double>(std::abs(p.input(a, i)));
        if (x > 0.0) least = std::min(least, x);
    }
    for (std::size_t i = first; i < first + seen; ++i) {
        const double ratio = 60.0 * static_cast<double>(p.input(a, i)) / least;
        if (std::abs(ratio - std::round(ratio)) > 1e-3) return true;
    }
    return false;
}

/// Whether no sum can be exactly 0, so that a pattern and its opposite are one constraint.
bool has_no_ties(const Problem& p) {
    if (p.network.margin != 0.0) return true;
    if (!p.real) return p.network.weights == WeightKind::Spherical || p.network.unit_inputs() % 2;
    const std::size_t seen = p.network.unit_inputs();
    for (std::size_t a = 0; a < p.patterns(); ++a) {
        for (std::size_t first = 0; first < p.network.inputs; first += seen) {
            if (!is_incommensurable(p, a, first, seen)) return false;
        }
    }
    return true;
}

/// Whether two patterns have the same inputs, or all of them turned: where sums may be exactly 0,
/// one label has it on both.
bool has_repeated_inputs(const Problem& p) {
    const std::size_t n = p.network.inputs;
    for (std::size_t a = 0; a < p.patterns(); ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            bool same = true, opposite = true;
            for (std::size_t i = 0; i < n && (same || opposite); ++i) {
                same &= p.input(a, i) == p.input(b, i);
                opposite &= p.input(a, i) == -p.input(b, i);
            }
            if (same || opposite) return true;
        }
    }
    return false;
}

Finding turned_patterns_are_the_same(const Trial& t) {
    if (!t.problem.network.folds_labels() || !has_no_ties(t.problem)) return not_asked;
    const bool odd = t.binary() && !t.problem.real && t.problem.network.unit_inputs() % 2 == 1;
    if (!odd && has_repeated_inputs(t.problem)) return not_asked;
    Problem turned = without_teacher(t.problem);
    const std::size_t n = turned.network.inputs;
    for (std::size_t a = 0; a < turned.patterns(); a += 2) {
        turned.labels[a] = -turned.labels[a];
        for (std::size_t i = 0; i < n; ++i) turned.inputs[a * n + i] *= -1.0f;
    }
    const std::string what = difference(t.answer, answer_to(turned));
    return what.empty() ? fine : "every other pattern turned with its label: " + what;
}

Finding scale_does_not_matter(const Trial& t) {
    if (!t.problem.real || t.problem.network.margin != 0.0) return not_asked;
    float largest = 0.0f, least = HUGE_VALF;
    for (const float x : t.problem.inputs) {
        if (x == 0.0f) continue;
        largest = std::max(largest, std::abs(x));
        least = std::min(least, std::abs(x));
    }
    for (const int exponent : {20, -30}) {
        const float factor = std::ldexp(1.0f, exponent);
        if (largest == 0.0f || largest * factor > 1e30f || least * factor < 1e-30f) continue;
        Problem scaled = without_teacher(t.problem);
        for (float& x : scaled.inputs) x *= factor;
        const std::string what = difference(t.answer, answer_to(scaled));
        if (!what.empty()) return fmt::format("inputs times 2^{}: {}", exponent, what);
    }
    return fine;
}

/// A repeated pattern is the same constraint.
Finding repeats_do_not_matter(const Trial& t) {
    const SolveSummary& s = t.summary();
    if (!t.unfocused() || !s.converged || !std::isfinite(s.free_entropy)) return not_asked;
    Problem repeated = without_teacher(t.problem);
    repeated.inputs.insert(repeated.inputs.end(), t.problem.inputs.begin(), t.problem.inputs.end());
    repeated.labels.insert(repeated.labels.end(), t.problem.labels.begin(), t.problem.labels.end());
    // The same blocks visit other rows.
    if (repeated.option("block")) return not_asked;
    const Answer answer = answer_to(repeated);
    if (!answer.result) return "refused with every pattern twice: " + answer.error;
    const SolveSummary& twice = answer.result->summary;
    if (!twice.converged) return not_asked;
    if (std::abs(twice.free_entropy - s.free_entropy) < 1e-3 &&
        std::abs(twice.overlap - s.overlap) < 1e-2) {
        return fine;
    }
    return fmt::format("free entropy {} and overlap {}; with every pattern twice {} and {}",
                       s.free_entropy, s.overlap, twice.free_entropy, twice.overlap);
}

Finding time_is_short(const Trial& t) {
    if (t.answer.seconds < most_seconds) return fine;
    return fmt::format("{:.1f} s for {} iterations", t.answer.seconds, t.summary().iterations);
}

/// Convergence is judged by what an iteration would move, whatever the damping: going on for longer
/// finds the same.
Finding converged_is_settled(const Trial& t) {
    const SolveSummary& s = t.summary();
    if (!t.unfocused() || !s.converged) return not_asked;
    const std::string* given = t.problem.option("tolerance");
    const double tolerance = given ? std::stod(*given) : 1e-4;
    if (tolerance > 1e-3) return not_asked;
    // Where every unit may be turned, no field at all is a fixed point, which runs leave slowly.
    if (t.problem.network.gate == Gate::Parity && !t.has_field()) return not_asked;
    // So it is where patterns that contradict each other leave the units nothing to choose.
    if (s.contradictions.least_errors > 0) return not_asked;
    Problem longer = without_teacher(t.problem);
    longer.set("tolerance", fmt::format("{}", tolerance / 10.0));
    longer.set("max-iterations", "3000");
    longer.set("continue-after-solution", "yes");
    const Answer answer = answer_to(longer);
    if (!answer.result || !answer.result->summary.converged) return not_asked;
    const double overlap = answer.result->summary.overlap;
    if (std::abs(overlap - s.overlap) < 0.01 + 300.0 * tolerance) return fine;
    // A fixed point from which small deviations grow is one as well: what moves there dies away
    // first and grows again, and no tolerance tells such a point from a stable one.
    for (const SolveProgress& later : answer.progress) {
        if (later.iteration > s.iterations && later.report.change() > 10.0 * tolerance) {
            return not_asked;
        }
    }
    return fmt::format("overlap {} at tolerance {}, {} at a tenth of it", s.overlap, tolerance,
                       overlap);
}

/// What is told of a teacher.
Finding teacher_is_told_rightly(const Trial& t) {
    if (t.problem.teacher.empty() || t.problem.network.activation == Activation::Relu) {
        return not_asked;
    }
    if (!t.summary().teacher) return "nothing is said of the teacher";
    const TeacherErrors& said = *t.summary().teacher;
    const std::pair<const char*, double> numbers[] = {
        {"Gibbs", said.gibbs}, {"Bayes", said.bayes}, {"clipped", said.clipped}};
    if (!(std::abs(said.overlap) <= 1.0 + rounding)) {
        return fmt::format("the overlap with the teacher is {}", said.overlap);
    }
    for (const auto& [name, value] : numbers) {
        // Learners have the last one only.
        if (std::isnan(value) && t.learner() && value != said.clipped) continue;
        if (!(value >= 0.0 && value <= 1.0)) return fmt::format("the error {} is {}", name, value);
    }
    const Weights teacher = library_weights(t.problem.network, t.problem.teacher);
    // The errors are those of the end of the run, the weights the best that were seen.
    const bool of_the_end = t.learner() || t.summary().best_iteration == t.summary().iterations;
    if (t.binary() && of_the_end && teacher == t.weights() && said.clipped != 0.0) {
        return fmt::format("the weights are the teacher's, and their error is {}", said.clipped);
    }
    const WrongPatterns wrong = count_wrong(t.problem, t.problem.teacher);
    const std::size_t count = errors_of(t, teacher);
    if (wrong.has(count)) return fine;
    return fmt::format("the teacher has {} errors, by the definition {} to {}", count, wrong.least,
                       wrong.most);
}

/// Of problems that were solved or not; those that were refused are looked at before.
const std::vector<Check>& checks() {
    static const std::vector<Check> all{
        {"count", "errors of the answer, by the definition of the manual", count_is_right},
        {"counting", "errors of any weights, by that definition", counts_of_any_weights_are_right},
        {"plain", "count_errors, count_errors_plainly and the answer agree", counts_agree},
        {"status", "status, errors, message and numbers go together", status_is_right},
        {"diverged", "no run on finite numbers diverges", did_not_diverge},
        {"weights", "weights are +-1 or on the sphere", weights_are_weights},
        {"overlap", "overlaps are in [0, 1], those between units in [-1, 1]",
         overlaps_are_overlaps},
        {"entropy", "converged without focusing: at most ln 2 or 0", converged_entropy_is_possible},
        {"entropy-any", "the same of a number that has not converged", entropy_is_possible},
        {"exact", "one pattern: exact belief propagation against enumeration",
         one_pattern_is_exact},
        {"half", "one pattern: half of the sphere", one_pattern_halves_the_sphere},
        {"minimum", "no fewer errors than all weights tried have", nothing_beats_enumeration},
        {"progress", "what the observer saw goes with the answer", progress_is_right},
        {"json", "JSON has the numbers of the answer, the text no NaN", json_says_the_same},
        {"files", "solutions and patterns survive their files",
         [](const Trial& t) { return files_keep(t.problem, t.weights()); }},
        {"program", "`steppe solve` and `steppe check` on files say the same",
         [](const Trial& t) { return program_says(t.problem, t.answer); }},
        {"threads", "1 and 3 threads give the same bits", threads_do_not_matter},
        {"turned", "turning a pattern with its label gives the same bits",
         turned_patterns_are_the_same},
        {"scale", "a power of two on real inputs gives the same bits", scale_does_not_matter},
        {"repeats", "repeated patterns do not move overlap and entropy", repeats_do_not_matter},
        {"settled", "converged without focusing: going on finds the same overlap",
         converged_is_settled},
        {"teacher", "what is said of the teacher", teacher_is_told_rightly},
        {"slow", "a problem takes seconds at most", time_is_short},
    };
    return all;
}

void check_refusal(const Problem& problem, const Answer& answer, const Kinds& kinds,
                   std::vector<Failure>& failures, Asked& asked) {
    const auto add = [&](const char* kind, const std::string& what) {
        if (kinds.has(kind)) failures.push_back({kind, what});
    };
    const std::optional<std::string> why = why_refused(problem);
    asked["exception"] = 1;
    asked["sentence"] = !answer.error.empty();
    asked[why ? "not-refused" : "refused"] = 1;
    if (!answer.exception.empty()) add("exception", answer.exception);
    if (!answer.error.empty() && !is_sentence(answer.error)) add("sentence", answer.error);
    if (!answer.error.empty() && !why) add("refused", answer.error);
    if (answer.result && why) add("not-refused", *why);
}

}  // namespace

bool is_sentence(const std::string& error) {
    for (const char* foreign :
         {"\n", "std::", "boost", "basic_string", "bad_alloc", "HDF5 error"}) {
        if (error.find(foreign) != std::string::npos) return false;
    }
    return error.size() > 10 && error.size() < 500;
}

std::vector<std::pair<std::string, std::string>> all_kinds() {
    std::vector<std::pair<std::string, std::string>> all{
        {"exception", "nothing but steppe::Error is thrown"},
        {"sentence", "an error is one sentence of our own"},
        {"refused", "what the manual allows is not refused"},
        {"not-refused", "what the manual forbids is refused"}};
    for (const Check& check : checks()) all.emplace_back(check.kind, check.what);
    return all;
}

std::vector<Failure> check_answer(const Problem& problem, const Answer& answer, const Kinds& kinds,
                                  Asked& asked) {
    std::vector<Failure> failures;
    const Trial trial{problem, answer};
    for (const Check& check : checks()) {
        if (!kinds.has(check.kind)) continue;
        Finding what;
        try {
            what = check.find(trial);
        } catch (const std::exception& error) {
            what = fmt::format("the check ended with: {}", error.what());
        }
        if (!what) continue;
        asked[check.kind] = 1;
        if (!what->empty()) failures.push_back({check.kind, *what});
    }
    return failures;
}

std::vector<Failure> check(const Problem& problem, const Kinds& kinds, Asked& asked) {
    std::vector<Failure> failures;
    const Answer answer = answer_to(problem);
    check_refusal(problem, answer, kinds, failures, asked);
    if (!answer.result || why_refused(problem)) return failures;
    const std::vector<Failure> more = check_answer(problem, answer, kinds, asked);
    failures.insert(failures.end(), more.begin(), more.end());
    return failures;
}

}  // namespace steppe::campaign

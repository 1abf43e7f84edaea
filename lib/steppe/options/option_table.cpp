// The table of options. A row is all there is to an option, beside its default (settings.cpp, or
// its solver's file) and the place that reads it.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/options/option.hpp"
#include "steppe/options/option_text.hpp"
#include "steppe/options/solve_options.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/options/words.hpp"

namespace steppe {

namespace {

using Names = std::vector<std::string_view>;

Names with_focusing() {
    return {"reinforcement", "pseudo-reinforcement", "scoping", "file"};
}

Names with_steps() {
    return {"reinforcement", "pseudo-reinforcement", "scoping"};
}

// ------------------------------------------------------------------ options with ways of their own

Values solver_words() {
    std::vector<std::string> words{"auto"};
    for (const Solver* solver : all_solvers()) words.emplace_back(solver->name);
    return one_of(std::move(words));
}

/// "how weights are found: bp (belief propagation), ..., or auto".
const std::string& solver_help() {
    static const std::string help = [] {
        std::string text = "how weights are found: ";
        for (const Solver* solver : all_solvers()) {
            text += fmt::format("{} ({}{}{}), ", solver->name, solver->title,
                                solver->purpose.empty() ? "" : ": ", solver->purpose);
        }
        return text + "or auto: the one of bp, amp and ep that suits the patterns";
    }();
    return help;
}

Place solver_place() {
    return {[](SolveOptions& options, const std::string& text) { options.solver = text; },
            [](const SolveOptions& options) -> std::optional<std::string> {
                if (options.solver == "auto") return std::nullopt;
                return options.solver;
            }};
}

/// A name, or a file, which is read at once.
void set_schedule(SolveOptions& options, const std::string& text) {
    ScheduleOptions& schedule = options.schedule;
    if (const std::optional<ScheduleKind> kind = schedule_named(text)) {
        schedule.kind = *kind;
        return;
    }
    if (text != "-" && !std::filesystem::exists(text)) {
        const std::string near = nearest_word(text, schedule_names());
        throw Error(fmt::format("'{}' is neither {} nor a file that exists{}", text,
                                list_words(schedule_names()),
                                near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    }
    schedule.couplings = FocusingSchedule::from_file(text);
    schedule.kind = ScheduleKind::File;
    schedule.file = text;
}

Place schedule_place() {
    return {set_schedule, [](const SolveOptions& options) -> std::optional<std::string> {
                if (options.schedule.kind == ScheduleKind::Auto) return std::nullopt;
                return options.schedule.name();
            }};
}

/// 0 is the automatic pace.
Place steps_place() {
    return {[](SolveOptions& options, const std::string& text) {
                if (text == "auto") {
                    options.schedule.steps = 0;
                } else {
                    read_text(text, options.schedule.steps.emplace());
                }
            },
            [](const SolveOptions& options) -> std::optional<std::string> {
                if (!options.schedule.steps) return std::nullopt;
                return *options.schedule.steps == 0 ? "auto" : text_of(*options.schedule.steps);
            }};
}

bool learns(const SolveOptions& options) {
    const Solver* solver = find_solver(options.solver);
    return solver && solver->learns();
}

/// Message passing takes any number y, a learner a whole number of copies.
Place replicas_place() {
    return {[](SolveOptions& options, const std::string& text) {
                read_text(text, options.schedule.replicas.emplace());
                const std::optional<std::uint64_t> copies = whole_number_of(text);
                options.learning.replicas.reset();
                if (copies) options.learning.replicas = static_cast<std::size_t>(*copies);
            },
            [](const SolveOptions& options) -> std::optional<std::string> {
                if (learns(options) && options.learning.replicas) {
                    return text_of(*options.learning.replicas);
                }
                if (options.schedule.replicas) return text_of(*options.schedule.replicas);
                return std::nullopt;
            }};
}

std::string replicas_wrong(const SolveOptions& options, std::size_t) {
    constexpr double most_copies = 1e6;
    if (!learns(options)) return "";
    const std::optional<std::size_t> copies = options.learning.replicas;
    const double y =
        copies ? static_cast<double>(*copies) : options.schedule.replicas.value_or(0.0);
    if (y >= 1.0 && y <= most_copies && y == std::floor(y)) return "";
    return fmt::format("{}: {} takes a whole number of replicas", text_of(y), options.solver);
}

Place symmetry_place() {
    return {[](SolveOptions& options, const std::string& text) {
                const SymmetryField field = SymmetryField::parse(text);
                options.symmetry_field = field.deviation;
                options.symmetry_decay = field.decay;
            },
            [](const SolveOptions& options) -> std::optional<std::string> {
                if (!options.symmetry_field) return std::nullopt;
                const std::string deviation = text_of(*options.symmetry_field);
                return options.symmetry_decay
                           ? fmt::format("{}:{}", deviation, *options.symmetry_decay)
                           : deviation;
            }};
}

/// The flag is set where the member is not.
Place no_finish_place() {
    return {[](SolveOptions& options, const std::string& text) { options.finish = text != "true"; },
            [](const SolveOptions& options) -> std::optional<std::string> {
                if (options.finish) return std::nullopt;
                return "true";
            }};
}

// --------------------------------------------------------------------- what networks do not have

std::string of_real_weights(const SolveOptions& options) {
    return options.network.weights == WeightKind::Binary
               ? "does not belong to binary weights, whose loss counts units that are wrong"
               : "";
}

std::string of_several_replicas(const SolveOptions& options) {
    return options.network.weights == WeightKind::Binary &&
                   options.learning.replicas == std::size_t{1}
               ? "needs more than one replica"
               : "";
}

std::string of_tanh_units(const SolveOptions& options) {
    const Network& network = options.network;
    const std::string why = of_real_weights(options);
    if (!why.empty()) return why;
    return network.hidden == 1 || network.activation != Activation::Sign
               ? "belongs to tanh units, and there are none: one unit answers by its sum, ReLU "
                 "units by theirs"
               : "";
}

// ------------------------------------------------------------------------------------------ rows

std::vector<Option> solver_rows() {
    return {
        {.name = "solver",
         .group = "Solver",
         .value = "NAME",
         .values = solver_words(),
         .help = solver_help(),
         .place = solver_place(),
         .stays_open = true,
         .of_every_run = true},
        {"damping", "Solver", "D", numbers().from(0).below(1),
         "part of the old message that is kept, from 0 to below 1",
         stands_at([](auto& o) -> auto& { return o.damping; })},
        {.name = "restarts",
         .group = "Solver",
         .value = "COUNT",
         .values = counts(0),
         .help = "fresh tries, with another small random field on the weights, when one has "
                 "settled with errors; the best weights are kept",
         .place = stands_at([](auto& o) -> auto& { return o.restarts; }),
         .schedules = with_focusing()},
        {.name = "temperature",
         .group = "Solver",
         .value = "T|A:B[:SHAPE]",
         .values = ramps().from(0),
         .help = "a wrong pattern costs 1/T instead of being forbidden: a number, or a range along "
                 "the schedule; 0 forbids",
         .place = stands_at([](auto& o) -> auto& { return o.temperature; }),
         .default_note = "where that ends with many errors, a few tries at others follow",
         .stays_open = true},
        {"tolerance", "Solver", "E", numbers().above(0),
         "messages count as converged when no magnetization, no tanh of a message and no "
         "response would move by more than this in an iteration without damping; ends a run "
         "with schedule none",
         stands_at([](auto& o) -> auto& { return o.tolerance; })},
        {"symmetry-field", "Solver", "SIGMA[:DECAY]", texts(),
         "deviation of a random external field on every weight, which breaks symmetries, and the "
         "factor by which it shrinks in every iteration, if it does",
         symmetry_place()},
        {"no-finish", "Solver", "", flag(),
         "leave the errors that message passing leaves, where one unit of real weights could be "
         "finished exactly by adatron",
         no_finish_place()},
    };
}

std::vector<Option> schedule_rows() {
    return {
        {"schedule", "Schedule", "NAME|FILE", texts(schedule_names()),
         "how focusing grows: none, reinforcement, pseudo-reinforcement, scoping, a file of one "
         "`gamma y` pair a line, or auto",
         schedule_place()},
        {.name = "steps",
         .group = "Schedule",
         .value = "COUNT|auto",
         .values = counts(1).up_to(1e9).or_words({"auto"}),
         .help = "steps of the schedule, or auto: wider steps where the messages settle at once, "
                 "narrower ones where they take long",
         .place = steps_place(),
         .schedules = with_steps()},
        {.name = "iterations-per-step",
         .group = "Schedule",
         .value = "MAX",
         .values = counts(1),
         .help = "most iterations at one step",
         .place = stands_at([](auto& o) -> auto& { return o.schedule.iterations_per_step; }),
         .schedules = with_focusing()},
        {.name = "free-iterations",
         .group = "Schedule",
         .value = "COUNT",
         .values = counts(0),
         .help = "iterations without focusing before the schedule, at most",
         .place = stands_at([](auto& o) -> auto& { return o.schedule.free_iterations; }),
         .schedules = with_focusing()},
        {.name = "step-tolerance",
         .group = "Schedule",
         .value = "E",
         .values = numbers().from(0),
         .help = "a step ends when nothing would move by more than this in an iteration without "
                 "damping; 0 stays for --iterations-per-step",
         .place = stands_at([](auto& o) -> auto& { return o.schedule.step_tolerance; }),
         .schedules = with_focusing(),
         .default_note = "D is the damping"},
    };
}

/// Of one kind of schedule each.
std::vector<Option> kinds_of_schedules_rows() {
    return {
        {.name = "exponent",
         .group = "Schedule",
         .value = "X",
         .values = numbers().from(0).up_to(1),
         .help = "x of pseudo-reinforcement, gamma = atanh(rho^x)",
         .place = stands_at([](auto& o) -> auto& { return o.schedule.exponent; }),
         .schedules = {"pseudo-reinforcement"}},
        {.name = "reinforcement-form",
         .group = "Schedule",
         .value = "NAME",
         .values = words<ReinforcementForm>(),
         .help =
             "how reinforcement acts: replicas (on the cavity field) or fields (on the previous "
             "total field)",
         .place = stands_at([](auto& o) -> auto& { return o.schedule.form; }),
         .schedules = {"reinforcement"}},
        {.name = "replicas",
         .group = "Schedule",
         .value = "Y",
         .values = numbers().from(1),
         .help = "number of replicas y of scoping, elal and rsgd",
         .place = replicas_place(),
         .schedules = {"scoping"},
         .why_wrong = replicas_wrong},
        {.name = "coupling-range",
         .group = "Schedule",
         .value = "A[:B[:SHAPE]]",
         .values = ramps().from(0),
         .help = "gamma of scoping: a number, or from A to B, linear or geometric",
         .place = stands_at([](auto& o) -> auto& { return o.schedule.coupling_range; }),
         .schedules = {"scoping"}},
    };
}

std::vector<Option> learning_rows() {
    return {
        {.name = "preset",
         .group = "Learning",
         .value = "NAME",
         .values = words<LearningPreset>(),
         .help = "slow (beta and gamma grow a little every epoch from small values), or fast (they "
                 "stay moderately large)",
         .place = stands_at([](auto& o) -> auto& { return o.learning.preset; }),
         .why_absent = of_real_weights},
        {"rate", "Learning", "A[:B[:SHAPE]]", ramps().above(0),
         "learning rate, a number or a range over the epochs",
         stands_at([](auto& o) -> auto& { return o.learning.rate; })},
        {"batch", "Learning", "COUNT", counts(1), "patterns of a mini-batch",
         stands_at([](auto& o) -> auto& { return o.learning.batch; })},
        {"epochs", "Learning", "COUNT", counts(1),
         "epochs after which the run ends, over which ranges go",
         stands_at([](auto& o) -> auto& { return o.learning.epochs; })},
        {.name = "momentum",
         .group = "Learning",
         .value = "P",
         .values = numbers().from(0).below(1),
         .help = "part of the last step that is added to the next, from 0 to below 1",
         .place = stands_at([](auto& o) -> auto& { return o.learning.momentum; }),
         .why_absent = of_real_weights},
        {.name = "beta",
         .group = "Learning",
         .value = "A[:B[:SHAPE]]",
         .values = ramps().above(0),
         .help = "slope of the tanh that stands in for a unit's sign",
         .place = stands_at([](auto& o) -> auto& { return o.learning.beta; }),
         .why_absent = of_tanh_units},
        {.name = "gamma",
         .group = "Learning",
         .value = "A[:B[:SHAPE]]",
         .values = ramps().above(0),
         .help = "inverse temperature of the cross-entropy; with binary weights how sharply the "
                 "replicas' sum decides where they are pulled",
         .place = stands_at([](auto& o) -> auto& { return o.learning.gamma; }),
         .why_absent = of_several_replicas},
        {.name = "pull",
         .group = "Learning",
         .value = "A[:B[:SHAPE]]",
         .values = ramps().from(0),
         .help = "pull of the replicas towards their mean, for elal times the rate",
         .place = stands_at([](auto& o) -> auto& { return o.learning.pull; }),
         .why_absent = of_several_replicas},
        {"start-norm", "Learning", "NORM", numbers().above(0),
         "norm of the start weights over the root of a unit's inputs; the rate is relative to it",
         stands_at([](auto& o) -> auto& { return o.learning.start_norm; })},
        {.name = "stop-at",
         .group = "Learning",
         .value = "NAME",
         .values = words<StopAt>(),
         .help = "zero errors of which network end the run: network (sign units), surrogate (the "
                 "one that is trained), or both",
         .place = stands_at([](auto& o) -> auto& { return o.learning.stop_at; }),
         .why_absent = of_real_weights},
    };
}

/// Of every run.
std::vector<Option> run_rows() {
    std::vector<Option> rows{
        {"threads", "Run", "COUNT", counts(0), "threads of the solver; 0: one per core",
         stands_at_or_none([](auto& o) -> auto& { return o.threads; })},
        {.name = "max-iterations",
         .group = "Run",
         .value = "COUNT",
         .values = counts(0),
         .help = "iterations after which the run ends",
         .place = stands_at_or_none([](auto& o) -> auto& { return o.max_iterations; }),
         .default_note = "0: what the schedule allows"},
        {.name = "target-errors",
         .group = "Run",
         .value = "E",
         .values = counts(0),
         .help = "end at weights with no more errors than this, with status target",
         .place = stands_at([](auto& o) -> auto& { return o.target_errors; })},
        {"time-limit", "Run", "SECONDS", numbers().from(0),
         "seconds after which the run ends; 0: none",
         stands_at_or_none([](auto& o) -> auto& { return o.time_limit; })},
        {"continue-after-solution", "Run", "", flag(),
         "go on to the end of the schedule when a solution is found",
         flag_at([](auto& o) -> auto& { return o.continue_after_solution; })},
    };
    for (Option& row : rows) row.of_every_run = true;
    return rows;
}

}  // namespace

const std::vector<Option>& common_options() {
    static const std::vector<Option> all = [] {
        std::vector<Option> rows;
        for (const auto& group : {solver_rows(), schedule_rows(), kinds_of_schedules_rows(),
                                  learning_rows(), run_rows()}) {
            rows.insert(rows.end(), group.begin(), group.end());
        }
        return rows;
    }();
    return all;
}

}  // namespace steppe

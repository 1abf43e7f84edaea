#include "steppe/options/option.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "steppe/error.hpp"
#include "steppe/options/settings.hpp"
#include "steppe/options/solve_options.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/options/words.hpp"

namespace steppe {

namespace {

std::vector<const Option*> gather_options() {
    std::vector<const Option*> all;
    for (const Option& option : common_options()) {
        all.push_back(&option);
        if (option.name != "solver") continue;
        for (const Solver* solver : all_solvers()) {
            for (const Option& own : solver->own_options) all.push_back(&own);
        }
    }
    return all;
}

bool is_common(const Option& option) {
    return std::ranges::find(common_options(), option.name, &Option::name) !=
           common_options().end();
}

std::vector<std::string> names_of(const std::vector<const Solver*>& solvers) {
    std::vector<std::string> names;
    for (const Solver* solver : solvers) names.emplace_back(solver->name);
    return names;
}

/// What owns an option that every solver which passes messages has.
constexpr const char* all_of_messages = "message passing";

Error refused(const Option& option, const std::string& why) {
    return Error(fmt::format("--{} {}", option.name, why));
}

/// What a solver lacks an option for.
std::string belongs_elsewhere(const Option& option, const std::string& solver) {
    std::vector<const Solver*> owners = owners_of(option);
    if (owner_words(option) == all_of_messages) {
        return fmt::format("belongs to message passing, and --solver {} passes none", solver);
    }
    if (option.schedules.empty()) {
        return "belongs to --solver " + list_words(names_of(owners));
    }
    std::erase_if(owners, [](const Solver* owner) { return owner->passes_messages(); });
    const std::vector<std::string> schedules{option.schedules.begin(), option.schedules.end()};
    return fmt::format("belongs to --solver {}, or to --schedule {}", list_words(names_of(owners)),
                       list_words(schedules));
}

/// Whether `auto` may take a solver that has it.
bool auto_may_have(const Option& option) {
    return option.of_every_run || std::ranges::any_of(owners_of(option), [](const Solver* owner) {
               return owner->suits != nullptr;
           });
}

void settle_solver(SolveOptions& options) {
    if (options.solver != "auto") return;
    for (const Option* option : all_options()) {
        if (is_common(*option) || !option->get(options)) continue;
        options.solver = std::string(owners_of(*option).front()->name);
        return;
    }
}

void settle_schedule(SolveOptions& options) {
    if (options.schedule.kind != ScheduleKind::Auto) return;
    for (const Option* option : all_options()) {
        if (option->schedules.size() != 1 || !option->get(options)) continue;
        options.schedule.kind = *schedule_named(std::string(option->schedules.front()));
        return;
    }
}

void refuse_schedule(const Option& option, const SolveOptions& options) {
    if (options.schedule.kind == ScheduleKind::Auto) return;
    if (schedule_has(options.schedule, option)) return;
    if (option.schedules.size() == 1) {
        throw refused(option, fmt::format("belongs to --schedule {}", option.schedules.front()));
    }
    if (std::ranges::find(option.schedules, "file") != option.schedules.end()) {
        throw refused(option, "needs a schedule, and --schedule is none");
    }
    throw refused(option, fmt::format("does not belong to --schedule {}", options.schedule.name()));
}

}  // namespace

void Option::set(SolveOptions& options, const std::string& text) const {
    std::string why = values.why_not(text);
    if (why.empty()) {
        try {
            if (place.set) {
                place.set(options, text);
            } else {
                options.others.insert_or_assign(std::string(name), text);
            }
            return;
        } catch (const Error& error) {
            why = error.what();
        }
    }
    throw Error(fmt::format("--{}: {}", name, why));
}

std::optional<std::string> Option::get(const SolveOptions& options) const {
    if (place.get) return place.get(options);
    const auto found = options.others.find(name);
    if (found == options.others.end()) return std::nullopt;
    return found->second;
}

const std::vector<const Option*>& all_options() {
    static const std::vector<const Option*> all = gather_options();
    return all;
}

const Option* find_option(std::string_view name) {
    for (const Option* option : all_options()) {
        if (option->name == name) return option;
    }
    return nullptr;
}

bool has_option(const Solver& solver, const Option& option) {
    return option.of_every_run ||
           std::ranges::find(solver.own_options, option.name, &Option::name) !=
               solver.own_options.end() ||
           (is_common(option) &&
            std::ranges::find(solver.options, option.name) != solver.options.end());
}

bool schedule_has(const ScheduleOptions& schedule, const Option& option) {
    const std::string name = schedule.kind == ScheduleKind::File ? "file" : schedule.name();
    return option.schedules.empty() ||
           std::ranges::find(option.schedules, name) != option.schedules.end();
}

std::vector<const Solver*> owners_of(const Option& option) {
    std::vector<const Solver*> owners;
    if (option.of_every_run) return owners;
    for (const Solver* solver : all_solvers()) {
        if (has_option(*solver, option)) owners.push_back(solver);
    }
    return owners;
}

std::string owner_words(const Option& option) {
    std::vector<const Solver*> owners = owners_of(option);
    std::vector<std::string> words;
    const auto passes = [](const Solver* owner) { return owner->passes_messages(); };
    if (std::ranges::count_if(owners, passes) ==
        std::ranges::count_if(all_solvers(), &Solver::passes_messages)) {
        std::erase_if(owners, passes);
        words.emplace_back(all_of_messages);
    }
    for (const std::string& name : names_of(owners)) words.push_back(name);
    return owners_of(option).empty() ? "" : list_words(words);
}

void settle(SolveOptions& options, std::size_t patterns) {
    settle_solver(options);
    const Solver* solver = find_solver(options.solver);
    for (const Option* option : all_options()) {
        if (!option->get(options)) continue;
        if (solver ? !has_option(*solver, *option) : !auto_may_have(*option)) {
            throw refused(*option, belongs_elsewhere(*option, options.solver));
        }
    }
    const bool passes_messages = !solver || solver->passes_messages();
    if (passes_messages) settle_schedule(options);
    for (const Option* option : all_options()) {
        if (!option->get(options)) continue;
        if (passes_messages) refuse_schedule(*option, options);
        std::string why = option->why_absent ? option->why_absent(options) : "";
        if (why.empty() && option->why_wrong) why = option->why_wrong(options, patterns);
        if (!why.empty()) throw refused(*option, why);
    }
}

std::string options_markdown() {
    std::string out =
        "| option | value | who has it | meaning | default |\n|---|---|---|---|---|\n";
    const auto cell = [](std::string_view text) {
        std::string escaped;
        for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
        return escaped;
    };
    for (const Option* option : all_options()) {
        std::string owners = owner_words(*option);
        if (option->schedules.size() == 1) {
            owners += fmt::format("; schedule {}", option->schedules.front());
        }
        const std::string values = option->values.in_words();
        std::string usual = option->is_flag() ? "" : default_words(option->name);
        if (!option->default_note.empty()) usual += fmt::format("; {}", option->default_note);
        out += fmt::format("| `--{}` | {} | {} | {} | {} |\n", option->name,
                           cell(values.empty() ? option->value : values),
                           owners.empty() ? "every run" : owners, cell(option->help), cell(usual));
    }
    return out;
}

}  // namespace steppe

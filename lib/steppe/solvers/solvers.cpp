// The list of solvers, and what is asked of it.
#include <fmt/format.h>

#include "steppe/error.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/options/words.hpp"

namespace steppe {

namespace solvers {

#define STEPPE_SOLVER(name) const Solver& name();
#include "list.inc"
#undef STEPPE_SOLVER

}  // namespace solvers

const std::vector<const Solver*>& all_solvers() {
    static const std::vector<const Solver*> all{
#define STEPPE_SOLVER(name) &solvers::name(),
#include "list.inc"
#undef STEPPE_SOLVER
    };
    return all;
}

const Solver* find_solver(std::string_view name) {
    for (const Solver* solver : all_solvers()) {
        if (solver->name == name) return solver;
    }
    return nullptr;
}

const Solver& solver_named(std::string_view name) {
    if (const Solver* solver = find_solver(name)) return *solver;
    std::vector<std::string> names{"auto"};
    for (const Solver* solver : all_solvers()) names.emplace_back(solver->name);
    const std::string near = nearest_word(std::string(name), names);
    throw Error(fmt::format("solver is '{}': it may be {}{}", name, list_words(names),
                            near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

std::string solvers_markdown() {
    std::string out =
        "| solver | what it is | options of its own and of some solvers |\n|---|---|---|\n";
    for (const Solver* solver : all_solvers()) {
        std::string options;
        for (const Option* option : all_options()) {
            const std::string owners = owner_words(*option);
            if (!has_option(*solver, *option) || owners.empty()) continue;
            if (owners.starts_with("message passing") && solver->passes_messages()) continue;
            options += fmt::format("{}`{}`", options.empty() ? "" : ", ", option->name);
        }
        if (solver->passes_messages()) {
            options = "those of message passing" + (options.empty() ? "" : ", " + options);
        }
        out += fmt::format("| `{}` | {}{}{} | {} |\n", solver->name, solver->title,
                           solver->purpose.empty() ? "" : ": ", solver->purpose, options);
    }
    return out;
}

}  // namespace steppe

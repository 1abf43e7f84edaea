#include <fmt/format.h>

#include "commands.hpp"
#include "steppe/options/option.hpp"
#include "steppe/options/settings.hpp"
#include "steppe/options/solver.hpp"

namespace steppe::cli {

namespace {

/// Markdown's own signs in a table cell, made plain.
std::string cell(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '|' || c == '<' || c == '*') out += '\\';
        out += c;
    }
    return out;
}

/// A table of the options of a group.
std::string table(const Options& options, const std::string& group) {
    std::string out =
        fmt::format("\n{}:\n\n| option | meaning | default |\n|---|---|---|\n", group);
    for (const Option& option : options) {
        if (option.group != group) continue;
        const std::string name = option.positional      ? option.shown_value()
                                 : option.takes_value() ? option.written() + " " + option.value_name
                                                        : option.written();
        out += fmt::format("| `{}` | {} | {} |\n", name, cell(option.help),
                           cell(option.shown_default));
    }
    return out;
}

/// What the library's own tables say.
std::string tables() {
    return "\n## Solvers\n\n`steppe info --solvers` prints this table, with `--json` as one "
           "object.\n\n" +
           solvers_markdown() +
           "\n## Options of solve, and who has them\n\nWhat no solver is named for belongs to "
           "every "
           "run. `steppe info --options` prints this table, with `--json` as one object.\n\n" +
           options_markdown() +
           "\n## Every default\n\nA setting has the value of the last of its rows whose conditions "
           "hold; `(1-D)` is the part that damping D leaves. `steppe info --settings` prints this "
           "table, with `--json` as one object. Settings that no option has: `amp-inputs`, inputs "
           "of "
           "a unit from which on `auto` takes amp; `ep-side`, patterns or inputs to a unit, "
           "whichever are fewer, up to which it takes ep; `solvers-tried`, which follow one "
           "another "
           "where `auto` leaves errors in a small problem; `temperatures-tried`, one after the "
           "other, after a run that ends with many errors; `patience`, iterations that a try which "
           "has settled may go without improvement; `symmetry-decay`, of a field without one.\n\n" +
           settings_markdown();
}

}  // namespace

std::string reference_markdown(const Program& program) {
    std::string statuses;
    for (const auto& [status, meaning] : exit_statuses) {
        statuses += fmt::format("{}{} {}", statuses.empty() ? "" : ", ", status, meaning);
    }
    std::string out =
        "# Command line\n\nPrinted by the program itself: every option, with its default where it "
        "has one.\n\nExit status: " +
        statuses +
        ". `--config FILE` (before or after the sub-command) reads options from a "
        "TOML "
        "file, a section per sub-command; the command line wins.\n";
    for (const Command& command : program.commands) {
        out +=
            fmt::format("\n## steppe {}\n\n{}.\n", command.name, capitalised(command.description));
        for (const std::string& group : command.options.groups()) {
            if (group != common_group) out += table(command.options, group);
        }
        out += "\nExamples:\n\n";
        for (const std::string& example : command.examples) out += "    " + example + "\n";
    }
    return out + tables();
}

}  // namespace steppe::cli

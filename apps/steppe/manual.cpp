#include <fmt/format.h>

#include <cctype>

#include "commands.hpp"
#include "steppe/options/settings.hpp"

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

}  // namespace

std::string reference_markdown(const std::vector<Command>& commands) {
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
    for (const Command& command : commands) {
        std::string description = command.app->get_description();
        description[0] = static_cast<char>(std::toupper(description[0]));
        out += fmt::format("\n## steppe {}\n\n{}.\n", command.app->get_name(), description);
        for (const std::string& group : command.app->get_groups()) {
            std::string rows;
            for (const CLI::Option* option : command.app->get_options()) {
                if (option->get_group() != group) continue;
                const bool positional = option->get_lnames().empty();
                const std::string name = positional ? option->get_type_name()
                                                    : "--" + option->get_lnames().front() +
                                                          (option->get_type_name().empty()
                                                               ? ""
                                                               : " " + option->get_type_name());
                rows += fmt::format("| `{}` | {} | {} |\n", name, cell(option->get_description()),
                                    cell(option->get_default_str()));
            }
            if (rows.empty() || group == "Options") continue;
            out += fmt::format("\n{}:\n\n| option | meaning | default |\n|---|---|---|\n{}", group,
                               rows);
        }
        out += "\nExamples:\n\n";
        for (const std::string& example : command.examples) out += "    " + example + "\n";
    }
    out +=
        "\n## Every default\n\nA setting has the value of the last of its rows whose conditions "
        "hold; `(1-D)` is the part that damping D leaves. `steppe info --settings` prints this "
        "table, with `--json` as one object. Settings that no option has: `temperatures-tried`, "
        "one after the other, after a run that ends with many errors; `patience`, iterations that "
        "a try which has settled may go without improvement; `symmetry-decay`, of a field without "
        "one.\n\n" +
        settings_markdown();
    return out;
}

}  // namespace steppe::cli

#include "help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace steppe::cli {

namespace {

/// Columns in which the meaning of an option begins, where its name leaves room.
constexpr std::size_t meaning_column = 30;
/// Lines longer than this are hard to read, those shorter cannot hold an option and its meaning.
constexpr std::size_t widest = 110, narrowest = 44;

std::string names_of(const CLI::Option& option) {
    std::string names;
    for (const std::string& name : option.get_snames()) names += "-" + name + ",";
    for (const std::string& name : option.get_lnames()) names += "--" + name + ",";
    if (names.empty()) return option.get_type_name();
    names.pop_back();
    if (!option.get_type_name().empty()) names += " " + option.get_type_name();
    return names;
}

std::string entry(const std::string& name, const std::string& meaning, std::size_t width) {
    const std::size_t column = std::min(meaning_column, width / 3 + 4);
    std::string line = "  " + name;
    if (line.size() + 2 > column) {
        line += "\n";
        line.append(column, ' ');
    } else {
        line.append(column - line.size(), ' ');
    }
    return line + wrapped(meaning, width - column, column) + "\n";
}

std::string meaning_of(const CLI::Option& option) {
    const std::string usual = option.get_default_str();
    return option.get_description() + (usual.empty() ? "" : fmt::format(" [{}]", usual)) +
           (option.get_required() ? " (needed)" : "");
}

std::string options_of(const CLI::App& app, std::size_t width) {
    std::string text;
    for (const std::string& group : app.get_groups()) {
        if (group.empty()) continue;
        std::string lines;
        for (const CLI::Option* option : app.get_options()) {
            if (option->get_group() != group) continue;
            lines += entry(names_of(*option), meaning_of(*option), width);
        }
        if (!lines.empty()) text += fmt::format("\n{}:\n{}", group, lines);
    }
    return text;
}

std::size_t readable(std::size_t width) {
    // The last column stays free: some terminals break the line there.
    return std::clamp(width, narrowest + 1, widest + 1) - 1;
}

}  // namespace

std::string wrapped(const std::string& text, std::size_t width, std::size_t indent) {
    std::string out;
    std::size_t column = 0;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = std::min(text.find(' ', at), text.size());
        const std::size_t length = end - at;
        if (column > 0 && column + 1 + length > width) {
            out += "\n" + std::string(indent, ' ');
            column = 0;
        }
        if (column > 0) {
            out += ' ';
            ++column;
        }
        out.append(text, at, length);
        column += length;
        at = text.find_first_not_of(' ', end);
    }
    return out;
}

std::string program_help(const CLI::App& program, std::size_t columns) {
    const std::size_t width = readable(columns);
    std::string text = wrapped(program.get_description(), width, 0) +
                       "\nUsage: steppe COMMAND [OPTIONS]\n" + options_of(program, width) +
                       "\nCommands:\n";
    for (const CLI::App* command :
         program.get_subcommands([](const CLI::App* app) { return !app->get_group().empty(); })) {
        text += entry(command->get_name(), command->get_description(), width);
    }
    return text + "\n" + wrapped(program.get_footer(), width, 0) + "\n";
}

std::string command_help(const Command& command, std::size_t columns) {
    const std::size_t width = readable(columns);
    std::string usage = "Usage: steppe " + command.app->get_name();
    for (const CLI::Option* option : command.app->get_options()) {
        const bool positional = option->get_lnames().empty() && option->get_snames().empty();
        if (!option->get_required()) continue;
        usage += positional ? " " + option->get_type_name() : " " + names_of(*option);
    }
    std::string description = command.app->get_description() + ".";
    description[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(description[0])));
    std::string text = wrapped(description, width, 0) + "\n" + usage + " [OPTIONS]\n" +
                       options_of(*command.app, width) + "\nExamples:\n";
    // Lines that are to be copied are not broken.
    for (const std::string& example : command.examples) text += "  " + example + "\n";
    return text;
}

}  // namespace steppe::cli

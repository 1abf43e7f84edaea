#include "help.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace steppe::cli {

namespace {

/// Columns in which the meaning of an option begins, where its name leaves room.
constexpr std::size_t meaning_column = 30;
/// Lines longer than this are hard to read, those shorter cannot hold an option and its meaning.
constexpr std::size_t widest = 110, narrowest = 44;

std::string names_of(const Option& option) {
    if (option.positional) return option.shown_value();
    const std::string letter = option.letter == '\0' ? "" : fmt::format("-{},", option.letter);
    return fmt::format("{}{}{}{}", letter, option.written(), option.takes_value() ? " " : "",
                       option.shown_value());
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

std::string meaning_of(const Option& option) {
    const std::string& usual = option.shown_default;
    return option.help + (usual.empty() ? "" : fmt::format(" [{}]", usual)) +
           (option.required ? " (needed)" : "");
}

std::string options_of(const Options& options, std::size_t width) {
    std::string text;
    for (const std::string& group : options.groups()) {
        text += fmt::format("\n{}:\n", group);
        for (const Option& option : options) {
            if (option.group == group) text += entry(names_of(option), meaning_of(option), width);
        }
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
            out += '\n';
            out.append(indent, ' ');
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

std::string program_help(const Program& program, std::size_t columns) {
    const std::size_t width = readable(columns);
    std::string text = wrapped(program.description, width, 0) +
                       "\nUsage: steppe COMMAND [OPTIONS]\n" + options_of(program.options, width) +
                       "\nCommands:\n";
    for (const Command& command : program.commands) {
        text += entry(command.name, command.description, width);
    }
    return text + "\n" +
           wrapped(
               "'steppe help COMMAND' or 'steppe COMMAND --help' shows a command's options and "
               "examples.",
               width, 0) +
           "\n";
}

std::string command_help(const Command& command, std::size_t columns) {
    const std::size_t width = readable(columns);
    std::string usage = "Usage: steppe " + command.name;
    for (const Option& option : command.options) {
        if (option.required) usage.append(" ").append(names_of(option));
    }
    std::string text = wrapped(capitalised(command.description) + ".", width, 0) + "\n" +
                       wrapped(usage + " [OPTIONS]", width, 4) + "\n" +
                       options_of(command.options, width) + "\nExamples:\n";
    // Lines that are to be copied are not broken.
    for (const std::string& example : command.examples) text += "  " + example + "\n";
    return text;
}

}  // namespace steppe::cli

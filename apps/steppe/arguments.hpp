#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

/// Wrong command lines and configuration files, in our own words.
namespace steppe::cli {

/// Names of the options of a command.
std::vector<std::string> option_names(const CLI::App& app);

/// Sub-commands that help lists.
std::vector<std::string> command_names(const CLI::App& program);

/// The command in hand, or the program when there is none.
const CLI::App& chosen(const CLI::App& program);

/// Looks at the words before they are parsed: throws Error for an option without its value, with an
/// empty one, with the name of another option in its place, or given twice; for a flag with a
/// value; and for a configuration file that cannot be read.
void check_arguments(const CLI::App& program, const std::vector<std::string>& words);

/// "'solv' is no sub-command: ...".
std::string unknown_command(const CLI::App& program, const std::string& word);

/// What parsing found wrong, as a sentence.
std::string sentence_of(const CLI::App& program, const CLI::ParseError& error);

}  // namespace steppe::cli

#pragma once

#include <string>
#include <vector>

#include "commands.hpp"

/// Wrong command lines and configuration files, in our own words.
namespace steppe::cli {

/// Where the name of an option is looked up: in the command in hand, where there is one, and in the
/// program.
struct Scope {
    const Program& program;
    const Command* command;  ///< may be null

    const Option* find(const std::string& name) const;
    std::vector<std::string> names() const;
};

/// Looks at the words before they are parsed: throws Error for an option without its value, with an
/// empty one, with the name of another option in its place, or given twice; for a flag with a
/// value; and for a configuration file that cannot be read.
void check_arguments(const Program& program, const std::vector<std::string>& words);

/// "'solv' is no sub-command: ...".
std::string unknown_command(const Program& program, const std::string& word);

/// A word that is neither an option nor belongs to one.
std::string unknown_word(const Scope& scope, const std::string& word);

/// What the parser could not place in a configuration file, as a sentence.
std::string unknown_key(const Program& program, const std::string& message);

/// A value that an option of the command line or a key of a configuration file cannot have, by the
/// parser's message; `number`: how many there are is wrong.
std::string wrong_value(const Scope& scope, const std::string& message, bool number);

/// An option that is needed and not given.
std::string missing(const Scope& scope);

}  // namespace steppe::cli

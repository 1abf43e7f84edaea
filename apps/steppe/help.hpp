#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "commands.hpp"

namespace steppe::cli {

/// Text broken between words into lines of at most `width` characters, all but the first indented.
std::string wrapped(const std::string& text, std::size_t width, std::size_t indent);

/// What `steppe --help` prints, for a terminal of so many columns.
std::string program_help(const Program& program, std::size_t width);

/// What `steppe COMMAND --help` prints.
std::string command_help(const Command& command, std::size_t width);

}  // namespace steppe::cli

#pragma once

#include <string>
#include <vector>

#include "commands.hpp"

namespace steppe::cli {

/// What a command line asks for.
struct Asked {
    enum class What { Execute, Help, Version };
    What what;
    const Command* command;  ///< the one that it names, or null
};

/// Sets the program's options from a command line, and from the configuration file that it names;
/// throws Error for what is wrong with them.
Asked parse(Program& program, const std::vector<std::string>& words);

}  // namespace steppe::cli

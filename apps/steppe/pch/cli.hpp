// Headers that take most of the time a file of the command line takes to compile; each file names
// those that it uses all the same.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <iosfwd>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "values.hpp"

/// What the sub-commands share. Each sub-command is one file that holds its options, their help and
/// its worked examples; the manual's reference is printed from the same place.
namespace steppe::cli {

struct Streams {
    std::ostream& out;
    std::ostream& err;
};

/// One sub-command.
struct Command {
    CLI::App* app = nullptr;
    std::vector<std::string> examples;           ///< whole command lines, for help and manual
    std::function<int(const Streams&)> execute;  ///< returns the exit status
};

Command add_solve(CLI::App& program);
Command add_generate(CLI::App& program);
Command add_check(CLI::App& program);
Command add_info(CLI::App& program);

/// What the program's exit status says.
struct ExitStatus {
    int status;
    const char* meaning;
};
inline constexpr ExitStatus exit_statuses[] = {
    {0, "solved, or measured where that was asked"},
    {1, "finished without a solution"},
    {2, "the request or an input was wrong, or output could not be written"},
    {3, "interrupted"}};

/// What `steppe manual` prints: the reference page of the manual in Markdown, the man page in roff,
/// completion for one of `completion_shells`. All are made from the options themselves.
std::string reference_markdown(const std::vector<Command>& commands);
std::string man_page(const CLI::App& program, const std::vector<Command>& commands);
std::string completion(const std::string& shell, CLI::App& program,
                       const std::vector<Command>& commands);
inline const std::vector<std::string> completion_shells{"bash", "zsh", "fish"};

/// The flag of commands whose status tells of success.
void add_exit_zero(CLI::App& command, bool& exit_zero);

/// One JSON object on a line. Bytes that are no UTF-8 (names of files) are replaced: JSON has none.
std::string json_line(const nlohmann::ordered_json& json);

/// An option that may only be given together with something else: throws Error where `option` was
/// given and `makes_sense` is false.
void refuse_unless(bool makes_sense, const CLI::Option* option, const std::string& why);

/// What holds where the option is not given (options/settings.hpp), for the end of its help.
std::string default_help(const std::string& setting, const std::string& note = "");

}  // namespace steppe::cli

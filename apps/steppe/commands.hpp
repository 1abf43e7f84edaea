#pragma once

#include <deque>
#include <functional>
#include <iosfwd>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "option.hpp"

/// What the sub-commands share. Each sub-command is one file that holds its options, their help and
/// its worked examples; the manual's reference is printed from the same place.
namespace steppe::cli {

struct Streams {
    std::ostream& out;
    std::ostream& err;
};

/// One sub-command.
struct Command {
    std::string name, description;
    std::vector<std::string> examples;           ///< whole command lines, for help and manual
    std::function<int(const Streams&)> execute;  ///< returns the exit status
    Options options = {};

    /// Whether an option takes several words.
    bool takes_several() const;
};

Command solve_command();
Command generate_command();
Command check_command();
Command landscape_command();
Command sweep_command();
Command export_command();
Command study_command();
Command theory_command();
Command info_command();
Command plot_command();

/// The heading of the options that every command has.
inline constexpr const char* common_group = "Options";

struct Program {
    std::string description;
    Options options = {};               ///< may stand behind every command as well
    std::deque<Command> commands = {};  ///< in the order in which help lists them
    std::deque<Command> unlisted = {};  ///< those that help leaves out

    /// The command of a name that help lists, or null.
    const Command* listed(const std::string& name) const;
    /// Any command of a name, or null.
    const Command* find(const std::string& name) const;
    std::vector<std::string> command_names() const;  ///< as help lists them
};

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
std::string reference_markdown(const Program& program);
std::string man_page(const Program& program);
std::string completion(const std::string& shell, const Program& program);
inline const std::vector<std::string> completion_shells{"bash", "zsh", "fish"};

/// A description with a capital letter.
std::string capitalised(std::string description);

/// The flag of commands whose status tells of success.
void add_exit_zero(Options& options, bool& exit_zero);

/// One JSON object on a line. Bytes that are no UTF-8 (names of files) are replaced: JSON has none.
std::string json_line(const nlohmann::ordered_json& json);

/// What holds where the option is not given (options/settings.hpp), for the end of its help.
std::string default_help(const std::string& setting, const std::string& note = "");

}  // namespace steppe::cli

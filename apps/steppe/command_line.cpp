#include "command_line.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <new>
#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>

#include "arguments.hpp"
#include "commands.hpp"
#include "help.hpp"
#include "parser.hpp"
#include "steppe/error.hpp"
#include "steppe/options/settings.hpp"
#include "steppe/run/solve.hpp"
#include "terminal.hpp"

namespace steppe::cli {

namespace {

constexpr int wrong_request = 2;
constexpr const char* too_large =
    "steppe: there is not enough memory for this problem; 'steppe info' with the same options says "
    "how much it needs\n";

const OptionSpec help_option{
    .name = "help", .group = common_group, .help = "print this help", .letter = 'h'};

/// Help of a command that is listed, or of the program.
std::string help_of(const Program& program, const Command* command) {
    const std::size_t width = terminal_width(STDOUT_FILENO);
    const bool listed = command && program.listed(command->name);
    return listed ? command_help(*command, width) : program_help(program, width);
}

Command help_command(const Program& program) {
    auto topic = std::make_shared<std::string>();
    Command command{
        "help", "print the help of a command", {}, [topic, &program](const Streams& io) {
            const Command* about = program.listed(*topic);
            if (!topic->empty() && !about) {
                throw Error(unknown_command(program, *topic));
            }
            io.out << help_of(program, about);
            return 0;
        }};
    command.options.add({.name = "command",
                         .group = common_group,
                         .value_name = "NAME",
                         .help = "the command",
                         .positional = true},
                        *topic);
    return command;
}

std::string manual_as(const std::string& form, const Program& program) {
    if (form == "markdown") return reference_markdown(program);
    if (form == "man") return man_page(program);
    return completion(form, program);
}

/// Not listed by help: who builds the manual calls it.
Command manual_command(const Program& program) {
    auto form = std::make_shared<std::string>("markdown");
    Command command{"manual",
                    "print the manual's reference page, the man page, or a shell's completion",
                    {},
                    [form, &program](const Streams& io) {
                        io.out << manual_as(*form, program);
                        return 0;
                    }};
    std::vector<std::string> forms{"markdown", "man"};
    forms.insert(forms.end(), completion_shells.begin(), completion_shells.end());
    command.options.add({"as", common_group, "NAME", "what to print", one_of(forms)}, *form);
    return command;
}

void add_common_options(Options& options) {
    options.add(
        {.name = "version", .group = common_group, .help = "print the version", .letter = 'V'});
    options.add(help_option);
    // As in all other options that read a file, - is standard input.
    const Values file{{}, [](std::string& path) {
                          if (path == "-") path = "/dev/stdin";
                          return std::string();
                      }};
    options.add({"config", common_group, "FILE",
                 "read options from a TOML file; keys stand in a section named after the "
                 "sub-command, and the command line wins",
                 file});
}

/// What goes wrong on the way out: a full disk, a closed pipe.
int finish(int status, std::ostream& out, std::ostream& err) {
    errno = 0;
    out.flush();
    if (out) return status;
    // A flush that failed before has forgotten why; asking again tells.
    const bool known = errno != 0 || (out.rdbuf() && out.rdbuf()->pubsync() != 0 && errno != 0);
    err << "steppe: standard output cannot be written"
        << (known ? std::string(": ") + std::strerror(errno) : std::string()) << "\n";
    return wrong_request;
}

int parse_and_execute(const std::vector<std::string>& words, const Streams& io) {
    Program program{
        "Finds weights that store a set of patterns, by message passing that seeks wide flat "
        "minima."};
    add_common_options(program.options);
    for (const auto make :
         {solve_command, generate_command, check_command, landscape_command, sweep_command,
          export_command, study_command, theory_command, plot_command, info_command}) {
        program.commands.push_back(make());
    }
    for (const auto make : {manual_command, help_command}) {
        program.unlisted.push_back(make(program));
    }
    for (auto* commands : {&program.commands, &program.unlisted}) {
        for (Command& command : *commands) command.options.add(help_option);
    }
    const Asked asked = parse(program, words);
    if (asked.what == Asked::What::Version) {
        io.out << "steppe " << version() << "\n";
    } else if (asked.what == Asked::What::Help || !asked.command) {
        io.out << help_of(program, asked.command);
    } else {
        return asked.command->execute(io);
    }
    return 0;
}

}  // namespace

int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
    int status = wrong_request;
    try {
        status = parse_and_execute(arguments, {out, err});
    } catch (const Error& error) {
        err << "steppe: " << error.what() << "\n";
    } catch (const std::bad_alloc&) {
        err << too_large;
    } catch (const std::length_error&) {
        err << too_large;
    } catch (const std::exception& error) {
        // Nothing that a library throws ends the program without a sentence.
        err << "steppe: internal error: " << error.what()
            << "; please report it with the command and its files\n";
    } catch (...) {
        err << "steppe: internal error of an unknown kind; please report it with the command and "
               "its files\n";
    }
    return finish(status, out, err);
}

bool Command::takes_several() const {
    return std::ranges::any_of(options, &Option::several);
}

const Command* Program::listed(const std::string& name) const {
    for (const Command& command : commands) {
        if (command.name == name) return &command;
    }
    return nullptr;
}

const Command* Program::find(const std::string& name) const {
    for (const Command& command : unlisted) {
        if (command.name == name) return &command;
    }
    return listed(name);
}

std::vector<std::string> Program::command_names() const {
    std::vector<std::string> names;
    for (const Command& command : commands) names.push_back(command.name);
    return names;
}

std::string capitalised(std::string description) {
    description[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(description[0])));
    return description;
}

void add_exit_zero(Options& options, bool& exit_zero) {
    options.add({"exit-zero", "Output", "",
                 "exit status 0 where it would be 1 (errors are left): for programs that take 1 "
                 "for a failure"},
                exit_zero);
}

std::string json_line(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string default_help(const std::string& setting, const std::string& note) {
    return fmt::format(" ({}{})", default_words(setting), note.empty() ? "" : "; " + note);
}

}  // namespace steppe::cli

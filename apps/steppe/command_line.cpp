#include "command_line.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>

#include "arguments.hpp"
#include "commands.hpp"
#include "help.hpp"
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

/// The command of a name, where there is one.
const Command* find_command(const std::vector<Command>& commands, const std::string& name) {
    for (const Command& command : commands) {
        if (command.app->get_name() == name) return &command;
    }
    return nullptr;
}

/// Help of the command in hand, or of the program.
std::string help_of(const CLI::App& program, const std::vector<Command>& commands,
                    const std::string& name) {
    const std::size_t width = terminal_width(STDOUT_FILENO);
    const Command* command = find_command(commands, name);
    return command ? command_help(*command, width) : program_help(program, width);
}

/// Not listed by help: who builds the manual calls it.
CLI::App* add_manual(CLI::App& program, std::string& form) {
    std::vector<std::string> forms{"markdown", "man"};
    forms.insert(forms.end(), completion_shells.begin(), completion_shells.end());
    CLI::App* manual = program.add_subcommand(
        "manual", "print the manual's reference page, the man page, or a shell's completion");
    manual->group("");
    manual->add_option("--as", form, "what to print")
        ->check(one_of(forms))
        ->type_name("NAME")
        ->capture_default_str();
    return manual;
}

std::string manual_as(const std::string& form, CLI::App& program,
                      const std::vector<Command>& commands) {
    if (form == "markdown") return reference_markdown(commands);
    if (form == "man") return man_page(program, commands);
    return completion(form, program, commands);
}

void set_up(CLI::App& program, const std::vector<Command>& commands) {
    program.set_version_flag("-V,--version", "steppe " + version(), "print the version");
    program.set_help_flag("-h,--help", "print this help");
    program.set_config("--config", "",
                       "read options from a TOML file; keys stand in a section named after the "
                       "sub-command, and the command line wins");
    program.get_config_ptr()->type_name("FILE");
    // As in all other options that read a file.
    program.get_config_ptr()->transform(CLI::Validator(
        [](std::string& path) {
            if (path == "-") path = "/dev/stdin";
            return std::string();
        },
        ""));
    program.allow_config_extras(CLI::config_extras_mode::error);
    program.require_subcommand(0, 1);
    program.footer(
        "'steppe help COMMAND' or 'steppe COMMAND --help' shows a command's options and examples.");
    for (const Command& command : commands) {
        // --config and --version are the program's; they may stand behind the sub-command as well.
        command.app->fallthrough();
        command.app->set_help_flag("-h,--help", "print this help");
        command.app->allow_config_extras(CLI::config_extras_mode::error);
        for (CLI::Option* option : command.app->get_options()) {
            if (option->get_items_expected_min() > 0) option->check(not_empty());
        }
    }
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

int parse_and_execute(const std::vector<std::string>& arguments, const Streams& io) {
    CLI::App program(
        "Finds weights that store a set of patterns, by message passing that seeks wide flat "
        "minima.",
        "steppe");
    std::vector<Command> commands{add_solve(program), add_generate(program), add_check(program),
                                  add_info(program)};
    std::string manual_form = "markdown";
    CLI::App* manual = add_manual(program, manual_form);
    CLI::App* help = program.add_subcommand("help", "print the help of a command");
    std::string topic;
    help->add_option("command", topic, "the command");
    help->group("");
    set_up(program, commands);
    try {
        check_arguments(program, arguments);
        program.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
        if (manual->parsed()) {
            io.out << manual_as(manual_form, program, commands);
            return 0;
        }
        if (help->parsed() && !topic.empty() && !find_command(commands, topic)) {
            throw Error(unknown_command(program, topic));
        }
        for (const Command& command : commands) {
            if (command.app->parsed()) return command.execute(io);
        }
        io.out << help_of(program, commands, topic);
        return 0;
    } catch (const CLI::CallForHelp&) {
        io.out << help_of(program, commands, chosen(program).get_name());
        return 0;
    } catch (const CLI::CallForVersion&) {
        io.out << "steppe " << version() << "\n";
        return 0;
    } catch (const CLI::ParseError& error) {
        throw Error(sentence_of(program, error));
    }
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

void add_exit_zero(CLI::App& command, bool& exit_zero) {
    command
        .add_flag("--exit-zero", exit_zero,
                  "exit status 0 where it would be 1 (errors are left): for programs that take 1 "
                  "for a failure")
        ->group("Output");
}

std::string json_line(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string default_help(const std::string& setting, const std::string& note) {
    return fmt::format(" ({}{})", default_words(setting), note.empty() ? "" : "; " + note);
}

void refuse_unless(bool makes_sense, const CLI::Option* option, const std::string& why) {
    if (!makes_sense && option->count() > 0) {
        throw Error(fmt::format("--{} {}", option->get_lnames().front(), why));
    }
}

}  // namespace steppe::cli

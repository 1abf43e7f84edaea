#include "command_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>
#include <sstream>

#include "commands.hpp"
#include "steppe/error.hpp"
#include "steppe/run/solve.hpp"
#include "words.hpp"

namespace steppe::cli {

namespace {

constexpr int wrong_request = 2;

/// A validator that knows its words has this and them for its name, which is shown nowhere.
const std::string words_mark = "words: ";

/// All option and sub-command names that could have been meant.
std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
}

/// Sub-commands that help lists.
std::vector<std::string> command_names(const CLI::App& program) {
    std::vector<std::string> names;
    for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; })) {
        if (!command->get_group().empty()) names.push_back(command->get_name());
    }
    return names;
}

/// Options for the command in hand, or of the program when there is none.
const CLI::App& chosen(const CLI::App& program) {
    const auto commands = program.get_subcommands();
    return commands.empty() ? program : *commands.front();
}

std::string unknown_word(const CLI::App& program, const std::string& word) {
    const CLI::App& app = chosen(program);
    if (!word.starts_with("-")) {
        if (&app != &program) {
            return fmt::format("'{}' is not expected by 'steppe {}': options begin with --", word,
                               app.get_name());
        }
        const std::vector<std::string> commands = command_names(program);
        const std::string near = nearest_word(word, commands);
        return fmt::format("'{}' is no sub-command: it may be {}{}", word, list_words(commands),
                           near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
    }
    const std::string name = word.substr(0, word.find('='));
    const std::string near = nearest_word(name, option_names(app));
    const std::string where = &app == &program ? std::string("steppe") : "steppe " + app.get_name();
    return fmt::format("'{}' is no option of '{}'{}", name, where,
                       near.empty() ? fmt::format("; '{} --help' lists them", where)
                                    : fmt::format("; did you mean '{}'?", near));
}

/// What CLI11 could not place in a configuration file, "section.key", as a sentence.
std::string unknown_key(const CLI::App& program, const std::string& message) {
    const std::string start = "INI was not able to parse ";
    if (!message.starts_with(start)) return message;
    const std::string place = message.substr(start.size());
    const std::size_t dot = place.find('.');
    const std::vector<std::string> commands = command_names(program);
    if (dot == std::string::npos) {
        return fmt::format("key '{}' stands outside a section; sections are named {}", place,
                           list_words(commands));
    }
    const std::string section = place.substr(0, dot);
    const std::string key = place.substr(dot + 1);
    if (std::find(commands.begin(), commands.end(), section) == commands.end()) {
        return fmt::format("section '{}' is no sub-command: it may be {}", section,
                           list_words(commands));
    }
    const CLI::App& app = *program.get_subcommand(section);
    const std::string near = nearest_word("--" + key, option_names(app));
    return fmt::format("key '{}' of section '{}' is no option of 'steppe {}'{}", key, section,
                       section,
                       near.empty() ? "" : fmt::format("; did you mean '{}'?", near.substr(2)));
}

/// Options first mentioned on the command line that are no option of theirs.
std::string first_unknown(const CLI::App& program) {
    for (const std::string& word : program.remaining(true)) {
        if (word != "--") return word;
    }
    return "";
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

}  // namespace

int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
    CLI::App program(
        "Finds weights that store a set of patterns, by message passing that seeks wide flat "
        "minima.",
        "steppe");
    program.set_version_flag("--version", "steppe " + version());
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
    program.footer("'steppe COMMAND --help' shows a command's options and examples.");
    std::vector<Command> commands{add_solve(program), add_generate(program), add_check(program),
                                  add_info(program)};
    std::string manual_form = "markdown";
    CLI::App* manual = add_manual(program, manual_form);
    for (const Command& command : commands) {
        // --config is the program's; it may stand behind the sub-command as well.
        command.app->fallthrough();
        command.app->allow_config_extras(CLI::config_extras_mode::error);
        std::string footer = "Examples:\n";
        for (const std::string& example : command.examples) footer += "  " + example + "\n";
        command.app->footer(footer);
    }
    program.failure_message(
        [](const CLI::App*, const CLI::Error& e) { return std::string(e.what()); });

    try {
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
        program.parse(reversed);
        if (manual->parsed()) {
            out << manual_as(manual_form, program, commands);
            return 0;
        }
        for (const Command& command : commands) {
            if (command.app->parsed()) return command.execute({out, err});
        }
        out << program.help();
        return 0;
    } catch (const CLI::CallForHelp&) {
        out << chosen(program).help();
        return 0;
    } catch (const CLI::CallForVersion&) {
        out << "steppe " << version() << "\n";
        return 0;
    } catch (const CLI::ExtrasError&) {
        err << "steppe: " << unknown_word(program, first_unknown(program)) << "\n";
        return wrong_request;
    } catch (const CLI::ConfigError& error) {
        err << "steppe: configuration file: " << unknown_key(program, error.what()) << "\n";
        return wrong_request;
    } catch (const CLI::ParseError& error) {
        err << "steppe: " << error.what() << "\n";
        return wrong_request;
    } catch (const Error& error) {
        err << "steppe: " << error.what() << "\n";
        return wrong_request;
    } catch (const std::bad_alloc&) {
        err << "steppe: there is not enough memory for this problem; 'steppe info' with the same "
               "options says how much it needs\n";
        return wrong_request;
    }
}

CLI::Validator one_of(const std::vector<std::string>& words) {
    CLI::Validator validator(
        [words](std::string& word) -> std::string {
            if (std::find(words.begin(), words.end(), word) != words.end()) return "";
            const std::string near = nearest_word(word, words);
            return fmt::format("'{}' is not allowed; it may be {}{}", word, list_words(words),
                               near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
        },
        "", words_mark + fmt::format("{}", fmt::join(words, " ")));
    return validator;
}

CLI::Validator suggested(const std::vector<std::string>& words) {
    return CLI::Validator([](std::string&) { return std::string(); }, "",
                          words_mark + fmt::format("{}", fmt::join(words, " ")));
}

std::vector<std::string> words_of(CLI::Option& option) {
    std::vector<std::string> words;
    try {
        for (int i = 0;; ++i) {
            const std::string& name = option.get_validator(i)->get_name();
            if (!name.starts_with(words_mark)) continue;
            std::istringstream list(name.substr(words_mark.size()));
            for (std::string word; list >> word;) words.push_back(word);
        }
    } catch (const CLI::OptionNotFound&) {
        // That was the last validator.
    }
    return words;
}

CLI::Validator at_least(long least) {
    return CLI::Validator(
        [least](std::string& word) -> std::string {
            // The conversion itself is CLI11's; this only says what is allowed where it would fail.
            std::size_t used = 0;
            long value = least - 1;
            try {
                value = std::stol(word, &used);
            } catch (const std::exception&) {
                used = 0;
            }
            if (used == word.size() && value >= least) return "";
            return fmt::format("'{}' is not a whole number from {} up", word, least);
        },
        "");
}

void refuse_unless(bool makes_sense, const CLI::Option* option, const std::string& why) {
    if (!makes_sense && option->count() > 0) {
        throw Error(fmt::format("--{} {}", option->get_lnames().front(), why));
    }
}

}  // namespace steppe::cli

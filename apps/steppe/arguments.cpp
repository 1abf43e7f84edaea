#include "arguments.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "steppe/error.hpp"
#include "words.hpp"

namespace steppe::cli {

namespace {

const CLI::Option* find_option(const CLI::App& app, const std::string& name) {
    for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
        for (const CLI::Option* option : at->get_options()) {
            for (const std::string& known : option->get_lnames()) {
                if (name == "--" + known) return option;
            }
            for (const std::string& known : option->get_snames()) {
                if (name == "-" + known) return option;
            }
        }
    }
    return nullptr;
}

bool takes_value(const CLI::Option& option) {
    return option.get_items_expected_min() > 0;
}

/// "--out needs a value: FILE".
std::string needs_value(const std::string& name, const CLI::Option& option) {
    return fmt::format("{} needs a value{}", name,
                       option.get_type_name().empty() ? "" : ": " + option.get_type_name());
}

void require_readable(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        throw Error(fmt::format("configuration file: '{}' is a folder", path));
    }
    // Not opened: a FIFO is read once.
    if (path != "-" && ::access(path.c_str(), R_OK) != 0) {
        throw Error(
            fmt::format("configuration file: '{}' cannot be read: {}", path, std::strerror(errno)));
    }
}

/// Walks the words of a command line.
class Walk {
  public:
    Walk(const CLI::App& program, const std::vector<std::string>& words)
        : app_(&program), words_(words) {}

    void run() {
        for (at_ = 0; at_ < words_.size(); ++at_) {
            const std::string& word = words_[at_];
            if (word == "--") return;
            if (word.size() > 1 && word[0] == '-') {
                option(word);
            } else {
                plain(word);
            }
        }
    }

  private:
    void plain(const std::string& word) {
        if (app_->get_parent() != nullptr) {
            if (word.empty()) throw Error("an empty word is no name of a file");
            return;
        }
        const auto commands = app_->get_subcommands([](const CLI::App*) { return true; });
        for (const CLI::App* command : commands) {
            if (command->get_name() == word) app_ = command;
        }
    }

    void option(const std::string& word) {
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const CLI::Option* option = find_option(*app_, name);
        if (!option) return;  // Parsing says so.
        const bool inside = equals != std::string::npos;
        if (!takes_value(*option)) {
            if (inside) throw Error(fmt::format("{} takes no value", name));
            return;
        }
        if (std::ranges::find(given_, option) != given_.end()) {
            throw Error(fmt::format("{} is given twice", name));
        }
        given_.push_back(option);
        if (!inside && at_ + 1 == words_.size()) throw Error(needs_value(name, *option));
        const std::string value = inside ? word.substr(equals + 1) : words_[++at_];
        if (value.empty()) {
            throw Error(fmt::format("{}: the value is empty", name));
        }
        if (!inside && value.size() > 1 && find_option(*app_, value.substr(0, value.find('=')))) {
            throw Error(
                fmt::format("{}, and '{}' is an option", needs_value(name, *option), value));
        }
        if (name == "--config") require_readable(value);
    }

    const CLI::App* app_;
    const std::vector<std::string>& words_;
    std::size_t at_ = 0;
    std::vector<const CLI::Option*> given_;
};

/// Options first mentioned on the command line that are no option of theirs.
std::string first_unknown(const CLI::App& program) {
    for (const std::string& word : program.remaining(true)) {
        if (word != "--") return word;
    }
    return "";
}

std::string unknown_word(const CLI::App& program, const std::string& word) {
    const CLI::App& app = chosen(program);
    if (!word.starts_with("-")) {
        if (&app == &program) return unknown_command(program, word);
        return fmt::format("'{}' is not expected by 'steppe {}': options begin with --", word,
                           app.get_name());
    }
    const std::string name = word.substr(0, word.find('='));
    const std::string near = nearest_word(name, option_names(app));
    const std::string where = &app == &program ? std::string("steppe") : "steppe " + app.get_name();
    return fmt::format("'{}' is no option of '{}'{}", name, where,
                       near.empty() ? fmt::format("; '{} --help' lists them", where)
                                    : fmt::format("; did you mean '{}'?", near));
}

/// What could not be placed in a configuration file, "section.key", as a sentence.
std::string unknown_key(const CLI::App& program, const std::string& message) {
    const std::string start = "INI was not able to parse ";
    if (!message.starts_with(start)) return "a line is not `key = value`, or no key to set here";
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

/// The option that a message of the parser names, or null.
const CLI::Option* named_option(const CLI::App& app, const std::string& message) {
    const auto ends = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-';
    };
    for (std::size_t at = message.find("--"); at != std::string::npos;) {
        const std::size_t end = static_cast<std::size_t>(
            std::find_if(message.begin() + static_cast<std::ptrdiff_t>(at), message.end(), ends) -
            message.begin());
        const CLI::Option* option = find_option(app, message.substr(at, end - at));
        if (option) return option;
        at = message.find("--", end);
    }
    return nullptr;
}

/// Of a value that options of the command line or keys of a configuration file have.
std::string wrong_value(const CLI::App& app, const CLI::ParseError& error) {
    const CLI::Option* option = named_option(app, error.what());
    if (!option) return "an option or key has a value that cannot be read";
    const std::string name = option->get_name();
    if (!takes_value(*option)) {
        return fmt::format("{} takes no value; in a configuration file it is true or false", name);
    }
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
        return option->count() > 1
                   ? fmt::format("{} takes one value, and {} are given", name, option->count())
                   : needs_value(name, *option);
    }
    return fmt::format("{}: the value cannot be read", name);
}

std::string missing(const CLI::App& app) {
    for (const CLI::Option* option : app.get_options()) {
        if (!option->get_required() || option->count() > 0) continue;
        const bool positional = option->get_lnames().empty();
        return fmt::format(
            "'steppe {}' needs {}", app.get_name(),
            positional ? fmt::format("a {}: {}", option->get_type_name(), option->get_description())
                       : option->get_name() + " " + option->get_type_name());
    }
    return fmt::format("'steppe {}' needs more options", app.get_name());
}

}  // namespace

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
        for (const CLI::Option* option : at->get_options()) {
            for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
        }
    }
    return names;
}

std::vector<std::string> command_names(const CLI::App& program) {
    std::vector<std::string> names;
    for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; })) {
        if (!command->get_group().empty()) names.push_back(command->get_name());
    }
    return names;
}

const CLI::App& chosen(const CLI::App& program) {
    const auto commands = program.get_subcommands();
    return commands.empty() ? program : *commands.front();
}

void check_arguments(const CLI::App& program, const std::vector<std::string>& words) {
    Walk(program, words).run();
}

std::string unknown_command(const CLI::App& program, const std::string& word) {
    const std::vector<std::string> commands = command_names(program);
    std::vector<std::string> candidates = commands;
    candidates.emplace_back("help");
    const std::string near = nearest_word(word, candidates);
    return fmt::format("'{}' is no sub-command: it may be {}{}", word, list_words(commands),
                       near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
}

std::string sentence_of(const CLI::App& program, const CLI::ParseError& error) {
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
        return unknown_word(program, first_unknown(program));
    }
    if (dynamic_cast<const CLI::ConfigError*>(&error) != nullptr) {
        return "configuration file: " + unknown_key(program, error.what());
    }
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return missing(chosen(program));
    // These words are ours: see values.hpp.
    if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr) return error.what();
    return wrong_value(chosen(program), error);
}

}  // namespace steppe::cli

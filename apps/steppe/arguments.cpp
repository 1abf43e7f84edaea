#include "arguments.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "steppe/error.hpp"
#include "steppe/options/words.hpp"

namespace steppe::cli {

namespace {

/// "--out needs a value: FILE".
std::string needs_value(const std::string& name, const Option& option) {
    return fmt::format("{} needs a value: {}", name, option.value_name);
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
    Walk(const Program& program, const std::vector<std::string>& words)
        : scope_{program, nullptr}, words_(words) {}

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
        if (scope_.command == nullptr) {
            scope_.command = scope_.program.find(word);
        } else if (word.empty()) {
            throw Error("an empty word is no name of a file");
        } else if (word.starts_with('[') && word.ends_with(']') &&
                   scope_.command->takes_several()) {
            // Parsing would split it at commas.
            throw Error(
                fmt::format("'{0}' looks like a list: a file of that name is './{0}'", word));
        }
    }

    void option(const std::string& word) {
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const Option* option = scope_.find(name);
        if (!option) return;  // Parsing says so.
        const bool inside = equals != std::string::npos;
        if (!option->takes_value()) {
            if (inside) throw Error(fmt::format("{} takes no value", name));
            return;
        }
        if (!option->repeated && std::ranges::find(given_, option) != given_.end()) {
            throw Error(fmt::format("{} is given twice", name));
        }
        given_.push_back(option);
        if (!inside && at_ + 1 == words_.size()) throw Error(needs_value(name, *option));
        const std::string value = inside ? word.substr(equals + 1) : words_[++at_];
        if (value.empty()) {
            throw Error(fmt::format("{}: the value is empty", name));
        }
        if (!inside && value.size() > 1 && scope_.find(value.substr(0, value.find('=')))) {
            throw Error(
                fmt::format("{}, and '{}' is an option", needs_value(name, *option), value));
        }
        if (name == "--config") require_readable(value);
    }

    Scope scope_;
    const std::vector<std::string>& words_;
    std::size_t at_ = 0;
    std::vector<const Option*> given_;
};

/// The option that a message of the parser names, or null.
const Option* named_option(const Scope& scope, const std::string& message) {
    const auto ends = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-';
    };
    for (std::size_t at = message.find("--"); at != std::string::npos;) {
        const std::size_t end = static_cast<std::size_t>(
            std::find_if(message.begin() + static_cast<std::ptrdiff_t>(at), message.end(), ends) -
            message.begin());
        const Option* option = scope.find(message.substr(at, end - at));
        if (option) return option;
        at = message.find("--", end);
    }
    return nullptr;
}

std::string did_you_mean(const std::string& near) {
    return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

}  // namespace

const Option* Scope::find(const std::string& name) const {
    const Option* option = command ? command->options.find(name) : nullptr;
    return option ? option : program.options.find(name);
}

std::vector<std::string> Scope::names() const {
    std::vector<std::string> names;
    const auto take = [&](const Options& options) {
        for (const Option& option : options) {
            if (!option.positional) names.push_back(option.written());
        }
    };
    if (command) take(command->options);
    take(program.options);
    return names;
}

void check_arguments(const Program& program, const std::vector<std::string>& words) {
    Walk(program, words).run();
}

std::string unknown_command(const Program& program, const std::string& word) {
    const std::vector<std::string> commands = program.command_names();
    std::vector<std::string> candidates = commands;
    candidates.emplace_back("help");
    return fmt::format("'{}' is no sub-command: it may be {}{}", word, list_words(commands),
                       did_you_mean(nearest_word(word, candidates)));
}

std::string unknown_word(const Scope& scope, const std::string& word) {
    if (!word.starts_with("-")) {
        if (!scope.command) return unknown_command(scope.program, word);
        return fmt::format("'{}' is not expected by 'steppe {}': options begin with --", word,
                           scope.command->name);
    }
    const std::string name = word.substr(0, word.find('='));
    const std::string near = nearest_word(name, scope.names());
    const std::string where = scope.command ? "steppe " + scope.command->name : "steppe";
    return fmt::format(
        "'{}' is no option of '{}'{}", name, where,
        near.empty() ? fmt::format("; '{} --help' lists them", where) : did_you_mean(near));
}

std::string unknown_key(const Program& program, const std::string& message) {
    const std::string start = "INI was not able to parse ";
    if (!message.starts_with(start)) return "a line is not `key = value`, or no key to set here";
    const std::string place = message.substr(start.size());
    const std::size_t dot = place.find('.');
    const std::string commands = list_words(program.command_names());
    if (dot == std::string::npos) {
        return fmt::format("key '{}' stands outside a section; sections are named {}", place,
                           commands);
    }
    const std::string section = place.substr(0, dot);
    const std::string key = place.substr(dot + 1);
    const Command* command = program.listed(section);
    if (!command) {
        return fmt::format("section '{}' is no sub-command: it may be {}", section, commands);
    }
    const std::string near = nearest_word("--" + key, Scope{program, command}.names());
    return fmt::format("key '{}' of section '{}' is no option of 'steppe {}'{}", key, section,
                       section, did_you_mean(near.empty() ? near : near.substr(2)));
}

std::string wrong_value(const Scope& scope, const std::string& message, bool number) {
    const Option* option = named_option(scope, message);
    if (!option) return "an option or key has a value that cannot be read";
    const std::string name = option->written();
    if (!option->takes_value()) {
        return fmt::format("{} takes no value; in a configuration file it is true or false", name);
    }
    if (!number) return fmt::format("{}: the value cannot be read", name);
    return option->times > 1
               ? fmt::format("{} takes one value, and {} are given", name, option->times)
               : needs_value(name, *option);
}

std::string missing(const Scope& scope) {
    const Command& command = *scope.command;
    for (const Option& option : command.options) {
        if (!option.required || option.given()) continue;
        return fmt::format("'steppe {}' needs {}", command.name,
                           option.positional
                               ? fmt::format("a {}: {}", option.value_name, option.help)
                               : option.written() + " " + option.value_name);
    }
    return fmt::format("'steppe {}' needs more options", command.name);
}

}  // namespace steppe::cli

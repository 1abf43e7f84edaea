#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "commands.hpp"

namespace steppe::cli {

namespace {

/// What completion needs to know of an option.
struct Completed {
    std::string name;                ///< with its dashes
    std::string about;               ///< a few words
    std::vector<std::string> words;  ///< values, where they are words
    bool file = false;               ///< the value is, or may be, a file
    bool value = false;              ///< it takes one
};

/// The beginning of a description, up to where it goes into detail. What stands before an early
/// sign
/// (`bp: ...`) is not yet the beginning.
std::string few_words(const std::string& description) {
    constexpr std::size_t early = 16;
    std::string out = description.substr(0, description.find_first_of(":;(,.", early));
    while (out.ends_with(' ')) out.pop_back();
    return out;
}

std::vector<Completed> completed(const Options& options) {
    std::vector<Completed> out;
    for (const Option& option : options) {
        if (option.positional) continue;
        out.push_back({option.written(), few_words(option.help), option.values.words,
                       option.value_name.find("FILE") != std::string::npos, option.takes_value()});
    }
    return out;
}

/// The option whose value is a file without a name before it, or null.
const Option* plain_file(const Options& options) {
    for (const Option& option : options) {
        if (option.positional && option.value_name == "FILE") return &option;
    }
    return nullptr;
}

std::vector<std::string> names_of(const std::vector<Completed>& options) {
    std::vector<std::string> names;
    for (const Completed& option : options) names.push_back(option.name);
    return names;
}

/// Inside single quotes of a shell.
std::string in_quotes(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out;
}

// ---------------------------------------------------------------------------------------- bash

/// One line of `case "$command $before"` for each option that takes a value.
std::string bash_values(const std::string& command, const std::vector<Completed>& options) {
    std::string out;
    for (const Completed& option : options) {
        if (!option.value) continue;
        const std::string compgen =
            (option.words.empty() ? "" : fmt::format(" -W '{}'", fmt::join(option.words, " "))) +
            (option.file ? " -f" : "");
        out += fmt::format("        '{} {}') {}return ;;\n", command, option.name,
                           compgen.empty() ? "" : fmt::format("_steppe_reply{}; ", compgen));
    }
    return out;
}

std::string bash(const Program& program) {
    const std::vector<Completed> common = completed(program.options);
    std::string values = bash_values("", common);
    std::string rest =
        fmt::format("        '') _steppe_reply -W '{} {}' ;;\n",
                    fmt::join(program.command_names(), " "), fmt::join(names_of(common), " "));
    for (const Command& command : program.commands) {
        const std::string name = command.name;
        const std::vector<Completed> options = completed(command.options);
        values += bash_values(name, options);
        values += fmt::format("        '{} --config') _steppe_reply -f; return ;;\n", name);
        rest += fmt::format("        {}) _steppe_reply -W '{} --config'{} ;;\n", name,
                            fmt::join(names_of(options), " "),
                            plain_file(command.options) ? " -f" : "");
    }
    return fmt::format(R"(# bash completion of steppe, printed by steppe itself
_steppe_reply() {{
    mapfile -t COMPREPLY < <(compgen "$@" -- "$word")
    [[ "$*" == *-f* ]] && compopt -o filenames
}}
_steppe() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} command='' i
    # --option=value is three words.
    if [[ $word == '=' ]]; then
        word=''
    elif [[ $before == '=' ]]; then
        before=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${{COMP_WORDS[i]}} in
        {}) command=${{COMP_WORDS[i]}}; break ;;
        esac
    done
    COMPREPLY=()
    case "$command $before" in
{}    esac
    case "$command" in
{}    esac
}}
complete -F _steppe steppe
)",
                       fmt::join(program.command_names(), "|"), values, rest);
}

// ----------------------------------------------------------------------------------------- zsh

std::string zsh_option(const Completed& option) {
    std::string about = option.about;
    for (char& c : about) {
        if (c == '[' || c == ']') c = ' ';
    }
    std::string value;
    if (option.value) {
        value = option.words.empty() ? (option.file ? ":file:_files" : ":value: ")
                : option.file        ? fmt::format(":value:{{_values value {} || _files}}",
                                                   fmt::join(option.words, " "))
                                     : fmt::format(":value:({})", fmt::join(option.words, " "));
    }
    return fmt::format(" \\\n    '{}[{}]{}'", option.name, in_quotes(about), value);
}

std::string zsh(const Program& program) {
    std::string common, described, cases;
    for (const Completed& option : completed(program.options)) common += zsh_option(option);
    for (const Command& command : program.commands) {
        const std::string name = command.name;
        described +=
            fmt::format(" \\\n    '{}:{}'", name, in_quotes(few_words(command.description)));
        cases += fmt::format("  {})\n    _arguments", name);
        for (const Completed& option : completed(command.options)) cases += zsh_option(option);
        cases += " \\\n    '--config[read options from a TOML file]:file:_files'";
        if (const Option* file = plain_file(command.options)) {
            cases += fmt::format(" \\\n    '{}:file:_files'", file->several ? "*" : "1");
        }
        cases += " ;;\n";
    }
    return fmt::format(R"(#compdef steppe
# zsh completion of steppe, printed by steppe itself
_steppe() {{
  local context state line
  typeset -A opt_args
  _arguments -C{} \
    '1:command:->command' '*::argument:->argument'
  if [[ $state == command ]]; then
    local -a commands=({})
    _describe command commands
    return
  fi
  case $line[1] in
{}  esac
}}
_steppe "$@"
)",
                       common, described, cases);
}

// ---------------------------------------------------------------------------------------- fish

std::string fish_option(const std::string& where, const Completed& option) {
    std::string value;
    if (option.value) {
        value = option.file ? " -r -F" : " -x";
        if (!option.words.empty()) value += fmt::format(" -a '{}'", fmt::join(option.words, " "));
    }
    std::string about;
    for (const char c : option.about) about += c == '\'' ? std::string("\\'") : std::string(1, c);
    return fmt::format("complete -c steppe{} -l {}{} -d '{}'\n", where, option.name.substr(2),
                       value, about);
}

std::string fish(const Program& program) {
    std::string out = "# fish completion of steppe, printed by steppe itself\n";
    for (const Completed& option : completed(program.options)) out += fish_option("", option);
    for (const Command& command : program.commands) {
        const std::string name = command.name;
        const std::string where = fmt::format(" -n '__fish_seen_subcommand_from {}'", name);
        out += fmt::format("complete -c steppe -n __fish_use_subcommand -f -a {} -d '{}'\n", name,
                           few_words(command.description));
        if (!plain_file(command.options)) out += fmt::format("complete -c steppe{} -f\n", where);
        for (const Completed& option : completed(command.options)) {
            if (option.name != "--help") out += fish_option(where, option);
        }
    }
    return out;
}

}  // namespace

std::string completion(const std::string& shell, const Program& program) {
    return shell == "bash" ? bash(program) : shell == "zsh" ? zsh(program) : fish(program);
}

}  // namespace steppe::cli

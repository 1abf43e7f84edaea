#include "parser.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "arguments.hpp"
#include "steppe/error.hpp"

// The only file that sees CLI11, which takes seconds to compile.
namespace steppe::cli {

namespace {

/// A validator of CLI11: a sentence on what is wrong, or nothing.
CLI::Validator validator_of(const Option& option) {
    return CLI::Validator(
        [&option](std::string& word) {
            const std::string why = option.values.check ? option.values.check(word) : "";
            return why.empty() && word.empty() ? "the value is empty" : why;
        },
        "");
}

CLI::Option* add(CLI::App& app, const Option& option) {
    const std::string names =
        (option.letter == '\0' ? "" : fmt::format("-{},", option.letter)) + option.written();
    // These three have their own ways in CLI11.
    if (option.name == "help") return app.set_help_flag(names, option.help);
    if (option.name == "version") return app.set_version_flag(names, "");
    if (option.name == "config") return app.set_config(names);
    if (option.takes_value()) {
        CLI::Option* parsed = app.add_option(names, [&option](const CLI::results_t& words) {
            for (const std::string& word : words) option.set(word);
            return true;
        });
        if (option.several) {
            parsed->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args();
        }
        if (option.repeated) parsed->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        return parsed;
    }
    // What CLI11 makes of a flag; its own way to have one with a function throws other errors.
    return app
        .add_option(names,
                    [&option](const CLI::results_t& words) {
                        bool on = false;
                        if (!CLI::detail::lexical_cast(words.front(), on)) return false;
                        option.set(on ? "true" : "false");
                        return true;
                    })
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->expected(0);
}

class Parser {
  public:
    explicit Parser(Program& program) : program_(program) {
        app_.allow_config_extras(CLI::config_extras_mode::error);
        app_.require_subcommand(0, 1);
        add_all(app_, program.options);
        for (Command& command : program.commands) add_command(command)->fallthrough();
        for (Command& command : program.unlisted) add_command(command);
    }

    Asked parse(const std::vector<std::string>& words) {
        try {
            app_.parse(std::vector<std::string>(words.rbegin(), words.rend()));
        } catch (const CLI::CallForHelp&) {
            return {Asked::What::Help, chosen()};
        } catch (const CLI::CallForVersion&) {
            return {Asked::What::Version, chosen()};
        } catch (const CLI::ParseError& error) {
            count();
            throw Error(sentence_of(error));
        }
        count();
        return {Asked::What::Execute, chosen()};
    }

  private:
    CLI::App* add_command(Command& command) {
        CLI::App* app = app_.add_subcommand(command.name);
        add_all(*app, command.options);
        return app;
    }

    void add_all(CLI::App& app, Options& options) {
        for (Option& option : options) {
            CLI::Option* parsed = add(app, option);
            if (option.takes_value()) parsed->transform(validator_of(option));
            if (option.required) parsed->required();
            parsed_.emplace_back(&option, parsed);
        }
    }

    void count() {
        for (const auto& [option, parsed] : parsed_) option->times = parsed->count();
    }

    /// The command in hand, or null.
    const Command* chosen() const {
        const std::vector<CLI::App*> commands = app_.get_subcommands();
        return commands.empty() ? nullptr : program_.find(commands.front()->get_name());
    }

    /// What was found wrong, in our own words.
    std::string sentence_of(const CLI::ParseError& error) const {
        const Scope scope{program_, chosen()};
        if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
            for (const std::string& word : app_.remaining(true)) {
                if (word != "--") return unknown_word(scope, word);
            }
            return unknown_word(scope, "");
        }
        if (dynamic_cast<const CLI::ConfigError*>(&error) != nullptr) {
            return "configuration file: " + unknown_key(program_, error.what());
        }
        if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return missing(scope);
        // These words are ours: see values.hpp.
        if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr) return error.what();
        const bool number = dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr;
        return wrong_value(scope, error.what(), number);
    }

    Program& program_;
    CLI::App app_;
    std::vector<std::pair<Option*, CLI::Option*>> parsed_;
};

}  // namespace

Asked parse(Program& program, const std::vector<std::string>& words) {
    check_arguments(program, words);
    return Parser(program).parse(words);
}

}  // namespace steppe::cli

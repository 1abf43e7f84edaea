#include <fmt/format.h>

#include <cctype>

#include "commands.hpp"
#include "steppe/run/solve.hpp"

namespace steppe::cli {

namespace {

/// Text as roff reads it: backslashes and hyphens made plain, no line that begins as a request.
std::string roff(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    return out;
}

/// A description begins with a small letter.
std::string sentence(std::string description) {
    description[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(description[0])));
    return roff(description);
}

std::string tagged(const CLI::Option& option) {
    const std::string& value = option.get_type_name();
    const std::string shown = value.empty() ? "" : fmt::format("\\fI{}\\fR", roff(value));
    std::string tag = shown;
    if (!option.get_lnames().empty()) {
        tag = fmt::format("\\fB{}\\fR{}{}", roff("--" + option.get_lnames().front()),
                          shown.empty() ? "" : " ", shown);
    }
    if (!option.get_snames().empty()) {
        tag = fmt::format("\\fB{}\\fR, {}", roff("-" + option.get_snames().front()), tag);
    }
    const std::string standard = option.get_default_str().empty()
                                     ? ""
                                     : fmt::format(" [{}]", roff(option.get_default_str()));
    return fmt::format(".TP\n{}\n{}{}\n", tag, roff(option.get_description()), standard);
}

std::string options_of(const CLI::App& app, const std::string& group) {
    std::string out;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_group() == group) out += tagged(*option);
    }
    return out;
}

std::string section(const Command& command) {
    const CLI::App& app = *command.app;
    std::string out = fmt::format(".SH \"STEPPE {}\"\n{}.\n", roff(app.get_name()),
                                  sentence(app.get_description()));
    for (const std::string& group : app.get_groups()) {
        const std::string options = options_of(app, group);
        if (options.empty() || group == "Options") continue;
        out += fmt::format(".SS {}\n{}", roff(group), options);
    }
    return out;
}

std::string examples(const std::vector<Command>& commands) {
    std::string out = ".SH EXAMPLES\n.EX\n";
    for (const Command& command : commands) {
        for (const std::string& example : command.examples) out += roff(example) + "\n";
    }
    return out + ".EE\n";
}

}  // namespace

std::string man_page(const CLI::App& program, const std::vector<Command>& commands) {
    std::string out = fmt::format(
        ".TH STEPPE 1 \"\" \"steppe {}\" \"User Commands\"\n"
        ".SH NAME\nsteppe \\- weights that store patterns, by message passing\n"
        ".SH SYNOPSIS\n\\fBsteppe\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR ...]\n"
        ".SH DESCRIPTION\n{}\n.PP\nCommands:\n",
        roff(version()), roff(program.get_description()));
    for (const Command& command : commands) {
        out += fmt::format(".TP\n\\fB{}\\fR\n{}.\n", roff(command.app->get_name()),
                           roff(command.app->get_description()));
    }
    out += ".PP\nOptions of every command:\n" + options_of(program, "Options");
    for (const Command& command : commands) out += section(command);
    out += ".SH \"EXIT STATUS\"\n";
    for (const auto& [status, meaning] : exit_statuses) {
        out += fmt::format(".TP\n{}\n{}\n", status, roff(meaning));
    }
    out += examples(commands);
    out +=
        ".SH \"SEE ALSO\"\nThe manual, installed as HTML in the folder "
        "\\fIshare/doc/steppe\\fR: equations, file formats, measurements.\n.PP\n"
        "C. Baldassi, F. Pittorino and R. Zecchina, Shaping the learning landscape in neural "
        "networks around wide flat minima, PNAS 117:161 (2020).\n";
    return out;
}

}  // namespace steppe::cli

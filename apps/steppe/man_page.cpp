#include <fmt/format.h>

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

std::string tagged(const Option& option) {
    const std::string shown =
        option.takes_value() ? fmt::format("\\fI{}\\fR", roff(option.shown_value())) : "";
    std::string tag = shown;
    if (!option.positional) {
        tag =
            fmt::format("\\fB{}\\fR{}{}", roff(option.written()), shown.empty() ? "" : " ", shown);
    }
    if (option.letter != '\0') tag = fmt::format("\\fB\\-{}\\fR, {}", option.letter, tag);
    const std::string standard =
        option.shown_default.empty() ? "" : fmt::format(" [{}]", roff(option.shown_default));
    return fmt::format(".TP\n{}\n{}{}\n", tag, roff(option.help), standard);
}

std::string options_of(const Options& options, const std::string& group) {
    std::string out;
    for (const Option& option : options) {
        if (option.group == group) out += tagged(option);
    }
    return out;
}

std::string section(const Command& command) {
    std::string out = fmt::format(".SH \"STEPPE {}\"\n{}.\n", roff(command.name),
                                  roff(capitalised(command.description)));
    for (const std::string& group : command.options.groups()) {
        if (group == common_group) continue;
        out += fmt::format(".SS {}\n{}", roff(group), options_of(command.options, group));
    }
    return out;
}

std::string examples(const Program& program) {
    std::string out = ".SH EXAMPLES\n.EX\n";
    for (const Command& command : program.commands) {
        for (const std::string& example : command.examples) out += roff(example) + "\n";
    }
    return out + ".EE\n";
}

}  // namespace

std::string man_page(const Program& program) {
    std::string out = fmt::format(
        ".TH STEPPE 1 \"\" \"steppe {}\" \"User Commands\"\n"
        ".SH NAME\nsteppe \\- weights that store patterns, by message passing\n"
        ".SH SYNOPSIS\n\\fBsteppe\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR ...]\n"
        ".SH DESCRIPTION\n{}\n.PP\nCommands:\n",
        roff(version()), roff(program.description));
    for (const Command& command : program.commands) {
        out += fmt::format(".TP\n\\fB{}\\fR\n{}.\n", roff(command.name), roff(command.description));
    }
    out += ".PP\nOptions of every command:\n" + options_of(program.options, common_group);
    for (const Command& command : program.commands) out += section(command);
    out += ".SH \"EXIT STATUS\"\n";
    for (const auto& [status, meaning] : exit_statuses) {
        out += fmt::format(".TP\n{}\n{}\n", status, roff(meaning));
    }
    out += examples(program);
    out +=
        ".SH \"SEE ALSO\"\nThe manual, installed as HTML in the folder "
        "\\fIshare/doc/steppe\\fR: equations, file formats, measurements.\n.PP\n"
        "C. Baldassi, F. Pittorino and R. Zecchina, Shaping the learning landscape in neural "
        "networks around wide flat minima, PNAS 117:161 (2020).\n";
    return out;
}

}  // namespace steppe::cli

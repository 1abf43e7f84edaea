#include <doctest/doctest.h>

#include <regex>
#include <set>

#include "program.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// All option names in a text, without dashes.
std::set<std::string> names(const std::string& text, const std::string& pattern) {
    std::set<std::string> found;
    const std::regex name(pattern);
    for (std::sregex_iterator it(text.begin(), text.end(), name), end; it != end; ++it) {
        found.insert((*it)[1]);
    }
    return found;
}

std::string without_escapes(std::string text) {
    return std::regex_replace(text, std::regex("\\\\-"), "-");
}

}  // namespace

TEST_CASE("man page and completions have every option that help has") {
    std::set<std::string> all{"version"};
    for (const std::string command : {"solve", "generate", "check", "info", "plot"}) {
        const auto some =
            names(run(command + " --help").out, "\n +(?:-[A-Za-z],)? *--([a-z][a-z-]*)");
        CHECK(some.size() > 5);
        all.insert(some.begin(), some.end());
    }
    const std::string man = without_escapes(run("manual --as man").out);
    const std::string bash = run("manual --as bash").out, zsh = run("manual --as zsh").out,
                      fish = run("manual --as fish").out;
    for (const std::string& option : all) {
        CAPTURE(option);
        CHECK(man.find("\\fB--" + option + "\\fR") != std::string::npos);
        const bool in_bash = bash.find("--" + option + " ") != std::string::npos ||
                             bash.find("--" + option + "'") != std::string::npos;
        CHECK(in_bash);
        CHECK(zsh.find("'--" + option + "[") != std::string::npos);
        CHECK(fish.find(" -l " + option + " ") != std::string::npos);
    }
}

TEST_CASE("completions offer the words that an option takes") {
    CHECK(run("manual --as bash")
              .out.find("'solve --accuracy') _steppe_reply -W 'exact gaussian relaxed'") !=
          std::string::npos);
    CHECK(run("manual --as bash").out.find("scoping' -f; return") != std::string::npos);
    CHECK(run("manual --as zsh").out.find(":value:(exact gaussian relaxed)") != std::string::npos);
    CHECK(run("manual --as fish").out.find("-x -a 'exact gaussian relaxed'") != std::string::npos);
}

TEST_CASE("the man page is roff: no text line begins as a request") {
    const std::string man = run("manual --as man").out;
    CHECK(man.starts_with(".TH STEPPE 1 "));
    const auto requests = names(man, "\n([.'][^\n]*)");
    for (const std::string& line : requests) {
        CAPTURE(line);
        CHECK(std::regex_match(line, std::regex("\\.(TH|SH|SS|TP|PP|EX|EE)( .*)?")));
    }
}

TEST_CASE("the manual is printed in the forms that there are") {
    CHECK(run("manual").out.starts_with("# Command line"));
    CHECK(refusal("manual --as pdf").find("markdown, man, bash, zsh or fish") != std::string::npos);
}

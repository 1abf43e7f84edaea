#include "parser.hpp"

#include <doctest/doctest.h>

#include <map>

#include "help.hpp"
#include "steppe/error.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::cli;
using namespace steppe::test;

namespace {

/// A program of one command, whose options come from the rows of a table.
struct Tabled {
    Program program{"A program."};
    std::map<std::string, std::string> values;
    std::map<std::string, const Option*> options;
    std::vector<std::string> files;
    std::string kind;
    bool loud = false;

    Tabled() {
        program.options.add({.name = "config", .group = common_group, .value_name = "FILE"});
        Command run{"run", "runs", {}, {}};
        for (const auto& [name, value_name, allowed] :
             {std::tuple{"count", "N", at_least(1)}, std::tuple{"part", "X", real_number()},
              std::tuple{"kind", "NAME", one_of({"red", "green"})},
              std::tuple{"file", "FILE", Values{}}, std::tuple{"loud", "", Values{}}}) {
            const std::string key = name;
            OptionSpec row{key, "Group", value_name, "a row of a table", allowed};
            row.set = [this, key](const std::string& word) { values[key] = word; };
            options[key] = run.options.add(row);
        }
        program.commands.push_back(std::move(run));
        Command gather{"gather", "gathers", {}, {}};
        options["files"] = gather.options.add({.name = "files",
                                               .group = "Group",
                                               .value_name = "FILE",
                                               .help = "what to gather",
                                               .required = true},
                                              files);
        gather.options.add({"kind", "Group", "NAME", "a name", one_of({"red", "green"})}, kind);
        gather.options.add({"loud", "Group", "", "a flag"}, loud);
        program.commands.push_back(std::move(gather));
    }

    std::string refusal(const std::vector<std::string>& words) {
        try {
            parse(program, words);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }
};

}  // namespace

TEST_CASE("options from a table are set by text, as their values leave it") {
    Tabled t;
    const Asked asked = parse(t.program, {"run", "--count", "1e2", "--part=.50", "--loud"});
    CHECK(asked.what == Asked::What::Execute);
    REQUIRE(asked.command != nullptr);
    CHECK(asked.command->name == "run");
    CHECK(t.values ==
          std::map<std::string, std::string>{{"count", "100"}, {"part", "0.5"}, {"loud", "true"}});
    CHECK(t.options["count"]->given());
    CHECK(!t.options["kind"]->given());
    CHECK(parse(t.program, {}).command == nullptr);
}

TEST_CASE("a file of options sets what the command line does not") {
    const Folder folder;
    const std::string config =
        folder.write("c.toml", "[run]\ncount = 7\nkind = \"red\"\nloud = false\n");
    Tabled t;
    parse(t.program, {"run", "--config", config, "--kind", "green"});
    CHECK(t.values ==
          std::map<std::string, std::string>{{"count", "7"}, {"kind", "green"}, {"loud", "false"}});
    CHECK(t.options["count"]->given());
    CHECK(t.refusal({"run", "--config", folder.write("d.toml", "[run]\nloud = often\n")}) ==
          "--loud takes no value; in a configuration file it is true or false");
}

TEST_CASE("a positional option of several words takes them in order, options between or not") {
    const std::vector<std::string> wanted{"b", "a", "-", "run"};
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"gather", "b", "a", "-", "run"},
          {"gather", "b", "--kind", "red", "a", "-", "--loud", "run"},
          {"gather", "--loud", "--kind=red", "b", "a", "-", "run"},
          {"gather", "--loud", "--", "b", "a", "-", "run"}}) {
        Tabled t;
        CHECK(t.refusal(words) == "");
        CHECK(t.files == wanted);
        CHECK(t.options["files"]->times == 4);
    }
    Tabled t;
    CHECK(t.refusal({"gather", "--", "--kind"}).empty());
    CHECK(t.files == std::vector<std::string>{"--kind"});
    CHECK(t.refusal({"gather"}) == "'steppe gather' needs a FILE: what to gather");
    CHECK(t.refusal({"gather", "a", ""}) == "an empty word is no name of a file");
    CHECK(t.refusal({"gather", "a", "[b,c]"}) ==
          "'[b,c]' looks like a list: a file of that name is './[b,c]'");
    CHECK(t.refusal({"gather", "a", "--knid", "red"}) ==
          "'--knid' is no option of 'steppe gather'; did you mean '--kind'?");
}

TEST_CASE("help, manual and completion say that there may be several") {
    Tabled t;
    const Command& gather = *t.program.find("gather");
    CHECK(command_help(gather, 80).find("Usage: steppe gather FILE... [OPTIONS]") !=
          std::string::npos);
    CHECK(reference_markdown(t.program).find("| `FILE...` | what to gather |") !=
          std::string::npos);
    CHECK(man_page(t.program).find(".TP\n\\fIFILE...\\fR\nwhat to gather\n") != std::string::npos);
    CHECK(completion("zsh", t.program).find("'*:file:_files'") != std::string::npos);
}

TEST_CASE("what is wrong with an option of a table is said of it") {
    Tabled t;
    CHECK(t.refusal({"run", "--kind", "gren"}) ==
          "--kind: 'gren' is not allowed; it may be red or green; did you mean 'green'?");
    CHECK(t.refusal({"run", "--count"}) == "--count needs a value: N");
    CHECK(t.refusal({"run", "--cuont", "1"}) ==
          "'--cuont' is no option of 'steppe run'; did you mean '--count'?");
    CHECK(t.refusal({"run", "--file", "x"}) == "");
    try {
        refuse_unless(false, t.options["file"], "belongs elsewhere");
        FAIL("not refused");
    } catch (const Error& error) {
        CHECK(std::string(error.what()) == "--file belongs elsewhere");
    }
}

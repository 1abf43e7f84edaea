// The study command, by its cheapest study.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "support/files.hpp"

using namespace steppe::test;
using Json = nlohmann::ordered_json;

namespace {

const std::string tiny = "study parity --sets 1 --seeds 1 --quiet --folder ";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("study writes results, weights, pictures and the report, and does nothing twice") {
    const Folder folder;
    const std::string where = folder / "new/folder";
    const Outcome first = run(tiny + where);
    CHECK(first.err == "");
    REQUIRE(first.status == 0);
    CHECK(first.out == "7 solutions measured; the report is " + where +
                           "/parity.html, in Markdown " + where + "/parity.md\n");
    const std::string results = contents(where + "/results.jsonl"),
                      table = contents(where + "/parity.csv");
    CHECK(std::ranges::count(results, '\n') == 7);
    CHECK(std::ranges::count(table, '\n') == 8);
    const Json row = Json::parse(results.substr(0, results.find('\n')));
    CHECK(std::filesystem::exists(where + "/" + row["weights"].get<std::string>()));
    CHECK(contents(where + "/parity-flatness.svg").starts_with("<?xml"));
    const Outcome second = run(tiny + where + " --json");
    CHECK(second.status == 0);
    CHECK(Json::parse(second.out) == Json{{"study", "parity"},
                                          {"sets", 1},
                                          {"seeds", 1},
                                          {"solutions", 7},
                                          {"failures", 0},
                                          {"results", where + "/results.jsonl"},
                                          {"report", where + "/parity.md"},
                                          {"page", where + "/parity.html"},
                                          {"table", where + "/parity.csv"}});
    CHECK(contents(where + "/results.jsonl") == results);
    CHECK(contents(where + "/parity.csv") == table);

    // A row of another version, and one that is damaged.
    for (const std::string key : {"counts", "solved", "measures", "seconds", "errors"}) {
        Json other = row;
        other.erase(key);
        const std::string text = results.substr(results.find('\n') + 1) + other.dump() + "\n";
        folder.write("new/folder/results.jsonl", text);
        CHECK(refusal(tiny + where) == where +
                                           "/results.jsonl, line 7: this result of the study "
                                           "has no " +
                                           key +
                                           ": it is damaged, or of another version; move the file "
                                           "away, or name another folder");
        CHECK(contents(where + "/results.jsonl") == text);
    }
}

TEST_CASE("study leaves alone what is no result of a study") {
    for (const std::string text :
         {"hello", "hello\n", "{}\n", "{\"key\":5}\n", "[1]\n", "{\"kez\""}) {
        CAPTURE(text);
        const Folder folder;
        const std::string path = folder.write("results.jsonl", text);
        CHECK(refusal(tiny + (folder / "")) ==
              (folder / "") +
                  "/results.jsonl, line 1: this is no result of a study; move the file "
                  "away, or name another folder");
        CHECK(contents(path) == text);
    }
}

TEST_CASE("study refuses names, folders and options that are none") {
    const Folder folder;
    const std::string file = folder.write("file", "text\n");
    CHECK(has(refusal("study parityy"), "did you mean 'parity'?"));
    CHECK(has(refusal("study"), "needs a NAME"));
    CHECK(refusal(tiny + file).ends_with("/weights cannot be made: Not a directory"));
    CHECK(contents(file) == "text\n");
    CHECK(refusal("study parity --sets 0") == "--sets: '0' is not a whole number from 1 to 1000");
    CHECK(refusal("study parity --data x") == "--data belongs to the study fashion-mnist");
    CHECK(has(refusal("study fashion-mnist --folder " + (folder / "new") + " --data " +
                      (folder / "none")),
              "there are no images in "));
}

TEST_CASE("counts of a study that cannot be are refused before anything runs") {
    CHECK(refusal("study parity --sets 1001 --folder /nowhere/x") ==
          "--sets: '1001' is not a whole number from 1 to 1000");
    CHECK(refusal("study parity --seeds 0 --folder /nowhere/x") ==
          "--seeds: '0' is not a whole number from 1 to 1000");
    CHECK(refusal("study parity --sets 1 --seeds 1 --folder /proc/x").starts_with("/proc/x"));
}

#include "steppe/sweep/export_runs.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "steppe/error.hpp"
#include "store/rows.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

ResultRow row_with(const std::string& name, const std::string& summary) {
    ResultRow row = row_of(1);
    row.key = RunKey(R"({"patterns":{"labels":"teacher"},"name":")" + name + R"("})");
    row.summary = summary;
    row.host = "a \"host\", far";
    return row;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

}  // namespace

TEST_CASE("runs as lines: summaries digit by digit; runs as CSV: a column for every key") {
    const Folder folder;
    ResultStore store(folder / "runs.sqlite");
    std::string text;
    const auto out = [&](std::string_view more) { text += more; };
    CHECK(export_csv(store, {}, out) == 0);
    CHECK(text == "labels,written,host,hash\n");
    const std::string one =
        R"({"status":"solved","load":0.30000000000000004,"solver":{"name":"amp","temperature":{"from":0.5,"to":0.1,"shape":"linear"}},"unit_overlap":null,"converged":true})";
    const std::string two =
        R"({"status":"x, \"y\"","load":1e-7,"solver":{"damping":0.5},"request":{"max-iterations":"20"}})";
    store.put(row_with("1", one));
    store.put(row_with("2", two));
    text.clear();
    CHECK(export_json_lines(store, {}, out) == 2);
    CHECK(text == one + "\n" + two + "\n");
    text.clear();
    CHECK(export_csv(store, {}, out) == 2);
    const std::vector<std::string> lines = lines_of(text);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] ==
          "status,load,solver_name,solver_temperature,unit_overlap,converged,solver_damping,"
          "request_max_iterations,labels,"
          "written,host,hash");
    const std::string end = ",teacher,2026-01-31T12:00:00.000Z,\"a \"\"host\"\", far\",";
    CHECK(lines[1].starts_with("solved,0.30000000000000004,amp,0.5:0.1:linear,,true,," + end));
    CHECK(lines[2].starts_with("\"x, \"\"y\"\"\",1e-07,,,,,0.5,20" + end));
    text.clear();
    RowFilter none;
    none.inputs_from = 1000;
    CHECK(export_csv(store, none, out) == 0);
}

TEST_CASE("a summary that is no object is an error that names the run") {
    const Folder folder;
    ResultStore store(folder / "runs.sqlite");
    const ResultRow row = row_with("1", "[1, 2");
    store.put(row);
    const std::string why = "run " + row.key.hash() + " of the store holds no JSON object";
    CHECK_THROWS_WITH_AS(export_csv(store, {}, [](std::string_view) {}), why.c_str(), Error);
}

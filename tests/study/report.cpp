#include "steppe/study/report.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "steppe/study/html.hpp"
#include "steppe/study/studies.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// Two arms on three training sets; noise on "wide" does half as much.
Study made_study() {
    Network network;
    network.inputs = 51;
    Study study;
    study.name = "made";
    study.title = "A made study";
    study.question = "Are numbers where they belong?";
    study.problem = [](std::uint64_t set) { return studies::random_problem(51, 15, set); };
    study.arms = {{"wide", network, {{"solver", "bp"}, {"continue-after-solution", "true"}}},
                  {"narrow", network, {{"solver", "sbpi"}}}};
    study.quantities = studies::flatness_quantities({0.1});
    study.claims = {{"Wide is flatter", 0, "wide", "narrow"},
                    {"Narrow is flatter", 0, "narrow", "wide"}};
    return study;
}

StudyResults made_results() {
    StudyResults results;
    results.sets = 3;
    results.seeds = 2;
    results.rates = {"", ""};
    for (const char* arm : {"wide", "narrow"}) {
        for (int set = 1; set <= 3; ++set) {
            for (int seed = 1; seed <= 2; ++seed) {
                const double added = (arm == std::string("wide") ? 0.1 : 0.2) + 0.001 * set;
                results.rows.push_back({{"arm", arm},
                                        {"set", set},
                                        {"seed", seed},
                                        {"errors", 0},
                                        {"solved", true},
                                        {"counts", true},
                                        {"test_error", 0.05 + 0.2 * added + 0.001 * seed},
                                        {"measures",
                                         {{"flatness",
                                           {{"points",
                                             {{{"noise", 0.1}, {"added_error", added}},
                                              {{"noise", 0.2}, {"added_error", 2.0 * added}}}},
                                            {"noise_at_tenth", 0.01 / added}}}}}});
            }
        }
    }
    return results;
}

}  // namespace

TEST_CASE("a report says which claims hold, by how much") {
    const std::string text = report_markdown(made_study(), made_results(), {});
    CHECK(text.find("Wide is flatter: **holds**. error added by noise 0.1: wide 0.102, narrow "
                    "0.202; difference -0.100 +- ") != std::string::npos);
    CHECK(text.find("Narrow is flatter: **does not hold: it is the other way**") !=
          std::string::npos);
    CHECK(text.find("steppe study made --sets 3 --seeds 2") != std::string::npos);
    // Means and standard errors over the training sets: 0.101, 0.102, 0.103.
    CHECK(text.find("| error added by noise 0.1 | 0.102 +- 0.0006 | 0.202 +- 0.0006 |") !=
          std::string::npos);
    CHECK(text.find("| wide | `--solver bp --continue-after-solution` | first zero error | 6 of 6 "
                    "|") != std::string::npos);
}

TEST_CASE("an arm without a solution is said to have none") {
    StudyResults results = made_results();
    for (MeasureJson& row : results.rows) {
        if (row["arm"] == "narrow") row["solved"] = row["counts"] = false;
    }
    const std::string text = report_markdown(made_study(), results, {});
    CHECK(text.find("Wide is flatter: not measured, one of the two has no solution.") !=
          std::string::npos);
    CHECK(text.find("| 0 of 6 |") != std::string::npos);
}

TEST_CASE("the table has a row a solution") {
    const std::string csv = report_csv(made_study(), made_results());
    CHECK(csv.starts_with(
        "arm,set,seed,errors,test_error,\"error added by noise 0.1\",\"noise at which accuracy "
        "falls by 0.1\"\n\"wide\",1,1,0,"));
    CHECK(std::ranges::count(csv, '\n') == 13);
}

TEST_CASE("report, pictures and a page that stands alone are written") {
    const Folder folder;
    write_report(made_study(), made_results(), folder / "");
    for (const char* name :
         {"made.md", "made.html", "made.csv", "made-flatness.svg", "made-test-error.svg"}) {
        CHECK_MESSAGE(std::filesystem::file_size(folder / name) > 200, name);
    }
    const std::string page = contents(folder / "made.html");
    CHECK(page.find("<img src=\"data:image/svg+xml,%3C") != std::string::npos);
    CHECK(page.find("<table>") != std::string::npos);
    CHECK(page.find(".svg\"") == std::string::npos);
}

#include "steppe/study/report.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "steppe/study/html.hpp"
#include "steppe/study/studies.hpp"
#include "steppe/study/summaries.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// Two arms on five training sets; noise on "wide" does half as much.
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
    results.sets = 5;
    results.seeds = 2;
    results.rates = {"", ""};
    for (const char* arm : {"wide", "narrow"}) {
        for (int set = 1; set <= 5; ++set) {
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
    CHECK(text.find("Wide is flatter: **holds**. error added by noise 0.1: wide 0.103, narrow "
                    "0.203; difference -0.100 +- ") != std::string::npos);
    CHECK(text.find("Narrow is flatter: **does not hold: it is the other way**") !=
          std::string::npos);
    CHECK(text.find("steppe study made --sets 5 --seeds 2") != std::string::npos);
    // Means and standard errors over the training sets: 0.101, 0.102, ..., 0.105.
    CHECK(text.find("| error added by noise 0.1 | 0.10300 +- 0.00071 | 0.20300 +- 0.00071 |") !=
          std::string::npos);
    CHECK(
        text.find("| wide | `--solver bp --continue-after-solution` | first zero error | 10 of 10 "
                  "|") != std::string::npos);
}

TEST_CASE("correlations are told once more without the arms that are poor") {
    Study study = made_study();
    CHECK(report_markdown(study, made_results(), {}).find("| within training sets |\n") !=
          std::string::npos);
    study.poor = {"narrow"};
    const std::string text = report_markdown(study, made_results(), {});
    CHECK(text.find("| within training sets | within, without narrow |\n") != std::string::npos);
}

TEST_CASE("a claim says how many runs count where not all do") {
    StudyResults results = made_results();
    results.rows.back()["solved"] = results.rows.back()["counts"] = false;
    CHECK(report_markdown(made_study(), results, {}).find("narrow (9 of 10 runs)") !=
          std::string::npos);
}

TEST_CASE("spreads are those of single solutions") {
    // Test errors 0.05 + 0.2 (0.1 + 0.001 set) + 0.001 seed of five sets and two seeds.
    StudyResults results = made_results();
    Rows rows;
    std::vector<double> values;
    for (const MeasureJson& row : results.rows) {
        if (row["arm"] != "wide") continue;
        rows.push_back(&row);
        values.push_back(row["test_error"].get<double>());
    }
    double mean = 0.0, squares = 0.0;
    for (const double value : values) mean += value / static_cast<double>(values.size());
    for (const double value : values) squares += (value - mean) * (value - mean);
    CHECK(spread_of({"", "", "test_error"}, rows) ==
          doctest::Approx(std::sqrt(squares / static_cast<double>(values.size() - 1))));
    CHECK(std::isnan(spread_of({"", "", "test_error"}, Rows{rows.front()})));
}

TEST_CASE("an arm without a solution is said to have none") {
    StudyResults results = made_results();
    for (MeasureJson& row : results.rows) {
        if (row["arm"] == "narrow") row["solved"] = row["counts"] = false;
    }
    const std::string text = report_markdown(made_study(), results, {});
    CHECK(
        text.find("Wide is flatter: not measured, there is no training set on which both have this "
                  "number.") != std::string::npos);
    CHECK(text.find("| 0 of 10 |") != std::string::npos);
}

TEST_CASE("three training sets say nothing, and a difference says of how many it is") {
    StudyResults results = made_results();
    CHECK(report_markdown(made_study(), results, {}).find(" (sets: 5).\n") != std::string::npos);
    for (MeasureJson& row : results.rows) {
        if (row["arm"] == "narrow" && row["set"] > 3) row["counts"] = false;
    }
    const std::string text = report_markdown(made_study(), results, {});
    CHECK(text.find("| 0.10300 +- 0.00071 | 0.20200 +- 0.00058 (sets: 3) |") != std::string::npos);
    CHECK(text.find("Wide is flatter: too few training sets to tell.") != std::string::npos);
    CHECK(text.find(" (sets: 3).\n") != std::string::npos);
}

TEST_CASE("runs and measures that failed are named and count as not stored") {
    StudyResults results = made_results();
    results.rows.push_back({{"arm", "wide"},
                            {"set", 1},
                            {"seed", 3},
                            {"solved", false},
                            {"counts", false},
                            {"error", "no such device"}});
    results.rows[0]["failed"]["hessian"] = "no eigenvalues";
    const std::string text = report_markdown(made_study(), results, {});
    CHECK(text.find("- wide, set 1, seed 3: no such device\n") != std::string::npos);
    CHECK(text.find("- wide, set 1, seed 1: no hessian: no eigenvalues\n") != std::string::npos);
    CHECK(text.find("| 10 of 11 |") != std::string::npos);
    const std::string csv = report_csv(made_study(), results);
    CHECK(csv.ends_with("\"wide\",1,3,,,,\n"));
    CHECK(report_markdown(made_study(), made_results(), {}).find("What failed") ==
          std::string::npos);
}

TEST_CASE("numbers have as many digits as they are known to") {
    StudyResults results = made_results();
    for (MeasureJson& row : results.rows) {
        row["measures"]["flatness"]["points"] = MeasureJson::array();
        const int set = row["set"].get<int>();
        row["measures"]["flatness"]["noise_at_tenth"] =
            row["arm"] == "wide" ? 0.0 : 0.00123456 + 1e-5 * set;
    }
    const std::string text = report_markdown(made_study(), results, {});
    // 0.00126456, with the error 1e-5 sqrt(2.5/5), which has more decimals than are written out.
    CHECK(text.find("| 0 +- 0 | 0.00126 +- 7.07e-06 |") != std::string::npos);
}

TEST_CASE("the versions that found the results are named") {
    StudyResults results = made_results();
    results.rows[0]["version"] = "0.0.1";
    results.rows[1]["version"] = "0.0.2";
    CHECK(report_markdown(made_study(), results, {}).find("Steppe 0.0.1, 0.0.2") !=
          std::string::npos);
}

TEST_CASE("the table has a row a solution") {
    const std::string csv = report_csv(made_study(), made_results());
    CHECK(csv.starts_with(
        "arm,set,seed,errors,test_error,\"error added by noise 0.1\",\"noise at which accuracy "
        "falls by 0.1\"\n\"wide\",1,1,0,"));
    CHECK(std::ranges::count(csv, '\n') == 21);
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

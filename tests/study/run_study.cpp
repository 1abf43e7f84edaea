#include "steppe/study/run_study.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>

#include "steppe/run/solution_file.hpp"
#include "steppe/study/studies.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

Study small_study() {
    Network network;
    network.inputs = 51;
    Study study;
    study.name = "small";
    study.title = "A small study";
    study.question = "Does it run?";
    study.problem = [](std::uint64_t set) { return studies::random_problem(51, 15, set); };
    study.arms = {{"SBPI", network, {{"solver", "sbpi"}}}, {"fBP", network, {{"solver", "bp"}}}};
    study.measures = {"flatness"};
    study.how.perturbations = 20;
    study.quantities = studies::flatness_quantities({0.1});
    study.sets = 2;
    study.seeds = 3;
    return study;
}

/// Rows without what depends on the clock.
std::vector<std::string> timeless(const StudyResults& results) {
    std::vector<std::string> texts;
    for (MeasureJson row : results.rows) {
        row.erase("seconds");
        row.erase("summary");
        texts.push_back(row.dump());
    }
    return texts;
}

}  // namespace

TEST_CASE("a study that is interrupted again and again ends as one that is not") {
    const Study study = small_study();
    const Folder whole, pieces;
    const auto once = run_study(study, {whole / "study", 0, 0, 2});
    REQUIRE(once);
    CHECK(once->rows.size() == 12);
    std::optional<StudyResults> last;
    std::size_t begun = 0;
    while (!last) {
        REQUIRE(begun++ < 100);
        std::atomic<int> looks{0};
        last = run_study(study, {pieces / "study", 0, 0, 1},
                         [&](const StudyProgress&) { return ++looks < 40; });
    }
    CHECK(begun > 1);
    CHECK(timeless(*last) == timeless(*once));
}

TEST_CASE("what is there is not computed again, and more seeds add to it") {
    const Study study = small_study();
    const Folder folder;
    REQUIRE(run_study(study, {folder / "study", 2, 1, 1}));
    std::size_t first_done = 0;
    bool asked = false;
    const auto more =
        run_study(study, {folder / "study", 2, 2, 1}, [&](const StudyProgress& progress) {
            if (!asked) first_done = progress.done;
            asked = true;
            return true;
        });
    REQUIRE(more);
    CHECK(first_done == 4);
    CHECK(more->rows.size() == 8);
}

TEST_CASE("the weights of every row are kept and store what it says") {
    const Study study = small_study();
    const Folder folder;
    const auto results = run_study(study, {folder / "study", 1, 1, 1});
    REQUIRE(results);
    for (const MeasureJson& row : results->rows) {
        const std::string file = folder / "study/" + row["weights"].get<std::string>();
        CHECK(read_solution(file).weights.unit_inputs() == 51);
        CHECK(row["solved"] == true);
        CHECK(row["measures"]["flatness"]["points"].size() == 20);
    }
}

TEST_CASE("a rate is chosen by what it stores on other training sets") {
    Study study = small_study();
    Network network = study.arms[0].network;
    network.weights = WeightKind::Spherical;
    // The first rate learns nothing.
    study.arms = {{"SGD",
                   network,
                   {{"solver", "sgd"}, {"epochs", "200"}},
                   "first zero error",
                   {"1e-12", "3"}}};
    const Folder folder;
    const auto results = run_study(study, {folder / "study", 1, 1, 1});
    REQUIRE(results);
    CHECK(results->tuning.size() == 12);
    CHECK(results->rates == std::vector<std::string>{"3"});
    for (const MeasureJson& row : results->tuning) CHECK(row["set"].get<int>() > 1000);
}

#include "steppe/study/run_study.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>

#include "steppe/error.hpp"
#include "steppe/run/solution_file.hpp"
#include "steppe/study/cell.hpp"
#include "steppe/study/studies.hpp"
#include "steppe/study/summaries.hpp"
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

TEST_CASE("a run that fails costs its own row, is named, and is tried again") {
    Study study = small_study();
    bool broken = true;
    Arm weak{"weak", study.arms[0].network};
    weak.find = [&broken](const StudyProblem&, const Network& network, std::uint64_t seed,
                          const LandscapeObserver&) {
        if (broken && seed == 2) throw Error("the device is on fire");
        return Weights::from_signs(network.inputs, 1, std::vector<std::int8_t>(network.inputs, 1));
    };
    study.arms.insert(study.arms.begin(), weak);
    const Folder folder;
    const auto first = run_study(study, {folder / "study", 2, 2, 2});
    REQUIRE(first);
    CHECK(first->rows.size() == 12);
    CHECK(failures(*first) ==
          std::vector<std::string>{"weak, set 1, seed 2: the device is on fire",
                                   "weak, set 2, seed 2: the device is on fire"});
    CHECK(rows_of(*first, study.arms[1]).size() == 4);
    broken = false;
    std::size_t ran = 0;
    const auto second = run_study(study, {folder / "study", 2, 2, 1}, [&](const auto& progress) {
        ran = std::max(ran, progress.cells - progress.done);
        return true;
    });
    REQUIRE(second);
    CHECK(ran == 2);
    CHECK(failures(*second).empty());
    CHECK(second->rows.size() == 12);
}

TEST_CASE("a measure that cannot be taken leaves the weights and the other measures") {
    Study study = small_study();
    study.measures = {"local-entropy", "flatness"};
    study.how.solver = "sgd";
    const Folder folder;
    const auto results = run_study(study, {folder / "study", 1, 1, 1});
    REQUIRE(results);
    for (const MeasureJson& row : results->rows) {
        CHECK(row["measures"].size() == 1);
        CHECK(row["measures"].contains("flatness"));
        CHECK(row.contains("weights"));
    }
    REQUIRE(failures(*results).size() == 2);
    CHECK(failures(*results)[0].starts_with("SBPI, set 1, seed 1: no local-entropy: "));
}

TEST_CASE("a training set that cannot be made ends the study, and what was reached is kept") {
    Study study = small_study();
    const auto good = study.problem;
    study.problem = [good](std::uint64_t set) {
        if (set == 2) throw Error("there is no set 2");
        return good(set);
    };
    const Folder folder;
    CHECK_THROWS_WITH_AS(run_study(study, {folder / "study", 2, 1, 1}), "there is no set 2", Error);
    std::size_t done = 0;
    const auto again = run_study(study, {folder / "study", 1, 1, 1}, [&](const auto& progress) {
        done = progress.done;
        return true;
    });
    CHECK(again);
    // Both arms on set 1: nothing was left to run, and no one was asked.
    CHECK(done == 0);
}

TEST_CASE("where weights cannot be written the study ends with that error") {
    const Study study = small_study();
    const Folder folder;
    std::filesystem::create_directories(folder / "study/weights/sbpi-1-1.h5");
    CHECK_THROWS_AS(run_study(study, {folder / "study", 2, 2, 2}), Error);
}

TEST_CASE("the folder of another study is refused") {
    Study study = small_study();
    const Folder folder;
    REQUIRE(run_study(study, {folder / "study", 1, 1, 1}));
    study.name = "other";
    const std::string path = folder / "study/results.jsonl";
    const std::string before = contents(path);
    CHECK_THROWS_WITH_AS(
        run_study(study, {folder / "study", 1, 1, 1}),
        (path + " holds results of another study than other: name another folder").c_str(), Error);
    CHECK(contents(path) == before);
}

TEST_CASE("a key changes with everything that a result depends on") {
    const auto key_of = [](const auto& change) {
        Study changed = small_study();
        change(changed);
        return Cell{&changed, &changed.arms[0], 1, 1}.key();
    };
    std::vector<std::string> keys{key_of([](Study&) {})};
    keys.push_back(key_of([](Study& s) { s.name = "other"; }));
    keys.push_back(key_of([](Study& s) { s.arms[0].network.inputs = 53; }));
    keys.push_back(key_of([](Study& s) { s.arms[0].network.margin = 0.1; }));
    keys.push_back(key_of([](Study& s) { s.arms[0].options[0].second = "bp"; }));
    keys.push_back(key_of([](Study& s) { s.how.noise_sizes = {0.1}; }));
    keys.push_back(key_of([](Study& s) { s.how.noise = Noise::Additive; }));
    keys.push_back(key_of([](Study& s) { s.how.perturbations = 30; }));
    const auto with = [&](const char* measure, const auto& change) {
        keys.push_back(key_of([&](Study& s) {
            s.measures = {measure};
            change(s);
        }));
    };
    with("local-entropy", [](Study&) {});
    with("local-entropy", [](Study& s) { s.how.fields = {1.0}; });
    with("local-entropy", [](Study& s) { s.how.solver = "bp"; });
    with("hessian", [](Study&) {});
    with("hessian", [](Study& s) { s.how.hessian.gamma = 1.0; });
    with("hessian", [](Study& s) { s.how.hessian.full_up_to = 10; });
    with("sharpness", [](Study&) {});
    with("sharpness", [](Study& s) { s.how.sharpness.radii = {0.1}; });
    with("sharpness", [](Study& s) { s.how.sharpness.steps = 10; });
    std::ranges::sort(keys);
    CHECK(std::ranges::adjacent_find(keys) == keys.end());
}

TEST_CASE("more training sets than come before those of the tuning are refused") {
    const Folder folder;
    CHECK_THROWS_WITH_AS(run_study(small_study(), {folder / "study", 1001, 1, 1}),
                         "1001 training sets and 1 seeds: at most 1000 and 1000 can be had", Error);
}

TEST_CASE("a study that is ended while weights are sought keeps no row of them") {
    Study study = small_study();
    Arm slow{"slow", study.arms[0].network};
    slow.find = [](const StudyProblem&, const Network&, std::uint64_t,
                   const LandscapeObserver& observer) -> Weights {
        for (;;) tell_observer(observer, 0.5);
    };
    study.arms = {slow};
    const Folder folder;
    int looks = 0;
    CHECK_FALSE(run_study(study, {folder / "study", 1, 1, 1},
                          [&](const StudyProgress&) { return ++looks < 10; }));
    CHECK(contents(folder / "study/results.jsonl").empty());
}

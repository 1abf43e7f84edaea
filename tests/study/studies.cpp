#include "steppe/study/studies.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "steppe/error.hpp"
#include "steppe/options/option.hpp"
#include "steppe/options/solve_options.hpp"
#include "steppe/study/cell.hpp"

using namespace steppe;

TEST_CASE("every study names options, measures, arms and quantities that there are") {
    for (const std::string& name : study_names()) {
        const Study study = study_named(name);
        CAPTURE(name);
        CHECK(study.name == name);
        for (const std::string& measure : study.measures) CHECK_NOTHROW(measure_named(measure));
        for (const Quantity& quantity : study.quantities) {
            const bool measured = quantity.measure.empty() ||
                                  std::ranges::count(study.measures, quantity.measure) == 1;
            CHECK_MESSAGE(measured, quantity.label);
        }
        for (const Claim& claim : study.claims) {
            CHECK(claim.quantity < study.quantities.size());
            for (const std::string& arm : {claim.lower, claim.higher}) {
                CHECK_MESSAGE(std::ranges::count(study.arms, arm, &Arm::name) == 1, arm);
            }
        }
        for (const Arm& arm : study.arms) {
            CAPTURE(arm.name);
            CHECK_NOTHROW(arm.network.validate());
            if (arm.find) continue;
            SolveOptions options;
            options.network = arm.network;
            for (const auto& setting : arm.options) {
                const Option* option = find_option(setting.first);
                REQUIRE_MESSAGE(option, setting.first);
                option->set(options, setting.second);
            }
            CHECK_NOTHROW(settle(options, 300));
            CHECK_NOTHROW(options.validate());
            const bool goes_on = std::ranges::count(
                arm.options,
                std::pair<std::string, std::string>{"continue-after-solution", "true"});
            const bool proves = options.solver == "adatron";
            CHECK((arm.taken == studies::schedule_end) == (goes_on || proves));
        }
    }
}

TEST_CASE("no two runs of a study keep their weights in one file") {
    for (const std::string& name : study_names()) {
        const Study study = study_named(name);
        std::set<std::string> slugs;
        std::size_t cells = 0;
        for (const Arm& arm : study.arms) {
            for (std::uint64_t set = 1; set <= 16; ++set) {
                for (std::uint64_t seed = 1; seed <= 16; ++seed, ++cells) {
                    slugs.insert(Cell{&study, &arm, set, seed}.slug());
                }
            }
        }
        CHECK_MESSAGE(slugs.size() == cells, name);
    }
}

TEST_CASE("unknown studies and missing images are told in a sentence") {
    CHECK_THROWS_WITH_AS(study_named("fashion"),
                         "no study is called 'fashion'; there are random-tree-committee, "
                         "random-binary-perceptron, fashion-mnist, parity, cross-entropy",
                         Error);
    const Study study = study_named("fashion-mnist", "/nowhere");
    CHECK_THROWS_WITH_AS(study.problem(1),
                         "there are no images in /nowhere: install Debian's package "
                         "dataset-fashion-mnist, or name the folder of its four .gz files with "
                         "--data",
                         Error);
}

TEST_CASE("a value is read between two points, and nowhere else") {
    const MeasureJson row = MeasureJson::parse(
        R"({"errors": 3, "measures": {"local-entropy": {"points": [
            {"distance": 0.3, "entropy": 1.0}, {"distance": 0.1, "entropy": 2.0},
            {"distance": 0.2, "entropy": null}]}}})");
    const auto at = [&](double distance) {
        return value_of({"", "local-entropy", "entropy", "distance", distance}, row);
    };
    CHECK(at(0.1) == 2.0);
    CHECK(at(0.15).value() == doctest::Approx(1.75));
    CHECK_FALSE(at(0.31));
    CHECK_FALSE(at(0.05));
    CHECK(value_of({"", "", "errors"}, row) == 3.0);
    CHECK_FALSE(value_of({"", "hessian", "trace"}, row));
}

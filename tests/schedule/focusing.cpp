#include "steppe/schedule/focusing.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "steppe/error.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

TEST_CASE("none, reinforcement, pseudo-reinforcement and scoping follow their formulas") {
    CHECK(FocusingSchedule::none().steps() == 1);
    CHECK(FocusingSchedule::none().at(0).gamma == 0.0);

    const auto reinforcement = FocusingSchedule::reinforcement(4, ReinforcementForm::Fields);
    CHECK(reinforcement.steps() == 4);
    CHECK(std::isinf(reinforcement.at(0).gamma));
    CHECK(reinforcement.at(0).replicas == 1.0);
    CHECK(reinforcement.at(3).replicas == doctest::Approx(4.0));
    CHECK(reinforcement.at(3).form == ReinforcementForm::Fields);

    const auto pseudo = FocusingSchedule::pseudo_reinforcement(4);
    CHECK(pseudo.at(0).gamma == 0.0);
    CHECK(pseudo.at(1).gamma == doctest::Approx(std::atanh(0.5)));
    CHECK(pseudo.at(1).replicas == doctest::Approx(1 + 4.0 / 3));
    CHECK(pseudo.at(3).replicas == doctest::Approx(5.0));
    const auto steeper = FocusingSchedule::pseudo_reinforcement(4, 0.25);
    CHECK(steeper.at(3).gamma == doctest::Approx(std::atanh(std::pow(0.75, 0.25))));
    CHECK(steeper.at(3).replicas == doctest::Approx(1 + std::sqrt(0.75) / 0.25));

    const auto scoping = FocusingSchedule::scoping(7.0, {0.5, 2.5, Ramp::Shape::Linear}, 5);
    CHECK(scoping.at(0).gamma == 0.5);
    CHECK(scoping.at(4).gamma == 2.5);
    CHECK(scoping.at(2).gamma == doctest::Approx(1.5));
    CHECK(scoping.at(2).replicas == 7.0);
}

TEST_CASE("focusing grows along every built-in schedule") {
    for (const auto& schedule :
         {FocusingSchedule::reinforcement(50), FocusingSchedule::pseudo_reinforcement(50),
          FocusingSchedule::pseudo_reinforcement(50, 0.3),
          FocusingSchedule::scoping(10, {0.1, 3, Ramp::Shape::Geometric}, 50)}) {
        for (std::size_t s = 1; s < schedule.steps(); ++s) {
            CHECK(schedule.at(s).gamma >= schedule.at(s - 1).gamma);
            CHECK(schedule.at(s).replicas >= schedule.at(s - 1).replicas);
        }
    }
}

TEST_CASE("schedules that make no sense are refused") {
    CHECK_THROWS_WITH_AS(FocusingSchedule::reinforcement(0),
                         "steps is 0: a schedule needs at least one step", Error);
    CHECK_THROWS_WITH_AS(FocusingSchedule::pseudo_reinforcement(5, 1.5),
                         "exponent is 1.5: it must be between 0 and 1", Error);
    CHECK_THROWS_WITH_AS(
        FocusingSchedule::from_list({{0.0, 1.0}, {-0.5, 2.0}}),
        "step 2 of the schedule: gamma is -0.5: it must be 0 or more (inf allowed)", Error);
    CHECK_THROWS_WITH_AS(FocusingSchedule::scoping(0.5, {0, 1}, 3),
                         "step 1 of the schedule: y is 0.5: it must be a finite number, 1 or more",
                         Error);
    CHECK_THROWS_AS(FocusingSchedule::from_list({{std::nan(""), 1.0}}), Error);
}

TEST_CASE("a schedule file") {
    const Folder folder;
    const auto schedule =
        FocusingSchedule::from_file(folder.write("s", "# gamma y\n0 1\n\n0.5 10  # half\ninf 3\n"));
    REQUIRE(schedule.steps() == 3);
    CHECK(schedule.at(1).gamma == 0.5);
    CHECK(schedule.at(1).replicas == 10.0);
    CHECK(std::isinf(schedule.at(2).gamma));

    const auto refusal = [&](const std::string& text) -> std::string {
        const std::string path = folder.write("bad", text);
        try {
            FocusingSchedule::from_file(path);
        } catch (const Error& error) {
            return std::string(error.what()).substr(path.size());
        }
        return "accepted";
    };
    CHECK(refusal("0.5\n") ==
          ", line 1: 1 word where two numbers are wanted; a line is `gamma y`, for example `0.5 "
          "10` or `inf 2`");
    CHECK(refusal("0 1\n0.5 x\n") ==
          ", line 2: 'x' is no number; a line is `gamma y`, for example `0.5 10` or `inf 2`");
    CHECK(refusal("0 0.5\n") ==
          ", line 1: y is 0.5: it must be a finite number, 1 or more; a line is `gamma y`, for "
          "example `0.5 10` or `inf 2`");
    CHECK_THROWS_AS(FocusingSchedule::from_file(folder.write("empty", "# nothing\n")), Error);
    CHECK_THROWS_AS(FocusingSchedule::from_file(folder / "missing"), Error);
}

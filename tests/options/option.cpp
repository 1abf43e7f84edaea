// The table of options: every row can be set, read and told.
#include "steppe/options/option.hpp"

#include <doctest/doctest.h>

#include <set>

#include "steppe/error.hpp"
#include "steppe/options/settings.hpp"
#include "steppe/options/solve_options.hpp"
#include "steppe/options/solver.hpp"

using namespace steppe;

namespace {

std::string refusal(SolveOptions options, std::size_t patterns = 100) {
    try {
        settle(options, patterns);
        return "accepted";
    } catch (const Error& error) {
        return error.what();
    }
}

/// Options of a line: "--damping=0.5 --solver=bp".
SolveOptions options_of(const std::vector<std::pair<std::string, std::string>>& set) {
    SolveOptions options;
    options.network = {21, 1};
    for (const auto& [name, text] : set) find_option(name)->set(options, text);
    return options;
}

/// Texts that a row allows.
std::vector<std::string> samples(const Option& option) {
    switch (option.values.type) {
        case Values::Type::Flag:
            return {"true"};
        case Values::Type::Words:
            return option.values.words;
        case Values::Type::Count:
            return {"1", "7"};
        case Values::Type::Number:
            return option.values.most <= 1.0 ? std::vector<std::string>{"0.25"}
                                             : std::vector<std::string>{"3", "5"};
        case Values::Type::Ramp:
            return {"0.5", "0.5:2", "0.5:2:geometric"};
        case Values::Type::Text:
            return option.values.words.empty() ? std::vector<std::string>{"0.5", "1:0.7"}
                                               : option.values.words;
    }
    return {};
}

}  // namespace

TEST_CASE("every option is read back as it was set, and alone") {
    for (const Option* option : all_options()) {
        CAPTURE(option->name);
        for (const std::string& text : samples(*option)) {
            CAPTURE(text);
            SolveOptions options;
            CHECK_FALSE(option->get(options).has_value());
            option->set(options, text);
            if (text == "auto" && option->name != "steps") {
                CHECK_FALSE(option->get(options).has_value());  // as if it were not set
                continue;
            }
            CHECK(option->get(options) == text);
            CHECK(option->values.out_of_range(text).empty());
            for (const Option* other : all_options()) {
                CAPTURE(other->name);
                if (other != option) CHECK_FALSE(other->get(options).has_value());
            }
        }
    }
}

TEST_CASE("rows have names of their own, help, and an owner or none") {
    std::set<std::string_view> names;
    for (const Option* option : all_options()) {
        CAPTURE(option->name);
        CHECK(names.insert(option->name).second);
        CHECK(find_option(option->name) == option);
        CHECK(!option->help.empty());
        CHECK(option->is_flag() == option->value.empty());
        CHECK(owner_words(*option).empty() == option->of_every_run);
        for (const Solver* owner : owners_of(*option)) CHECK(has_option(*owner, *option));
        CHECK(options_markdown().find("`--" + std::string(option->name) + "`") !=
              std::string::npos);
    }
    // What a solver lists is there.
    for (const Solver* solver : all_solvers()) {
        for (const std::string_view name : solver->options) CHECK(find_option(name) != nullptr);
    }
    CHECK(find_option("dampin") == nullptr);
}

TEST_CASE("text that is none is refused by name") {
    CHECK_THROWS_WITH_AS(options_of({{"damping", "x"}}),
                         "--damping: 'x' is not a finite number, such as 0.5 or 1e-3", Error);
    CHECK_THROWS_WITH_AS(options_of({{"symmetry-field", "1:"}}),
                         "--symmetry-field: '1:' is not SIGMA or SIGMA:DECAY", Error);
    CHECK_THROWS_WITH_AS(options_of({{"solver", "am"}}), doctest::Contains("did you mean 'amp'?"),
                         Error);
}

TEST_CASE("an option of one solver, or one schedule, asks for it") {
    SolveOptions options = options_of({{"block", "3"}});
    settle(options, 100);
    CHECK(options.solver == "bp");
    options = options_of({{"running-margin", "0.1"}});
    settle(options, 100);
    CHECK(options.solver == "amp");
    options = options_of({{"exponent", "0.7"}});
    settle(options, 100);
    CHECK(options.solver == "auto");
    CHECK(options.schedule.kind == ScheduleKind::PseudoReinforcement);
    options = options_of({{"replicas", "7"}});
    settle(options, 100);
    CHECK(options.schedule.kind == ScheduleKind::Scoping);
}

TEST_CASE("an option that solver, schedule or network do not have is refused") {
    CHECK(refusal(options_of({{"solver", "sgd"}, {"damping", "0.5"}})) ==
          "--damping belongs to message passing, and --solver sgd passes none");
    CHECK(refusal(options_of({{"epochs", "5"}})).find("--epochs belongs to --solver lal, elal") ==
          0);
    CHECK(refusal(options_of({{"solver", "amp"}, {"block", "5"}})) ==
          "--block belongs to --solver bp");
    const std::string replicas = refusal(options_of({{"solver", "lal"}, {"replicas", "5"}}));
    CHECK(replicas.find("--replicas belongs to --solver elal") == 0);
    CHECK(replicas.ends_with(", or to --schedule scoping"));
    CHECK(refusal(options_of({{"schedule", "none"}, {"restarts", "5"}})) ==
          "--restarts needs a schedule, and --schedule is none");
    CHECK(refusal(options_of({{"schedule", "none"}, {"steps", "5"}})) ==
          "--steps does not belong to --schedule none");
    CHECK(refusal(options_of({{"schedule", "scoping"}, {"exponent", "0.5"}})) ==
          "--exponent belongs to --schedule pseudo-reinforcement");
    CHECK(refusal(options_of({{"block", "101"}})) ==
          "--block 101 is more than the 100 patterns there are");
    CHECK(refusal(options_of({{"solver", "rsgd"}, {"replicas", "2.5"}})) ==
          "--replicas 2.5: rsgd takes a whole number of replicas");
    CHECK(refusal(options_of({{"solver", "rsgd"}, {"preset", "fast"}})) ==
          "--preset does not belong to binary weights, whose loss counts units that are wrong");
    CHECK(refusal(options_of({{"solver", "rsgd"}, {"replicas", "1"}, {"pull", "0.5"}})) ==
          "--pull needs more than one replica");
}

TEST_CASE("y of message passing and the copies of learners are one option") {
    SolveOptions options = options_of({{"solver", "rsgd"}});
    options.schedule.replicas = 5.0;
    settle(options, 100);
    CHECK(options.resolved(options.conditions("rsgd", false)).learning.replicas == std::size_t{5});
    options.schedule.replicas = 2.5;
    CHECK(refusal(options) == "--replicas 2.5: rsgd takes a whole number of replicas");
    options = options_of({{"solver", "bp"}});
    options.learning.replicas = 5;
    CHECK(options.resolved(options.conditions("bp", false)).schedule.replicas == 5.0);
}

TEST_CASE("what is not set and has no value of its own stays open") {
    const SolveOptions options = options_of({{"solver", "amp"}});
    const SolveOptions how = options.resolved(options.conditions("amp", false));
    // A temperature of 0 is another run than none.
    CHECK_FALSE(how.temperature.has_value());
    CHECK(how.damping.has_value());
}

TEST_CASE("a copy of a row is the row") {
    const Option copy = *find_option("damping");
    CHECK(owner_words(copy) == "message passing");
    CHECK(has_option(solver_named("bp"), copy));
}

TEST_CASE("options that one solver alone reads stand by name, and nothing else does") {
    SolveOptions options = options_of({});
    options.others["walkers"] = "5";
    CHECK(options.other_count("walkers") == 5);
    CHECK(options.other_number("walkers") == 5.0);
    CHECK_THROWS_AS(options.other("runners"), Error);
    CHECK_THROWS_WITH_AS(options.validate(), "'walkers' is no option", Error);
    // Those of SolveOptions stand there alone.
    options.others = {{"damping", "0.5"}};
    CHECK_THROWS_WITH_AS(options.validate(), "'damping' is no option", Error);
}

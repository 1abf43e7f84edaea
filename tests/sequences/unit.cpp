#include <doctest/doctest.h>

#include <sstream>

#include "option_pairs.hpp"
#include "random_trace.hpp"
#include "sample_values.hpp"
#include "sequences/shrink.hpp"
#include "settings.hpp"
#include "steppe/options/solver.hpp"

namespace steppe::sequences {

namespace {

Trace reread(const Trace& trace) {
    std::istringstream text(to_text(trace));
    return read_trace(text, "text");
}

bool has(const Trace& trace, const std::string& name) {
    for (const Call& call : trace.calls) {
        if (call.name == name) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("a sequence survives its file") {
    for (std::uint64_t index = 0; index < 50; ++index) {
        const Trace trace = random_trace(3, index);
        CHECK(reread(trace) == trace);
    }
}

TEST_CASE("the same seed and index give the same sequence") {
    CHECK(random_trace(5, 7) == random_trace(5, 7));
    CHECK(!(random_trace(5, 7) == random_trace(6, 7)));
}

TEST_CASE("words with spaces are one value") {
    std::istringstream text(
        "network inputs 1 hidden 1 wiring full gate majority weights binary units sign margin 0 "
        "numbers signs\ncall set schedule list:0.5 2;inf 10  # two steps\npattern +1 1\n");
    const Trace trace = read_trace(text, "text");
    REQUIRE(trace.calls.size() == 1);
    CHECK(trace.calls[0].rest(1) == "list:0.5 2;inf 10");
}

TEST_CASE("a file without patterns, or a call without a name, is refused") {
    for (const char* lines : {"call step 1 2\n", "network inputs 1\ncall\n", "", "what 1\n"}) {
        std::istringstream text(lines);
        CHECK_THROWS(read_trace(text, "text"));
    }
}

TEST_CASE("shrinking leaves what makes a sequence fail, and little else") {
    Trace trace = random_trace(1, 2);
    trace.calls.insert(trace.calls.begin() + 1, {"damping", {"0.9"}});
    trace.calls.push_back({"restore", {"a"}});
    trace.calls.push_back({"step", {"3.25", "17", "5", "replicas"}});
    const Trace small = shrink(trace, [](const Trace& t) {
        return has(t, "damping") && has(t, "restore") && t.problem.patterns() > 0;
    });
    REQUIRE(small.calls.size() == 2);
    CHECK(small.calls[0] == Call{"damping", {"0"}});
    CHECK(small.calls[1] == Call{"restore", {"a"}});
    CHECK(small.problem.patterns() == 1);
    CHECK(small.problem.network.unit_inputs() == 1);
}

TEST_CASE("every option has values, and every one but texts some that are refused") {
    for (const Option* option : all_options()) {
        CAPTURE(std::string(option->name));
        CHECK(!good_values(*option).empty());
        CHECK(bad_values(*option).empty() == (option->values.type == Values::Type::Text));
    }
}

TEST_CASE("values are compared by what they say") {
    CHECK(is_same_value("1.50", "1.5"));
    CHECK(is_same_value("2:3:linear", "2:3"));
    CHECK(is_same_value("2:2", "2"));
    CHECK(is_same_value("slow", "slow"));
    CHECK_FALSE(is_same_value("slow", "fast"));
    CHECK_FALSE(is_same_value("2:3:geometric", "2:3"));
    CHECK_FALSE(is_same_value("0.5", "0.5:0.7"));
    CHECK(is_same_value("0.5", "0.5:0.7", true));
    CHECK_FALSE(is_same_value("0.5:0.6", "0.5:0.7", true));
}

TEST_CASE("every pair of options is tried with every solver") {
    const OptionPairs pairs;
    const std::size_t options = all_options().size() - 1;  // All but the solver.
    CHECK(pairs.samples() == options * (options + 1) / 2 * (all_solvers().size() + 1));
    CHECK(pairs.all() > 10 * pairs.samples());
    CHECK(pairs.at(pairs.all() - 1).calls.size() >= 4);
}

}  // namespace steppe::sequences

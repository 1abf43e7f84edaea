#include "steppe/store/run_key.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "steppe/error.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/options/option.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/store/result_row.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

SolveOptions options_of(std::size_t inputs) {
    SolveOptions options;
    options.network.inputs = inputs;
    return options;
}

Patterns patterns_of(std::size_t inputs, std::size_t count, std::uint64_t seed = 1) {
    return std::make_shared<const PatternSet>(random_patterns(inputs, count, seed));
}

std::string key_of(const SolveOptions& options, const Patterns& patterns) {
    return run_key(options, patterns, "random").text();
}

nlohmann::json json_of(const RunKey& key) {
    return nlohmann::json::parse(key.text());
}

/// Some value that the option does not have by default.
std::string other_value(const Option& option) {
    switch (option.values.type) {
        case Values::Type::Flag:
            return "true";
        case Values::Type::Words:
            return option.values.words.back();
        case Values::Type::Ramp:
        case Values::Type::Number:
            return "0.625";
        default:
            return option.name == "schedule" ? "scoping" : "3";
    }
}

}  // namespace

TEST_CASE("hashes are 128-bit FNV-1a (vectors of its authors)") {
    CHECK(RunKey("").hash() == "6c62272e07bb014262b821756295c58d");
    CHECK(RunKey("a").hash() == "d228cb696f1a8caf78912b704e4a8964");
    CHECK(RunKey("foobar").hash() == "343e1662793c64bf6f0d3597ba446f18");
}

TEST_CASE("a key says what the run is") {
    SolveOptions options = options_of(101);
    options.seed = 7;
    find_option("damping")->set(options, "0.40");
    const auto json = json_of(run_key(options, patterns_of(101, 50), "random"));
    CHECK(json["results_version"] == results_version);
    CHECK(json["model"]["name"] == "perceptron");
    CHECK(json["model"]["inputs"] == 101);
    CHECK(json["patterns"]["count"] == 50);
    CHECK(json["patterns"]["labels"] == "random");
    CHECK(json["seed"] == 7);
    CHECK(json["request"] == nlohmann::json{{"damping", "0.4"}});
    // As it will run: the solver that is chosen, with its defaults.
    CHECK(json["options"]["solver"] == "bp");
    CHECK(json["options"]["damping"] == "0.4");
    CHECK(json["options"].contains("step-tolerance"));
}

TEST_CASE("what the result does not depend on is no part of the key") {
    const Patterns patterns = patterns_of(101, 50);
    const std::string plain = key_of(options_of(101), patterns);
    SUBCASE("threads") {
        SolveOptions options = options_of(101);
        options.threads = 2;
        CHECK(key_of(options, patterns) == plain);
    }
    SUBCASE("-0") {
        SolveOptions options = options_of(101);
        options.network.margin = -0.0;
        CHECK(key_of(options, patterns) == plain);
    }
    SUBCASE("labels beside the patterns or folded in") {
        const PatternSet given = random_patterns(101, 50, 1).with_labels(random_labels(50, 2));
        const Patterns beside = std::make_shared<const PatternSet>(given);
        const Patterns within = std::make_shared<const PatternSet>(given.fold_labels());
        CHECK(key_of(options_of(101), beside) == key_of(options_of(101), within));
    }
}

TEST_CASE("every option that is set is a part of the key") {
    const Patterns patterns = patterns_of(101, 50);
    std::size_t tried = 0;
    for (const Option* option : all_options()) {
        CAPTURE(option->name);
        if (option->name == "threads") continue;
        SolveOptions options = options_of(101);
        options.network.weights = WeightKind::Spherical;
        const auto owners = owners_of(*option);
        if (!owners.empty()) options.solver = std::string(owners.back()->name);
        if (options.solver == "sbpi" || options.solver == "rsgd") {
            options.network.weights = WeightKind::Binary;
        }
        const std::string plain = key_of(options, patterns);
        SolveOptions other = options;
        try {
            option->set(other, other_value(*option));
            SolveOptions copy = other;
            settle(copy, 50);
        } catch (const Error&) {
            continue;  // not of this network
        }
        ++tried;
        CHECK(key_of(other, patterns) != plain);
    }
    CHECK(tried > 30);
}

TEST_CASE("other problems have other keys") {
    const Patterns patterns = patterns_of(100, 50);
    std::set<std::string> keys{key_of(options_of(100), patterns)};
    const auto is_new = [&](const RunKey& key) { return keys.insert(key.text()).second; };
    SolveOptions options = options_of(100);
    options.seed = 2;
    CHECK(is_new(run_key(options, patterns, "random")));
    options = options_of(100);
    options.network.margin = 0.1;
    CHECK(is_new(run_key(options, patterns, "random")));
    options = options_of(100);
    options.network.weights = WeightKind::Spherical;
    CHECK(is_new(run_key(options, patterns, "random")));
    options = options_of(100);
    CHECK(is_new(run_key(options, patterns, "file")));
    CHECK(is_new(run_key(options, patterns_of(100, 51), "random")));
    CHECK(is_new(run_key(options, patterns_of(100, 50, 2), "random")));
    CHECK(is_new(run_key(options, patterns, "random", &patterns)));
    // The same words, but turned: another meaning of a sum of 0.
    const PatternSet turned = random_patterns(100, 50, 1)
                                  .with_labels(std::vector<signed char>(50, -1))
                                  .fold_labels()
                                  .with_labels(std::vector<signed char>(50, -1))
                                  .fold_labels();
    const PatternSet once = PatternSet::from_signs(100, 50, turned.signs());
    const PatternSet negated = PatternSet::from_signs(
        100, 50, once.with_labels(std::vector<signed char>(50, -1)).fold_labels().signs());
    const PatternSet back = negated.with_labels(std::vector<signed char>(50, -1)).fold_labels();
    REQUIRE(back.hash() == once.hash());
    CHECK(is_new(run_key(options, std::make_shared<const PatternSet>(back), "random")));
    options.teacher = random_teacher(options.network, 1);
    CHECK(is_new(run_key(options, patterns, "random")));
    options.teacher = random_teacher(options.network, 2);
    CHECK(is_new(run_key(options, patterns, "random")));
}

TEST_CASE("a schedule from a file counts by its couplings, not by its name") {
    const Folder folder;
    const Patterns patterns = patterns_of(101, 50);
    const auto key = [&](const std::string& file) {
        SolveOptions options = options_of(101);
        find_option("schedule")->set(options, file);
        return key_of(options, patterns);
    };
    const std::string first = folder.write("first", "0 1\n1 3\n");
    const std::string same = folder.write("same", "# same\n0 1\n1.0 3\n");
    const std::string other = folder.write("other", "0 1\n1 4\n");
    CHECK(key(first) == key(same));
    CHECK(key(first) != key(other));
}

TEST_CASE("what makes no sense has no key") {
    CHECK_THROWS_AS(run_key(options_of(0), patterns_of(101, 50), "random"), Error);
    SolveOptions options = options_of(101);
    options.solver = "adatron";  // of real weights
    find_option("rate")->set(options, "0.1");
    CHECK_THROWS_AS(run_key(options, patterns_of(101, 50), "random"), Error);
    CHECK_THROWS_AS(run_key(options_of(101), std::shared_ptr<const PatternSet>(), "random"), Error);
    CHECK_THROWS_WITH_AS(run_key(options_of(101), patterns_of(101, 50), "\xff"),
                         doctest::Contains("UTF-8"), Error);
}

TEST_CASE("a row is what the summary says, digit by digit") {
    SolveOptions options = options_of(101);
    const Patterns patterns = patterns_of(101, 30);
    const RunKey key = run_key(options, patterns, "random");
    SolveResult result = solve(options, patterns);
    const ResultRow row = result_row(key, result.summary);
    CHECK(row.summary == result.summary.json());
    CHECK(row.status == "solved");
    CHECK(row.solved);
    CHECK(row.errors == 0);
    CHECK(row.iterations == result.summary.iterations);
    CHECK(row.seconds == result.summary.seconds);
    CHECK(row.inputs == 101);
    CHECK(row.load == doctest::Approx(30.0 / 101));
    CHECK(row.solver == result.summary.solver);
    result.summary.status = SolveStatus::Interrupted;
    CHECK_THROWS_AS(result_row(key, result.summary), Error);
}

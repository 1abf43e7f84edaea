#include <doctest/doctest.h>

#include <filesystem>

#include "steppe/data/pattern_file.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/run/solve.hpp"

using namespace steppe;

// Problems that the programs before this one were run on (tests/instances): each is solved with
// the settings that the command line takes when nothing is said.
TEST_CASE("every instance is solved") {
    std::size_t files = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(STEPPE_TEST_DATA) + "/instances")) {
        const std::string name = entry.path().filename();
        if (!name.ends_with(".gz")) continue;
        ++files;
        CAPTURE(name);
        const auto patterns = std::make_shared<PatternSet>(read_patterns(entry.path()));
        SolveOptions options;
        options.network = {patterns->inputs(), name.find("_K5_") == std::string::npos ? 1u : 5u};
        const SolveResult result = solve(options, patterns);
        CHECK(result.summary.status == SolveStatus::Solved);
        CHECK(count_errors_plainly(options.network, result.weights.values(), patterns->signs(),
                                   {}) == 0);
    }
    CHECK(files == 6);
}

TEST_CASE("at least 9 of seeds 1 to 10: N = 1001, load 0.66, and K = 5, N = 321, load 0.5" *
          doctest::test_suite("study")) {
    struct Problem {
        Network network;
        std::size_t patterns;
    };
    for (const Problem& problem : {Problem{{1001, 1}, 661}, Problem{{321, 5}, 802}}) {
        const Network& network = problem.network;
        std::size_t solved = 0;
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            SolveOptions options;
            options.network = network;
            options.seed = seed;
            const auto set = std::make_shared<PatternSet>(
                random_patterns(network.inputs, problem.patterns, seed));
            const SolveResult result = solve(options, set);
            if (count_errors_plainly(network, result.weights.values(), set->signs(), {}) == 0) {
                ++solved;
            }
        }
        CAPTURE(network.hidden);
        CHECK(solved >= 9);
    }
}

#include <doctest/doctest.h>

#include "program.hpp"
#include "support/files.hpp"

using namespace steppe::test;

namespace {

const std::string problem = " --inputs 101 --load 0.3 --seed 1";

/// Two solutions of it.
std::string two_solutions(const Folder& folder) {
    REQUIRE(run("solve --quiet --solver sbpi --out " + (folder / "a.txt") + problem).status == 0);
    REQUIRE(run("solve --quiet --solver bp --out " + (folder / "b.txt") + problem).status == 0);
    return (folder / "a.txt") + " " + (folder / "b.txt");
}

}  // namespace

TEST_CASE("what the time did not suffice for says so, between solutions as well") {
    const Folder folder;
    const std::string files = two_solutions(folder);
    const Outcome cut = run("landscape " + files + problem +
                            " --measure flatness,barrier,overlaps --time-limit 1e-9");
    CHECK(cut.status == 1);
    CHECK(cut.out.find("flatness       not finished\n") != std::string::npos);
    CHECK(cut.out.find("barrier        not finished\n") != std::string::npos);
    const Outcome json = run("landscape " + files + problem +
                             " --measure barrier,overlaps --time-limit 1e-9 --json");
    CHECK(json.out.find("\"status\":\"time-limit\"") != std::string::npos);
    CHECK(json.out.find("\"overlaps\":{\"unfinished\":true}") != std::string::npos);
}

TEST_CASE("all among other measures is all") {
    const Folder folder;
    const std::string files = two_solutions(folder);
    const Outcome all = run("landscape " + files + problem +
                            " --measure flatness,all --perturbations 2 --noise-sizes 0.1 "
                            "--gamma 1 --radii 0.1 --json");
    CHECK(all.status == 0);
    CHECK(all.out.find("\"status\":\"measured\"") != std::string::npos);
    for (const char* name : {"\"hessian\"", "\"local-entropy\"", "\"barrier\"", "\"overlaps\""}) {
        CHECK_MESSAGE(all.out.find(name) != std::string::npos, name);
    }
}

TEST_CASE("a loss that is no number is unknown") {
    const Folder folder;
    const std::string files = two_solutions(folder);
    const Outcome outcome = run("landscape " + (folder / "a.txt") + problem +
                                " --measure sharpness --radii 0.1 --loss-gamma 1e-308");
    CHECK(outcome.status == 0);
    CHECK(outcome.out.find("unknown within 0.1") != std::string::npos);
}

TEST_CASE("help tells the lists that stand where none is given") {
    const std::string help = run("landscape --help").out;
    CHECK(help.find("0.05:1:0.05, of +-1 weights") != std::string::npos);
    CHECK(help.find("0.25:3:0.25") != std::string::npos);
    CHECK(help.find("0.05:0.25:0.05") != std::string::npos);
}

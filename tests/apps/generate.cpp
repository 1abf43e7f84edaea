#include <doctest/doctest.h>

#include "program.hpp"
#include "steppe/data/pattern_file.hpp"
#include "steppe/run/solution_file.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

TEST_CASE("the patterns written are the patterns solve makes of the same options") {
    const Folder folder;
    const Outcome outcome =
        run("generate --inputs 101 --load 0.5 --seed 9 --out " + (folder / "p.gz"));
    CHECK(outcome.status == 0);
    CHECK(outcome.out == "50 patterns of 101 inputs written to " + (folder / "p.gz") + "\n");
    CHECK(read_patterns(folder / "p.gz").hash() == random_patterns(101, 50, 9).hash());
}

TEST_CASE("a teacher's labels beside the patterns or folded in; the teacher makes no errors") {
    const Folder folder;
    const std::string request =
        "generate --model committee --inputs 51 --count 80 --labels teacher --seed 4 --out ";
    REQUIRE(run(request + (folder / "p") + " --labels-out " + (folder / "l") + " --teacher-out " +
                (folder / "t.h5"))
                .status == 0);
    REQUIRE(run(request + (folder / "folded")).status == 0);
    CHECK(read_patterns(folder / "p", folder / "l").fold_labels().hash() ==
          read_patterns(folder / "folded").hash());
    CHECK(run("check " + (folder / "t.h5") + " --patterns " + (folder / "p") + " --labels-file " +
              (folder / "l"))
              .out == "0 of 80 patterns wrong\n");
    CHECK(run("check " + (folder / "t.h5") + " --patterns " + (folder / "folded")).status == 0);
}

TEST_CASE("loads are rounded to the nearest whole number, ties to even") {
    const Folder folder;
    const auto count = [&](const std::string& options) {
        run("generate " + options + " --out " + (folder / "p"));
        return read_patterns(folder / "p").patterns();
    };
    CHECK(count("--inputs 5 --load 0.5") == 2);
    CHECK(count("--inputs 7 --load 0.5") == 4);
    CHECK(count("--inputs 10 --load 0.26") == 3);
    CHECK(count("--model committee --inputs 5 --load 0.5") == 8);
}

TEST_CASE("generate asks for a place first") {
    const Folder folder;
    CHECK(refusal("generate").find("--out") != std::string::npos);
    CHECK(refusal("generate --out " + (folder / "no/p")).find("cannot be written") !=
          std::string::npos);
}

TEST_CASE("patterns in HDF5 are the same problem as in text, from generate to check") {
    const Folder folder;
    const auto at = [&](const char* name) { return folder / name; };
    for (const std::string problem :
         {"--inputs 101 --count 30", "--inputs 101 --count 30 --labels teacher",
          "--model parity --hidden 2 --inputs 102 --count 20"}) {
        CAPTURE(problem);
        REQUIRE(run("generate " + problem + " --out " + at("p.h5")).err == "");
        const std::string network = problem.substr(0, problem.find("--inputs"));
        const Outcome solved = run("solve --patterns " + at("p.h5") + " " + network + " --out " +
                                   at("w.h5") + " --test " + at("p.h5"));
        CHECK(solved.status == 0);
        CHECK(solved.out.find("test errors   0 of") != std::string::npos);
        const std::string nothing_wrong =
            network.empty() ? "0 of 30 patterns wrong\n" : "0 of 20 patterns wrong\n";
        CHECK(run("check " + at("w.h5") + " --patterns " + at("p.h5")).out == nothing_wrong);
        // The problem by its name is the same one, whether labels are folded in or not.
        CHECK(run("check " + at("w.h5") + " " + problem.substr(network.size())).out ==
              nothing_wrong);
    }
    CHECK(refusal("generate --labels teacher --out " + at("q.h5") + " --labels-out " + at("l"))
              .find("HDF5 holds the labels itself") != std::string::npos);
    CHECK(folder.count() == 2);
}

TEST_CASE("a teacher stores its own patterns where sums of exactly 0 occur") {
    const Folder folder;
    const auto at = [&](const char* name) { return folder / name; };
    for (const std::string network :
         {"--inputs 100", "--model committee --hidden 3 --inputs 100",
          "--model parity --inputs 100", "--model committee --hidden 3 --wiring tree --inputs 102",
          "--model parity --hidden 2 --inputs 100", "--inputs 100 --weights spherical"}) {
        CAPTURE(network);
        REQUIRE(run("generate " + network + " --count 300 --labels teacher --seed 3 --out " +
                    at("p") + " --labels-out " + at("l") + " --teacher-out " + at("t.h5"))
                    .err == "");
        CHECK(run("check " + at("t.h5") + " --patterns " + at("p") + " --labels-file " + at("l"))
                  .out == "0 of 300 patterns wrong\n");
        // Without a file for the labels they would be folded in, which is another problem.
        const bool binary = network.find("spherical") == std::string::npos;
        if (binary && network.find("parity --hidden 2") == std::string::npos) {
            CHECK(refusal("generate " + network + " --count 300 --labels teacher --seed 3 --out " +
                          at("q"))
                      .find("--labels-out FILE is needed, or --out FILE.h5: on ") == 0);
        }
    }
    // A run that has recovered the teacher stores what it was shown.
    const auto answer = run("solve --inputs 200 --load 3 --labels teacher --quiet");
    CHECK(answer.status == 0);
    CHECK(answer.out.find("overlap 1.0000") != std::string::npos);
}

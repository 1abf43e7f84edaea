// Spherical weights, trees, parities, margins and teachers through the program.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "program.hpp"
#include "steppe/data/pattern_file.hpp"
#include "steppe/run/solution_file.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

TEST_CASE("every kind of network: solve, write, check, through text and HDF5") {
    const Folder folder;
    for (const std::string network :
         {"--weights spherical --inputs 201 --load 1.2", "--margin 0.4 --inputs 201 --load 0.2",
          "--model committee --wiring tree --inputs 303 --load 0.3",
          "--model committee --wiring tree --weights spherical --inputs 303 --load 1.2",
          "--model parity --wiring tree --inputs 303 --load 0.2",
          "--model parity --hidden 2 --wiring tree --inputs 302 --load 0.2",
          "--model parity --hidden 4 --weights spherical --inputs 101 --load 0.2",
          "--weights spherical --margin -0.5 --inputs 201 --load 2.5"}) {
        CAPTURE(network);
        for (const std::string name : {"w.txt", "w.h5"}) {
            const Outcome solved =
                run("solve " + network + " --seed 2 --json --out " + (folder / name));
            CHECK(solved.status == 0);
            const auto json = nlohmann::json::parse(solved.out);
            CHECK(json["errors"] == 0);
            CHECK(run("check " + (folder / name) + " " + network + " --seed 2").status == 0);
        }
        // HDF5 knows the network.
        const std::string patterns = network.substr(network.find("--inputs"));
        CHECK(run("check " + (folder / "w.h5") + " " + patterns + " --seed 2").status == 0);
        CHECK(run("check " + (folder / "w.h5") + " " + patterns + " --seed 3").status == 1);
    }
}

TEST_CASE("a margin makes errors of weights that have none without") {
    const Folder folder;
    const std::string patterns = folder.write("p", "1 1 1 1\n1 1 1 -1\n");
    const std::string ones = folder.write("w", "1 1 1 1\n");
    const std::string check = "check " + ones + " --patterns " + patterns;
    CHECK(run(check).out == "0 of 2 patterns wrong\n");
    CHECK(run(check + " --margin 0.99").out == "0 of 2 patterns wrong\n");
    CHECK(run(check + " --margin 1").out ==
          "1 of 2 patterns wrong\n");  // 2 > 1 sqrt(4) does not hold
    CHECK(run(check + " --margin 2").out == "2 of 2 patterns wrong\n");
    // Of real weights likewise; labels are folded in first.
    const std::string real = folder.write("r", "0.5 0.5 0.5 1.5\n");
    const std::string labels = folder.write("l", "1\n-1\n");
    const std::string labelled = "check " + real + " --patterns " + patterns;
    // A sum of exactly 0 is answered with -1, which the second label asks for.
    CHECK(run(labelled).out == "1 of 2 patterns wrong\n");
    CHECK(run(labelled + " --labels-file " + labels).out == "0 of 2 patterns wrong\n");
    CHECK(run(labelled + " --labels-file " + labels + " --margin 0.1").out ==
          "1 of 2 patterns wrong\n");
    CHECK(run("check " + real + " --patterns " + patterns + " --labels-file " + labels +
              " --margin -0.1")
              .out == "0 of 2 patterns wrong\n");
    // What the options do not say is that of the file, and they may not contradict it.
    CHECK(run("check " + real + " --margin 0 --patterns " + patterns).status == 1);
    CHECK(refusal("check " + real + " --weights binary --patterns " + patterns) ==
          real + " has spherical weights, and the network asked for binary ones");
    // Real weights of a text may all be +1 or -1.
    CHECK(run(check + " --weights spherical").out == run(check).out);
}

TEST_CASE("the parity of an even number of units keeps its labels beside the patterns") {
    const Folder folder;
    const std::string network = "--model parity --hidden 2 --wiring tree";
    const std::string request =
        "generate " + network + " --inputs 100 --load 0.3 --seed 4 --out " + (folder / "p");
    CHECK(refusal(request) ==
          "--labels-out FILE is needed: labels of the parity of 2 units, an even number, cannot be "
          "folded into the patterns");
    REQUIRE(run(request + " --labels-out " + (folder / "l")).status == 0);
    const PatternSet set = read_patterns(folder / "p", folder / "l");
    CHECK(std::vector<signed char>(set.labels().begin(), set.labels().end()) ==
          random_labels(30, 4));
    CHECK(
        refusal("solve " + network + " --patterns " + (folder / "p"))
            .find(" needs --labels-file: the parity of 2 units, an even number, answers a pattern "
                  "and its opposite alike") != std::string::npos);
    const std::string files =
        " --patterns " + (folder / "p") + " --labels-file " + (folder / "l") + " ";
    const Outcome solved = run("solve " + network + files + "--json --out " + (folder / "w.h5"));
    CHECK(solved.status == 0);
    CHECK(run("check " + (folder / "w.h5") + files).status == 0);
    // The same problem by its name.
    CHECK(run("check " + (folder / "w.h5") + " --inputs 100 --load 0.3 --seed 4").out ==
          "0 of 30 patterns wrong\n");
}

TEST_CASE("a teacher's overlap and errors are in the summary") {
    for (const std::string network :
         {"--weights spherical", "", "--model committee --wiring tree --weights spherical"}) {
        CAPTURE(network);
        const Outcome outcome =
            run("solve --inputs 303 --load 1.0 --labels teacher --schedule none "
                "--continue-after-solution --json " +
                network);
        const auto json = nlohmann::json::parse(outcome.out);
        REQUIRE(json.contains("teacher"));
        const double gibbs = json["teacher"]["gibbs_error"], bayes = json["teacher"]["bayes_error"],
                     clipped = json["teacher"]["clipped_error"],
                     overlap = json["teacher"]["overlap"];
        CHECK(overlap > 0.3);
        CHECK(bayes < gibbs);
        CHECK(bayes <= clipped + 0.005);
        CHECK(gibbs < 0.45);
    }
    CHECK(
        run("solve --inputs 101 --load 0.3 --labels teacher").out.find("teacher       overlap ") !=
        std::string::npos);
    CHECK(run("solve --inputs 101 --load 0.3").out.find("teacher") == std::string::npos);
}

TEST_CASE("networks that make no sense are refused") {
    CHECK(refusal("solve --model committee --wiring tree --inputs 100 --hidden 3") ==
          "100 inputs cannot be shared out among the 3 units of a tree: take 99 or 102");
    CHECK(refusal("solve --wiring tree") ==
          "--wiring tree needs --model committee or --model parity: a perceptron has one unit");
    CHECK(refusal("solve --model parity --hidden 1") ==
          "hidden is 1: a parity needs two units or more");
    CHECK(refusal("solve --margin nan").find("'nan' is not a finite number") != std::string::npos);
    CHECK(refusal("solve --weights sperical").find("did you mean 'spherical'?") !=
          std::string::npos);
    CHECK(refusal("solve --weights spherical --accuracy exact --inputs 101") ==
          "accuracy exact sums over +-1 weights, and plate 'w1' holds real ones: use gaussian or "
          "relaxed");
}

#include "outputs.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include <nlohmann/json.hpp>
#include <sstream>

#include "program.hpp"
#include "steppe/data/file.hpp"
#include "steppe/run/solution_file.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

const std::string small = "solve --inputs 21 --count 4 --quiet";

}  // namespace

TEST_CASE("two outputs with one name are refused, however it is spelt") {
    const Folder folder;
    const std::string a = folder / "a";
    folder.write("a", "kept");
    std::filesystem::create_symlink("a", folder / "link");
    for (const std::string other : {"a", "./a", "link"}) {
        const std::string b = folder / other;
        CHECK(refusal(small + " --out " + a + " --log " + b) ==
              "--out and --log both write to '" + b + "'");
        CHECK(refusal("generate --inputs 5 --count 3 --labels teacher --out " + a +
                      " --labels-out " + b) == "--out and --labels-out both write to '" + b + "'");
        CHECK(refusal("generate --inputs 5 --count 3 --labels teacher --out " + (folder / "b") +
                      " --labels-out " + b + " --teacher-out " + a) ==
              "--labels-out and --teacher-out both write to '" + a + "'");
    }
    CHECK(refusal(small + " --out - --log /dev/stdout").find("both write to") != std::string::npos);
    CHECK(contents(a) == "kept");
    CHECK(folder.count() == 2);
    // A device keeps nothing apart.
    CHECK(run(small + " --out /dev/null --log /dev/null").status == 0);
}

TEST_CASE("an output does not replace what is read") {
    const Folder folder;
    const std::string patterns = folder.write("p", "1 -1 1\n-1 1 1\n");
    const std::string labels = folder.write("l", "1\n-1\n");
    std::filesystem::create_symlink("p", folder / "link");
    const std::string line =
        "solve --quiet --patterns " + patterns + " --labels-file " + labels + " --out ";
    CHECK(refusal(line + (folder / "./p")) ==
          "--out would replace '" + patterns + "', which --patterns reads");
    CHECK(refusal(line + (folder / "link")) ==
          "--out would replace '" + patterns + "', which --patterns reads");
    CHECK(refusal(line + labels) ==
          "--out would replace '" + labels + "', which --labels-file reads");
    CHECK(contents(patterns) == "1 -1 1\n-1 1 1\n");
    CHECK(run(line + (folder / "w")).status == 0);
}

TEST_CASE("standard output takes one thing") {
    CHECK(refusal(small + " --json --out -") ==
          "--json and --out - both write to standard output: give --out a file");
    CHECK(refusal(small + " --json --log /dev/stdout") ==
          "--json and --log /dev/stdout both write to standard output: give --log a file");
}

TEST_CASE("a name that promises a format gets it or is refused") {
    const Folder folder;
    for (const std::string name : {"w.json", "w.npz", "w.mat", "w.h5.gz"}) {
        CHECK(refusal(small + " --out " + (folder / name)).find("promises .") != std::string::npos);
        CHECK(
            refusal("generate --inputs 5 --count 3 --out " + (folder / name)).find("promises .") !=
            std::string::npos);
    }
    CHECK(refusal(small + " --log " + (folder / "log.csv")).find("promises .csv") !=
          std::string::npos);
    CHECK(refusal("generate --inputs 5 --count 3 --labels teacher --out " + (folder / "p") +
                  " --labels-out " + (folder / "l.h5"))
              .find("labels beside patterns are written as text or .npy") != std::string::npos);
    CHECK(folder.count() == 0);
    REQUIRE(run(small + " --out " + (folder / "w.csv")).status == 0);
    REQUIRE(run(small + " --out " + (folder / "w.txt")).status == 0);
    std::string text = contents(folder / "w.txt");
    std::ranges::replace(text, ' ', ',');
    CHECK(contents(folder / "w.csv") == text);
    REQUIRE(run(small + " --out " + (folder / "w.npy")).status == 0);
    CHECK(contents(folder / "w.npy").starts_with("\x93NUMPY"));
    REQUIRE(run("generate --inputs 5 --count 3 --labels teacher --out " + (folder / "p.npy") +
                " --labels-out " + (folder / "l.npy"))
                .status == 0);
    CHECK(contents(folder / "p.npy").size() == 128 + 15);
    CHECK(contents(folder / "l.npy").size() == 128 + 3);
}

TEST_CASE("a log that cannot be written ends with status 2, after the answer") {
    const Folder folder;
    const Outcome outcome = run(small + " --json --log /dev/full --out " + (folder / "w.txt"));
    CHECK(outcome.status == 2);
    CHECK(outcome.err == "steppe: file '/dev/full' cannot be written: No space left on device\n");
    CHECK(nlohmann::json::parse(outcome.out)["status"] == "solved");
    CHECK(read_solution(folder / "w.txt").weights.unit_inputs() == 21);
}

TEST_CASE("weights go through a link, which stays") {
    const Folder folder;
    std::filesystem::create_symlink("target.txt", folder / "link.h5");
    REQUIRE(run(small + " --out " + (folder / "link.h5")).status == 0);
    CHECK(std::filesystem::is_symlink(folder / "link.h5"));
    // The format is that of the name that was given.
    CHECK(read_solution(folder / "target.txt").network.has_value());
}

TEST_CASE("names that are no UTF-8 go into JSON with their bytes replaced") {
    const Folder folder;
    const std::string weights = folder / "w\xff.txt";
    REQUIRE(run(small + " --out " + weights).status == 0);
    const Outcome check = run("check " + weights + " --inputs 21 --count 4 --json");
    CHECK(check.status == 0);
    CHECK(nlohmann::json::parse(check.out)["solution"].get<std::string>().find("\xef\xbf\xbd") !=
          std::string::npos);
    const std::string schedule = folder.write("s\xff", "0 1\ninf 2\n");
    const Outcome solved = run(small + " --json --schedule " + schedule);
    CHECK(nlohmann::json::parse(solved.out)["schedule"]["name"].get<std::string>().find(
              "\xef\xbf\xbd") != std::string::npos);
    REQUIRE(run("generate --inputs 5 --count 3 --out " + (folder / "p\xff.h5")).status == 0);
    CHECK(refusal("solve --config " + (folder / "\xff")).find("cannot be read") !=
          std::string::npos);
    CHECK(refusal("solve --\xff").find("is no option of 'steppe solve'") != std::string::npos);
    CHECK(refusal("\xff").find("is no sub-command") != std::string::npos);
    CHECK(refusal("solve --load \xff").find("is not a finite number") != std::string::npos);
    CHECK(refusal("solve --patterns \xff").find("cannot be read") != std::string::npos);
}

TEST_CASE("--exit-zero: errors left are no failure") {
    const std::string hard = "solve --inputs 21 --load 5 --steps 2 --restarts 0 --quiet";
    CHECK(run(hard).status == 1);
    CHECK(run(hard + " --exit-zero").status == 0);
    CHECK(run(hard + " --exit-zero --patterns missing").status == 2);
    const Folder folder;
    REQUIRE(run(hard + " --exit-zero --out " + (folder / "w")).status == 0);
    CHECK(run("check " + (folder / "w") + " --inputs 21 --load 5").status == 1);
    CHECK(run("check " + (folder / "w") + " --inputs 21 --load 5 --exit-zero").status == 0);
}

TEST_CASE("a run that was asked to measure and did has status 0") {
    const std::string line =
        "solve --inputs 201 --load 0.6 --schedule none --json --quiet --solver bp";
    const Outcome outcome = run(line);
    const auto json = nlohmann::json::parse(outcome.out);
    CHECK(outcome.status == 0);
    CHECK(json["status"] == "converged");
    CHECK(json["errors"] > 0);
    CHECK(run(line + " --max-iterations 3").status == 1);
}

TEST_CASE("check reads solutions of one unit, whatever its wiring was") {
    const Folder folder;
    for (const std::string name : {"c.h5", "c.txt"}) {
        REQUIRE(run("solve --model committee --hidden 1 --wiring tree --inputs 11 --quiet --out " +
                    (folder / name))
                    .status == 0);
        CHECK(run("check " + (folder / name) + " --inputs 11").out == "0 of 7 patterns wrong\n");
    }
    REQUIRE(
        run("solve --weights spherical --inputs 1 --count 1 --quiet --out " + (folder / "w1.txt"))
            .status == 0);
    CHECK(run("check " + (folder / "w1.txt") + " --weights spherical --inputs 1 --count 1").out ==
          "0 of 1 patterns wrong\n");
    CHECK(run("check " + (folder / "w1.txt") + " --inputs 1 --count 1").status == 0);
}

TEST_CASE(
    "the overlap with a teacher is in the log where there is one, and ends as the summary says") {
    const Folder folder;
    const std::string log = folder / "log";
    for (const bool teacher : {false, true}) {
        const Outcome outcome =
            run("solve --inputs 1001 --load 2 --solver amp --schedule none --json --quiet --log " +
                log + (teacher ? " --labels teacher" : ""));
        std::istringstream lines(contents(log));
        std::string text;
        nlohmann::json last;
        while (std::getline(lines, text)) {
            last = nlohmann::json::parse(text);
            CHECK(last["teacher_overlap"].is_null() == !teacher);
        }
        if (!teacher) continue;
        // Gibbs' error is the angle of that overlap.
        const double overlap = last["teacher_overlap"].get<double>();
        CHECK(overlap > 0.5);
        const auto summary = nlohmann::json::parse(outcome.out);
        CHECK(std::cos(M_PI * summary["teacher"]["gibbs_error"].get<double>()) ==
              doctest::Approx(overlap).epsilon(1e-6));
    }
}

TEST_CASE(
    "the entropy of the replicas is in the log where a step ends, and where it is asked for") {
    const Folder folder;
    const std::string log = folder / "log";
    const std::string line =
        "solve --inputs 101 --load 0.4 --quiet --schedule scoping --steps 3 --log " + log;
    for (const bool asked : {false, true}) {
        CHECK(run(line + (asked ? " --log-entropy" : "")).status == 0);
        std::istringstream lines(contents(log));
        std::size_t measured = 0;
        std::string text;
        nlohmann::json last;
        while (std::getline(lines, text)) {
            last = nlohmann::json::parse(text);
            if (last["internal_entropy"].is_null()) {
                CHECK(last["centre_overlap"].is_null());
                continue;
            }
            ++measured;
            CHECK(last["internal_entropy"] < last["free_entropy"]);
            CHECK(last["centre_overlap"] >= last["replica_overlap"]);
        }
        CHECK((measured > 0) == asked);
        // The last line of a run that has found a solution.
        CHECK(last["internal_entropy"].is_null() != asked);
    }
    CHECK(refusal(small + " --log-entropy").find("name one with --log") != std::string::npos);
    for (const char* other : {" --solver sbpi", " --schedule none"}) {
        const std::string line = small + other + " --log-entropy --log " + folder / "other.log";
        CHECK(refusal(line).find("--log-entropy belongs to message passing that focuses") !=
              std::string::npos);
    }
}

#include <doctest/doctest.h>
#include <signal.h>

#include <nlohmann/json.hpp>

#include "program.hpp"
#include "steppe/data/pattern_file.hpp"
#include "steppe/run/solution_file.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// A request that goes on for minutes unless it is stopped.
const std::string endless = "solve --inputs 301 --load 1.5 --steps 1000000 --quiet";

}  // namespace

TEST_CASE("solved: status 0, and check agrees through text and HDF5") {
    const Folder folder;
    const std::string problem = " --inputs 201 --load 0.5 --seed 3";
    for (const std::string name : {"w.txt", "w.txt.gz", "w.h5"}) {
        const Outcome solved = run("solve" + problem + " --out " + (folder / name));
        CHECK(solved.status == 0);
        CHECK(solved.out.find("status        solved: Every pattern is stored.") == 0);
        CHECK(solved.out.find("written       " + (folder / name)) != std::string::npos);
        CHECK(solved.err.empty());
        const Outcome check = run("check " + (folder / name) + problem);
        CHECK(check.status == 0);
        CHECK(check.out == "0 of 100 patterns wrong\n");
    }
    const Solution solution = read_solution(folder / "w.h5");
    const auto request = nlohmann::json::parse(solution.request);
    CHECK(request["seed"] == 3);
    CHECK(request["status"] == "solved");
    // Another seed is another problem, and the file knows.
    const Outcome other = run("check " + (folder / "w.h5") + " --inputs 201 --load 0.5 --seed 4");
    CHECK(other.status == 1);
    CHECK(other.out.find("these are not the patterns that the solution was found on") !=
          std::string::npos);
}

TEST_CASE("unsolved: status 1, the best weights are written with a warning") {
    const Folder folder;
    const std::string line = "solve --inputs 101 --load 1.5 --steps 10 --out " + (folder / "w.txt");
    const Outcome outcome = run(line);
    CHECK(outcome.status == 1);
    CHECK(
        outcome.out.find("status        unsolved: No solution was found, plain runs of bp and amp "
                         "ended") == 0);
    CHECK(outcome.err.find("steppe: warning: the weights in") == 0);
    CHECK(read_solution(folder / "w.txt").weights.unit_inputs() == 101);
    CHECK(run(line + " --quiet").err.empty());
}

TEST_CASE("--json prints one object and nothing else") {
    const Outcome outcome = run("solve --inputs 101 --load 0.4 --json");
    CHECK(std::count(outcome.out.begin(), outcome.out.end(), '\n') == 1);
    CHECK(nlohmann::json::parse(outcome.out)["status"] == "solved");
}

TEST_CASE("--log writes an object per iteration") {
    const Folder folder;
    const Outcome outcome = run("solve --inputs 101 --load 0.4 --json --log " + (folder / "log"));
    const auto summary = nlohmann::json::parse(outcome.out);
    std::ifstream log(folder / "log");
    std::size_t lines = 0;
    nlohmann::json last;
    for (std::string line; std::getline(log, line); ++lines) {
        last = nlohmann::json::parse(line);
        CHECK(last["iteration"] == lines + 1);
    }
    CHECK(lines == summary["iterations"]);
    CHECK(last["errors"] == 0);
}

TEST_CASE("patterns and labels from files, test patterns") {
    const Folder folder;
    const std::string base = "--model committee --inputs 101 --labels teacher --seed 2";
    REQUIRE(run("generate " + base + " --count 150 --out " + (folder / "p.txt") + " --labels-out " +
                (folder / "l.txt"))
                .status == 0);
    const Outcome outcome =
        run("solve --model committee --patterns " + (folder / "p.txt") + " --labels-file " +
            (folder / "l.txt") + " --test " + (folder / "p.txt") + " --test-labels-file " +
            (folder / "l.txt") + " --json");
    CHECK(outcome.status == 0);
    const auto json = nlohmann::json::parse(outcome.out);
    CHECK(json["patterns"] == 150);
    CHECK(json["test_patterns"] == 150);
    CHECK(json["test_errors"] == 0);
    const std::string other = folder.write("other", "1 -1 1\n");
    CHECK(refusal("solve --patterns " + (folder / "p.txt") + " --test " + other) ==
          other + ": the test patterns have 3 inputs, the others 101");
}

TEST_CASE("a wrong delimiter is an error, not one pattern") {
    const Folder folder;
    const std::string path = folder.write("p.csv", "1 -1 1\n-1,1,1\n");
    CHECK(refusal("solve --patterns " + path) ==
          path +
              ", line 2, column 3: ',' between numbers: those of the first line are separated "
              "by spaces");
}

TEST_CASE("whether the answer can be written is known before the run") {
    const Folder folder;
    CHECK(refusal(endless + " --out " + (folder / "no/w.txt"))
              .find("cannot be written: no file can be made in folder") != std::string::npos);
    CHECK(refusal(endless + " --log " + (folder / "no/log")).find("cannot be written") !=
          std::string::npos);
}

TEST_CASE("weights are kept elsewhere when the folder goes away during the run") {
    const Folder folder;
    std::filesystem::create_directory(folder / "gone");
    const std::string log = folder / "log";
    Outcome outcome;
    {
        const WhenRunBegins remover(log, [&] { std::filesystem::remove_all(folder / "gone"); });
        outcome =
            run(endless + " --time-limit 0.8 --log " + log + " --out " + (folder / "gone/w.txt"));
    }
    CHECK(outcome.status == 2);
    const std::size_t at = outcome.err.find("the weights were kept in ");
    REQUIRE(at != std::string::npos);
    std::string kept = outcome.err.substr(at + 25);
    kept.pop_back();
    CHECK(read_solution(kept).weights.unit_inputs() == 301);
    std::filesystem::remove(kept);
}

TEST_CASE("Ctrl-C, SIGTERM, SIGHUP, SIGUSR1: the best weights are written, status 3") {
    const Folder folder;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
        const std::string log = folder / "log";
        std::filesystem::remove(log);
        Outcome outcome;
        {
            const WhenRunBegins sender(log, [&] { kill(getpid(), signal); });
            outcome = run(endless + " --json --log " + log + " --out " + (folder / "w.txt"));
        }
        CHECK(outcome.status == 3);
        const auto json = nlohmann::json::parse(outcome.out);
        CHECK(json["status"] == "interrupted");
        const Outcome check =
            run("check " + (folder / "w.txt") + " --inputs 301 --load 1.5 --json");
        CHECK(nlohmann::json::parse(check.out)["errors"] == json["errors"]);
        std::filesystem::remove(folder / "w.txt");
    }
}

TEST_CASE("a time limit ends a run with status 1 and its best weights") {
    const Outcome outcome = run(endless + " --time-limit 0.2 --json");
    CHECK(outcome.status == 1);
    CHECK(nlohmann::json::parse(outcome.out)["status"] == "time-limit");
}

TEST_CASE("the solver: chosen, given, or asked for by an option that only it has") {
    const auto solver = [](const std::string& options) {
        const auto outcome = run("solve --inputs 301 --load 0.5 --json " + options);
        CHECK(outcome.status == 0);
        return nlohmann::json::parse(outcome.out);
    };
    CHECK(solver("")["solver"]["name"] == "amp");
    CHECK(solver("")["solver"]["running_margin"] == 0.05);
    CHECK(solver("--solver amp --damping 0.4")["solver"]["damping"] == 0.4);
    CHECK(!solver("--solver amp")["solver"].contains("chosen"));
    CHECK(solver("--solver bp")["solver"]["name"] == "bp");
    CHECK(solver("--accuracy gaussian")["solver"]["name"] == "bp");
    CHECK(solver("--running-margin 0")["solver"]["name"] == "amp");
    CHECK(solver("--steps auto")["schedule"]["steps"] == "auto");
    CHECK(solver("--restarts 7")["tries"].get<int>() <= 8);
}

TEST_CASE("every choice of accuracy, precision and block solves the same easy problem") {
    for (const std::string accuracy : {"exact", "gaussian", "relaxed"}) {
        for (const std::string precision : {"single", "double"}) {
            for (const std::string block : {"1", "20", "40"}) {
                CAPTURE(accuracy + precision + block);
                CHECK(run("solve --inputs 101 --count 40 --accuracy " + accuracy + " --precision " +
                          precision + " --block " + block)
                          .status == 0);
            }
        }
    }
}

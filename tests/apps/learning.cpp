// The solvers that learn epoch by epoch, through the program.
#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "program.hpp"
#include "support/files.hpp"

using namespace steppe::test;
using nlohmann::json;

namespace {

struct Request {
    std::string line;
    std::string name;
};

const std::string tree =
    " --model committee --hidden 3 --wiring tree --inputs 303 --weights spherical --load 0.8";
const std::string binary = " --model committee --hidden 3 --inputs 101 --load 0.3";

const std::vector<Request> requests{
    {tree + " --solver lal", "lal"},
    {tree + " --solver elal", "elal"},
    {tree + " --solver sgd", "sgd"},
    {tree + " --solver sgd --preset fast", "sgd"},
    {tree + " --solver rsgd --preset fast --replicas 3", "rsgd"},
    {" --inputs 201 --load 1 --weights spherical --solver sgd", "sgd"},
    {" --model parity --hidden 2 --inputs 101 --load 0.6 --weights spherical --solver lal", "lal"},
    {" --model committee --hidden 20 --inputs 101 --load 0.2 --weights spherical --activation relu "
     "--solver sgd",
     "sgd"},
    {binary + " --solver sbpi", "sbpi"},
    {" --inputs 101 --load 0.5 --solver mc --tau 0.2:0.02", "mc"},
    {binary + " --solver rsgd --batch 20 --gamma 0.3 --pull 0.3", "rsgd"},
};

}  // namespace

TEST_CASE("every learner solves, says how, and is the same for any number of threads") {
    const Folder folder;
    for (const Request& request : requests) {
        CAPTURE(request.line);
        const std::string line = "solve" + request.line + " --seed 2 --json --quiet --out " +
                                 (folder / "w.h5") + " --log " + (folder / "log");
        const Outcome one = run(line + " --threads 1");
        CHECK(one.status == 0);
        CHECK(one.err.empty());
        json answer = json::parse(one.out);
        CHECK(answer["status"] == "solved");
        CHECK(answer["errors"] == 0);
        CHECK(answer["solver"]["name"] == request.name);
        CHECK(answer["overlap"].is_null());
        CHECK(answer["free_entropy"].is_null());
        const Outcome check =
            run("check " + (folder / "w.h5") +
                request.line.substr(0, request.line.find(" --solver")) + " --seed 2");
        CHECK(check.status == 0);
        CHECK(check.out.find("0 of ") == 0);

        std::ifstream log(folder / "log");
        std::size_t lines = 0;
        json last;
        for (std::string text; std::getline(log, text); ++lines) last = json::parse(text);
        CHECK(lines == answer["iterations"]);
        CHECK(last["epoch"] == lines);
        CHECK(last["best_errors"] == 0);

        json three = json::parse(run(line + " --threads 3").out);
        for (json* object : {&answer, &three}) {
            for (const char* key : {"seconds", "edge_updates_per_second", "threads"}) {
                object->erase(key);
            }
            (*object)["request"].erase("threads");
        }
        CHECK(three == answer);
    }
}

TEST_CASE("the answer of a gradient learner has both networks' errors") {
    const std::string line = "solve" + tree + " --solver sgd --preset fast --json --stop-at ";
    for (const std::string stop : {"network", "surrogate", "both"}) {
        const json answer = json::parse(run(line + stop).out);
        CHECK(answer["solver"]["stop_at"] == stop);
        if (stop != "surrogate") CHECK(answer["errors"] == 0);
        if (stop != "network") CHECK(answer["surrogate_errors"] == 0);
    }
    const std::string text = run("solve" + tree + " --solver sgd --preset fast --quiet").out;
    CHECK(text.find("\nsurrogate     ") != std::string::npos);
    CHECK(text.find("sgd, preset fast, rate 100, batch 100, epochs 1000, momentum 0, beta 1.5, "
                    "gamma 3, stop-at network\n") != std::string::npos);
}

TEST_CASE("options reach the learner") {
    const json answer =
        json::parse(run("solve" + tree +
                        " --solver rsgd --rate 5:50 --beta 0.5:5:geometric --gamma 2 --batch "
                        "17 --momentum 0.5 --replicas 3 --pull 0.1:0.2 --epochs 7 --json")
                        .out);
    CHECK(answer["solver"]["rate"] == json{{"from", 5.0}, {"to", 50.0}, {"shape", "linear"}});
    CHECK(answer["solver"]["beta"] == json{{"from", 0.5}, {"to", 5.0}, {"shape", "geometric"}});
    CHECK(answer["solver"]["gamma"] == 2.0);
    CHECK(answer["solver"]["batch"] == 17);
    CHECK(answer["solver"]["momentum"] == 0.5);
    CHECK(answer["solver"]["replicas"] == 3);
    CHECK(answer["solver"]["epochs"] == 7);
    CHECK(answer["iterations"] <= 7);
}

TEST_CASE("a learner that does not make it says so and keeps its best weights") {
    const Folder folder;
    const Outcome outcome =
        run("solve" + binary + " --seed 1 --solver sbpi --load 1.5 --epochs 5 --out " +
            (folder / "w.txt"));
    CHECK(outcome.status == 2);  // --load twice
    const Outcome unsolved =
        run("solve --inputs 101 --load 1.5 --solver sbpi --epochs 5 --out " + (folder / "w.txt"));
    CHECK(unsolved.status == 1);
    CHECK(unsolved.out.find("status        unsolved: No solution was found in 5 epochs; the best "
                            "weights have ") == 0);
    CHECK(unsolved.err.find("steppe: warning: the weights in") == 0);
    CHECK(run("check " + (folder / "w.txt") + " --inputs 101 --load 1.5").status == 1);
    const Outcome late = run(
        "solve --inputs 2001 --load 1.5 --solver sbpi --epochs 1000000 --time-limit 0.2 --quiet");
    CHECK(late.status == 1);
    CHECK(late.out.find("status        time-limit: The time limit of 0.2 s was reached") == 0);
}

TEST_CASE("Ctrl-C ends a learner after the running epoch") {
    const Folder folder;
    const std::string log = folder / "log";
    Outcome outcome;
    {
        const WhenRunBegins sender(log, [] { ::kill(::getpid(), SIGINT); });
        outcome = run(
            "solve --inputs 1001 --load 1.5 --solver sbpi --epochs 1000000 --quiet --log " + log);
    }
    CHECK(outcome.status == 3);
    CHECK(outcome.out.find("status        interrupted: Interrupted; the best weights have ") == 0);
}

TEST_CASE("what does not go together is refused") {
    const std::string real = "solve --inputs 101 --load 0.5 --weights spherical";
    CHECK(refusal("solve --inputs 101 --load 0.5 --solver lal") ==
          "least-action learning learns real weights, and those of the network are +-1: use "
          "spherical weights, or sbpi");
    CHECK(refusal("solve --inputs 101 --load 0.5 --solver sgd") ==
          "sgd learns real weights, and those of the network are +-1: use spherical weights, or "
          "rsgd");
    CHECK(refusal(real + " --solver sbpi") ==
          "sbpi learns +-1 weights, and those of the network are real: use binary weights, or lal");
    CHECK(refusal(real + " --solver mc") ==
          "mc samples +-1 weights, and those of the network are real: use binary weights, or lal");
    CHECK(refusal("solve --model committee --hidden 3 --inputs 101 --load 0.5 --solver mc") ==
          "mc samples the weights of one unit, and the network has 3: use sbpi");
    CHECK(refusal("solve --inputs 101 --load 0.5 --solver mc --tau 0.2:0") ==
          "tau is 0.2:0: it must be at least 0.001 and at most 1000");
    CHECK(refusal(real + " --solver lal --damping 0.5") ==
          "--damping belongs to message passing, and --solver lal passes none");
    CHECK(refusal(real + " --solver amp --rate 0.5") ==
          "--rate belongs to --solver lal, elal, sgd or rsgd");
    CHECK(refusal(real + " --solver lal --momentum 0.5") ==
          "--momentum belongs to --solver sgd or rsgd");
    CHECK(refusal(real + " --solver sgd --pull 1") == "--pull belongs to --solver elal or rsgd");
    CHECK(refusal(real + " --solver sgd --replicas 3") ==
          "--replicas belongs to --solver elal or rsgd, or to --schedule scoping");
    CHECK(refusal(real + " --solver sgd --beta 2") ==
          "--beta belongs to tanh units, and there are none: one unit answers by its sum, ReLU "
          "units by theirs");
    CHECK(refusal(real + " --solver elal --replicas 2.5").find("whole number") !=
          std::string::npos);
    CHECK(refusal(real + " --solver lal --rate 0").find("above 0") != std::string::npos);
    CHECK(refusal(real + " --solver lal --rate nothing").find("nothing") != std::string::npos);
    CHECK(refusal("solve --model parity --hidden 3 --inputs 101 --load 0.5 --weights spherical "
                  "--solver sgd") ==
          "gradient learning has no parity gate: use a perceptron or a committee, or lal, bp or "
          "amp");
    CHECK(refusal("solve --model committee --hidden 4 --activation relu --inputs 101 --load 0.5 "
                  "--weights spherical --solver amp")
              .find("ReLU") != std::string::npos);
    CHECK(refusal("solve --model committee --hidden 4 --activation relu --inputs 101 --load 0.5 "
                  "--solver sgd") == "ReLU units have real weights: use spherical weights");
    CHECK(refusal("solve --inputs 101 --load 0.3 --solver rsgd --replicas 1 --pull 0.2") ==
          "--pull needs more than one replica");
    CHECK(run("solve --inputs 101 --load 0.2 --solver rsgd --replicas 1 --quiet")
              .out.find("spread") == std::string::npos);
    const Folder folder;
    CHECK(run("generate --inputs 101 --count 20 --out " + (folder / "test.txt")).status == 0);
    CHECK(refusal("solve --model committee --hidden 4 --activation relu --inputs 101 --load 0.2 "
                  "--weights spherical --solver sgd --test " +
                  (folder / "test.txt"))
              .find("the test patterns have no labels") != std::string::npos);
    CHECK(refusal("solve --solver lall").find("did you mean 'lal'?") != std::string::npos);
}

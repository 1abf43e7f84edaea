#include "checkpoints.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "program.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

const std::string line = "solve --inputs 41 --count 38 --seed 2 --solver amp --quiet --json";

/// Without what the clock says, and without what may be another.
nlohmann::json answer(const std::string& words) {
    nlohmann::json json = nlohmann::json::parse(run(words).out);
    for (const char* key : {"seconds", "edge_updates_per_second", "threads", "request"}) {
        json.erase(key);
    }
    return json;
}

}  // namespace

TEST_CASE("--resume goes on where --checkpoint stands") {
    const Folder folder;
    const std::string file = folder / "run.checkpoint", copy = folder / "copy.h5";
    const nlohmann::json whole = answer(line);
    CHECK(answer(line + " --checkpoint " + file) == whole);
    CHECK(answer(line + " --resume " + file) == whole);
    CHECK(answer(line + " --checkpoint-every 0 --checkpoint " + copy + " --resume " + file) ==
          whole);
    // In place, with other threads and limits.
    CHECK(answer(line + " --threads 2 --time-limit 1000 --checkpoint " + file + " --resume " +
                 file) == whole);
    CHECK(folder.count() == 2);
    const std::string text = run("solve --inputs 21 --count 4 --checkpoint " + file).out;
    CHECK(text.find("checkpoint    " + file + "\n") != std::string::npos);
}

TEST_CASE("options of checkpoints that do not go together are refused") {
    const Folder folder;
    const std::string file = folder / "run.h5";
    REQUIRE(run(line + " --checkpoint " + file).out != "");
    const std::string bytes = contents(file);
    CHECK(refusal(line + " --checkpoint-every 3") ==
          "--checkpoint-every belongs to --checkpoint FILE");
    CHECK(refusal(line + " --resume " + file + " --start-from " + file) ==
          "--start-from begins another run, and --resume goes on with one: leave out one of them");
    CHECK(refusal(line + " --out " + file + " --checkpoint " + file) ==
          "--out and --checkpoint both write to '" + file + "'");
    CHECK(refusal(line + " --out " + file + " --resume " + file) ==
          "--out would replace '" + file + "', which --resume reads");
    CHECK(refusal(line + " --checkpoint " + file + " --start-from " + file) ==
          "--checkpoint would replace '" + file + "', which --start-from reads");
    CHECK(refusal("solve --inputs 21 --quiet --checkpoint -") ==
          "-: a checkpoint is a regular file");
    CHECK(refusal(line + " --load 0.5 --resume " + file) != "");
    CHECK(refusal("solve --inputs 41 --count 38 --seed 2 --solver amp --steps 7 --quiet --resume " +
                  file) ==
          file + ": the checkpoint is of another request: steps is not set there, and 7 here");
    CHECK(refusal(line + " --resume " + folder.write("text", "1 -1\n")) ==
          folder / "text" + ": this is no checkpoint: it is no HDF5 file");
    CHECK(contents(file) == bytes);
}

TEST_CASE("--start-from begins at the messages of another run") {
    const Folder folder;
    const std::string file = folder / "end.h5";
    const std::string measure =
        "solve --inputs 101 --load 0.3 --solver bp --schedule none --continue-after-solution "
        "--quiet --json";
    const nlohmann::json cold = answer(measure + " --checkpoint " + file);
    const nlohmann::json warm = answer(measure + " --start-from " + file);
    CHECK(cold["converged"] == true);
    CHECK(warm["converged"] == true);
    CHECK(warm["iterations"] < cold["iterations"]);
    CHECK(warm["free_entropy"].get<double>() ==
          doctest::Approx(cold["free_entropy"].get<double>()).epsilon(1e-4));
    CHECK(refusal(measure + " --load 0.4 --start-from " + file) != "");
}

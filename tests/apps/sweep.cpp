#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "axis_values.hpp"
#include "program.hpp"
#include "steppe/error.hpp"
#include "steppe/store/result_store.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

using Words = std::vector<std::string>;

nlohmann::json json_of(const Outcome& outcome) {
    return nlohmann::json::parse(outcome.out);
}

/// Lines of a text, each read.
std::vector<nlohmann::json> objects_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<nlohmann::json> objects;
    for (std::string line; std::getline(in, line);) objects.push_back(nlohmann::json::parse(line));
    return objects;
}

const std::string grid =
    " --inputs 51,71 --load 0.2:0.6:0.2 --seed 1:3 --solver amp,bp"
    " --max-iterations 20 --quiet --json";

}  // namespace

TEST_CASE("the values of an axis: lists, and of plain numbers ranges") {
    const auto whole = cli::at_least(1);
    const auto real = cli::real_number();
    CHECK(cli::axis_values("5", whole) == Words{"5"});
    CHECK(cli::axis_values("1e3,010", whole) == Words{"1000", "10"});
    CHECK(cli::axis_values("1:4", whole) == Words{"1", "2", "3", "4"});
    CHECK(cli::axis_values("1:10:4", whole) == Words{"1", "5", "9"});
    CHECK(cli::axis_values("3:3", whole) == Words{"3"});
    CHECK(cli::axis_values("18446744073709551614:18446744073709551615", cli::seed_number()) ==
          Words{"18446744073709551614", "18446744073709551615"});
    CHECK(cli::axis_values("0.5:0.8:0.1", real) == Words{"0.5", "0.6", "0.7", "0.8"});
    CHECK(cli::axis_values("0.50,-1", real) == Words{"0.5", "-1"});
    // Colons of values that are no plain numbers belong to them.
    CHECK(cli::axis_values("1:2,3", cli::suggested({})) == Words{"1:2", "3"});
    for (const std::string wrong : {"1:0", "1:2:0", "1:2:3:4", "a:b", "1:", ":2", "1:2000000",
                                    "0:2", "1,,2", "1,", "1:3,5", "1.5:3", "-1:2"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(cli::axis_values(wrong, whole), Error);
    }
}

TEST_CASE("a sweep: what is run is what solve runs, and nothing is run twice") {
    const Folder folder;
    const std::string store = folder / "runs.sqlite", sweep = "sweep --store " + store + grid;
    nlohmann::json dry = json_of(run(sweep + " --dry-run"));
    CHECK(dry["cells"] == 36);
    CHECK(dry["missing"] == 36);
    CHECK(dry["seconds_left"].is_null());
    CHECK(folder.count() == 0);
    const Outcome first = run(sweep + " --threads 2");
    CHECK(first.status == 0);
    CHECK(first.err.empty());
    CHECK(json_of(first)["computed"] == 36);
    const Outcome again = run(sweep);
    CHECK(again.status == 0);
    CHECK(json_of(again)["computed"] == 0);
    CHECK(json_of(again)["there"] == 36);
    CHECK(json_of(again)["solved"] == json_of(first)["solved"]);
    CHECK(ResultStore(store).count() == 36);
    // One seed more: the time is told by the others.
    std::string more = sweep;
    more.replace(more.find("1:3"), 3, "1:4");
    dry = json_of(run(more + " --dry-run"));
    CHECK(dry["there"] == 36);
    CHECK(dry["missing"] == 12);
    CHECK(dry["seconds_left"].get<double>() > 0.0);
    CHECK(ResultStore(store).count() == 36);
    std::string words = sweep;
    words.replace(words.find(" --json"), 7, "");
    CHECK(run(words).out.starts_with("36 runs: 36 there, 0 computed, 0 missing; of 36 runs "));
}

TEST_CASE("every row of a store is what solve prints of these options") {
    const Folder folder;
    const std::string store = folder / "runs.sqlite";
    for (const std::string words :
         {"--inputs 51 --load 0.4 --solver bp --max-iterations 20",
          "--model committee --hidden 3 --wiring tree --inputs 33 --count 9 --seed 5",
          "--labels teacher --inputs 101 --load 0.3 --schedule none --margin=-0.1",
          "--model parity --hidden 2 --inputs 20 --load 0.2 --labels random",
          "--weights spherical --inputs 31 --load 1.9 --no-finish --max-iterations 9",
          "--solver rsgd --replicas 3 --inputs 51 --load 0.2 --epochs 5 --gamma 1:2:geometric"}) {
        CAPTURE(words);
        CHECK(run("sweep " + words + " --threads 1 --quiet --store " + store).status == 0);
        nlohmann::json row = objects_of(run("export --format json --store " + store).out).back();
        nlohmann::json one = json_of(run("solve " + words + " --threads 1 --quiet --json"));
        for (nlohmann::json* summary : {&row, &one}) {
            summary->erase("seconds");
            summary->erase("edge_updates_per_second");
        }
        CHECK(row == one);
    }
}

TEST_CASE("shards: each its part, together the whole") {
    const Folder folder;
    const std::string parts = folder / "parts";
    std::size_t cells = 0;
    for (const std::string shard : {"1/3", "2/3", "3/3"}) {
        const nlohmann::json json =
            json_of(run("sweep --shard " + shard + " --store " + parts + grid));
        CHECK(json["shard"] == shard);
        CHECK(json["cells"] == 12);
        CHECK(json["computed"] == 12);
        cells += json["cells"].get<std::size_t>();
    }
    CHECK(cells == 36);
    CHECK(json_of(run("sweep --store " + parts + grid))["there"] == 36);
}

TEST_CASE("what makes no sense is refused before anything runs, and named") {
    const Folder folder;
    const std::string store = " --store " + (folder / "runs.sqlite");
    CHECK(refusal("sweep --solver amp,rsgd --restarts 3 --seed 1:9" + store) ==
          "the run --seed 1 --solver rsgd --restarts 3: --restarts belongs to message passing, and "
          "--solver rsgd passes none");
    CHECK(refusal("sweep --hidden 1,3" + store) ==
          "the run --hidden 3: --hidden 3 needs --model committee or --model parity: a perceptron "
          "has one unit");
    CHECK(refusal("sweep --load 0.5,0.6 --count 9" + store).find("--count and --load both") !=
          std::string::npos);
    CHECK(refusal("sweep --load 0.5,0.50" + store) == "--load: 0.5 stands there twice");
    CHECK(refusal("sweep --load 0.5,x" + store) ==
          "--load: 'x' is not a finite number, such as 0.5 or 1e-3");
    CHECK(refusal("sweep --solver amp,map" + store).find("did you mean 'amp'?") !=
          std::string::npos);
    CHECK(
        refusal("sweep --seed 9:1" + store) ==
        "--seed: '9:1' is not a range of whole numbers: write A:B or A:B:STEP with A not above B, "
        "a STEP of 1 or more and at most 1000000 numbers");
    CHECK(refusal("sweep --seed 1:1000 --load 0.1:1:0.0001" + store) ==
          "the axes have more than 1000000 combinations: sweep over fewer");
    CHECK(refusal("sweep --shard 3/2" + store) ==
          "--shard: '3/2' is not a part I/N, such as 1/4 to 4/4");
    CHECK(refusal("sweep --load 0.5") == "'steppe sweep' needs --store FILE");
    CHECK(refusal("sweep --patterns x" + store).find("is no option of 'steppe sweep'") !=
          std::string::npos);
    CHECK(folder.count() == 0);
    const std::string other = folder.write("other", "text that is no database");
    CHECK(refusal("sweep --inputs 11 --store " + other).find("is no results store") !=
          std::string::npos);
    CHECK(refusal("export --store " + (folder / "none")).find("No such file") != std::string::npos);
}

TEST_CASE("a store exported: CSV with a line a run, JSON lines that plot draws") {
    const Folder folder;
    const std::string store = folder / "runs.sqlite";
    CHECK(run("sweep --store " + store + grid).status == 0);
    const std::string csv = folder / "runs.csv", lines = folder / "runs.jsonl";
    CHECK(run("export --store " + store + " --out " + csv).out ==
          "36 runs written to " + csv + "\n");
    const std::string text = contents(csv);
    CHECK(run("export --store " + store).out == text);
    CHECK(run("export --store " + store + " --out -").out == text);
    CHECK(std::ranges::count(text, '\n') == 37);
    CHECK(text.find(",request_max_iterations,") != std::string::npos);
    CHECK(text.starts_with("status,errors,message,model_name,model_inputs,"));
    CHECK(run("export --store " + store + " --format json --out " + lines).status == 0);
    std::set<std::string> seen;
    for (const nlohmann::json& run : objects_of(contents(lines))) {
        seen.insert(run["model"]["inputs"].dump() + " " + run["patterns"].dump() + " " +
                    run["seed"].dump() + " " + run["request"]["solver"].dump());
        CHECK(run["request"]["max-iterations"] == 20);
    }
    CHECK(seen.size() == 36);
    const Outcome plot = run("plot " + lines + " --measure solved --out " + (folder / "p.svg"));
    CHECK(plot.out == "1 panel drawn into " + (folder / "p.svg") + "\n");
    CHECK(refusal("export --store " + store + " --out " + store).find("would replace") !=
          std::string::npos);
    CHECK(refusal("export --format jsn --store " + store).find("did you mean 'json'?") !=
          std::string::npos);
}

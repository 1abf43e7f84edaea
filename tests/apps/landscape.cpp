// The landscape command: its answers in all forms, and what it refuses.
#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "support/files.hpp"

using namespace steppe::test;
using Json = nlohmann::ordered_json;

namespace {

const std::string small = " --inputs 51 --load 0.3 --seed 2";
const std::string tree =
    " --model committee --hidden 3 --wiring tree --inputs 33 --load 0.4 --seed 2 --weights "
    "spherical";
const std::string few = " --perturbations 20";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

/// Weights that a solver finds, by name.
std::string solved(const Folder& folder, const std::string& name, const std::string& problem,
                   const std::string& more = "") {
    const std::string path = folder / name;
    REQUIRE(run("solve --quiet --out " + path + problem + more).status == 0);
    return path;
}

Json answer_of(const std::string& line, int status = 0) {
    const Outcome outcome = run("landscape --json " + line);
    CAPTURE(outcome.err);
    REQUIRE(outcome.status == status);
    return Json::parse(outcome.out);
}

std::vector<std::string> measures_in(const Json& measures) {
    std::vector<std::string> names;
    for (const auto& item : measures.items()) names.push_back(item.key());
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("landscape says in a line each what a solution is like") {
    const Folder folder;
    const std::string a = solved(folder, "a.txt", small);
    const Outcome outcome = run("landscape " + a + small + few);
    CHECK(outcome.status == 0);
    CHECK(outcome.err == "");
    CHECK(outcome.out.starts_with("solution       " + a + ": 0 of 15 patterns wrong\nflatness "));
    CHECK(has(outcome.out, "\nstabilities    smallest "));
    CHECK(count_of(outcome.out, "\n") == 3);
}

TEST_CASE("landscape --json: the problem, and the measures asked for in their order") {
    const Folder folder;
    const std::string a = solved(folder, "a.txt", small), h = solved(folder, "a.h5", small);
    const Json cheap = answer_of(a + small + few);
    CHECK(cheap["status"] == "measured");
    CHECK(cheap["model"] ==
          Json::parse(R"({"name":"perceptron","inputs":51,"hidden":1,)"
                      R"("wiring":"full","weights":"binary","margin":0.0,"activation":"sign"})"));
    CHECK(cheap["patterns"] == 15);
    CHECK(cheap["seed"] == 2);
    CHECK(cheap["solution"] == a);
    CHECK(cheap["errors"] == 0);
    CHECK(cheap["same_patterns"].is_null());
    CHECK(measures_in(cheap["measures"]) == Names{"flatness", "stabilities"});
    const Json named = answer_of(h + small + " --measure stabilities,local-entropy --gamma 1:2:1");
    CHECK(named["same_patterns"] == true);
    CHECK(measures_in(named["measures"]) == Names{"stabilities", "local-entropy"});
    CHECK(named["measures"]["local-entropy"]["points"].size() == 2);
    const Json all = answer_of(h + small + " --measure all" + few);
    CHECK(measures_in(all["measures"]) == Names{"flatness", "stabilities", "local-entropy",
                                                "hessian", "sharpness", "typical-stabilities"});
}

TEST_CASE("landscape takes what a network has, and says what it has not") {
    const Folder folder;
    const std::string parity = " --model parity --hidden 3 --wiring tree --inputs 33 --load 0.3";
    const std::string a = solved(folder, "p.h5", parity);
    CHECK(measures_in(answer_of(a + parity + " --measure all" + few)["measures"]) ==
          Names{"flatness", "stabilities", "local-entropy"});
    for (const std::string name : {"hessian", "sharpness"}) {
        CHECK(refusal("landscape " + a + parity + " --measure " + name) ==
              "--measure " + name + ": a parity machine has no loss of gradient learning");
    }
    CHECK(refusal("landscape " + a + parity + " --noise additive") ==
          "additive noise is not of binary weights: take flips");
}

TEST_CASE("landscape sets how each measure is taken") {
    const Folder folder;
    const std::string a = solved(folder, "t.h5", tree);
    const Json measures =
        answer_of(a + tree +
                  " --measure all --noise additive --noise-sizes 0.1,0.4 --perturbations 7 "
                  "--gamma=-1,2 --solver ep --loss-beta 3 --loss-gamma 2 --radii 0.1:0.2:0.1 "
                  "--ball mean-square")["measures"];
    CHECK(measures["flatness"]["kind"] == "additive");
    CHECK(measures["flatness"]["perturbations"] == 7);
    CHECK(measures["flatness"]["points"][1]["noise"] == 0.4);
    CHECK(measures["local-entropy"]["points"][0]["gamma"] == -1.0);
    for (const std::string name : {"hessian", "sharpness"}) {
        CHECK(measures[name]["beta"] == 3.0);
        CHECK(measures[name]["gamma"] == 2.0);
    }
    CHECK(measures["sharpness"]["ball"] == "mean-square");
    CHECK(measures["sharpness"]["points"].size() == 2);
}

TEST_CASE("landscape refuses options of measures that are not taken") {
    const Folder folder;
    const std::string a = solved(folder, "a.txt", small);
    const auto why = [&](const std::string& words) {
        return refusal("landscape " + a + small + words);
    };
    CHECK(why(" --gamma 1") == "--gamma belongs to --measure local-entropy, which is not taken");
    CHECK(why(" --solver bp") ==
          "--solver belongs to --measure local-entropy or typical-stabilities, neither of which is "
          "taken");
    for (const std::string option : {"noise flips", "noise-sizes 0.1", "perturbations 5"}) {
        CHECK(has(why(" --measure stabilities --" + option),
                  " belongs to --measure flatness, which is not taken"));
    }
    for (const std::string option : {"radii 0.1", "ball box"}) {
        CHECK(has(why(" --measure hessian --" + option),
                  " belongs to --measure sharpness, which is not taken"));
    }
    for (const std::string option : {"--loss-beta", "--loss-gamma"}) {
        CHECK(why(" " + option + " 1") ==
              option + " belongs to --measure hessian or sharpness, neither of which is taken");
    }
    CHECK(run("landscape " + a + small + " --measure hessian --loss-beta 1").status == 0);
}

TEST_CASE("landscape refuses numbers that make no sense") {
    const Folder folder;
    const std::string a = solved(folder, "a.txt", small), t = solved(folder, "t.h5", tree);
    const auto why = [&](const std::string& words) {
        return refusal("landscape " + a + small + words);
    };
    CHECK(why(" --time-limit -1") == "--time-limit: '-1' is not a number from 0 up");
    CHECK(has(why(" --time-limit nan"), "is not a finite number"));
    CHECK(why(" --perturbations 0") == "--perturbations: '0' is not a whole number from 1 up");
    CHECK(why(" --perturbations 1000000000000") ==
          "20 sizes of noise with 1000000000000 perturbations each are too many: in all they may "
          "be 100000000");
    CHECK(why(" --noise-sizes=-1") == "a size of noise is -1: it must be a probability");
    CHECK(why(" --noise-sizes 1.5") == "a size of noise is 1.5: it must be a probability");
    CHECK(why(" --measure local-entropy --gamma 1e300").ends_with("must be from -1e9 to 1e9"));
    CHECK(has(why(" --measure local-entropy --gamma 3:1"), "--gamma: '3:1' is not a list of"));
    CHECK(why(" --measure hessian --loss-gamma -1") == "gamma is -1: it must be above 0");
    CHECK(why(" --measure sharpness --loss-beta 0") == "beta is 0: it must be above 0");
    CHECK(why(" --measure sharpness --radii=-1") == "a radius is -1: it must be 0 or more");
    CHECK(refusal("landscape " + t + tree + " --noise-sizes 1e39").ends_with("from 0 to 1e6"));
    CHECK(has(why(" --measure hesian"), "did you mean 'hessian'?"));
    CHECK(has(why(" --measure flatness,"), "'' is not allowed"));
    CHECK(why(" --measure all,flatness") == "--measure: 'all' stands alone, without other names");
    CHECK(why(" --measure hessian,hessian") == "--measure: 'hessian' stands there twice");
    CHECK(why(" --measure barrier") == "--measure barrier is between solutions: name two or more");
}

TEST_CASE("landscape of two solutions has the path between them") {
    const Folder folder;
    const std::string a = solved(folder, "a.txt", small),
                      b = solved(folder, "b.h5", small, " --solver sbpi");
    const Json two = answer_of(a + " " + b + small + few);
    REQUIRE(two["solutions"].size() == 2);
    CHECK(two["solutions"][0]["solution"] == a);
    CHECK(two["solutions"][1]["same_patterns"] == true);
    CHECK(measures_in(two["solutions"][1]["measures"]) == Names{"flatness", "stabilities"});
    CHECK(measures_in(two["measures"]) == Names{"barrier", "overlaps"});
    CHECK(two["measures"]["barrier"]["points"].size() == 41);
    CHECK(two["measures"]["barrier"]["overlap"] == two["measures"]["overlaps"]["matrix"][0][1]);
    const std::string text = run("landscape " + a + " " + b + small + few).out;
    CHECK(has(text, "\nbarrier        " + a + " to " + b + ": error at most "));
    CHECK(has(text, "\noverlaps       mean "));
    CHECK(text.ends_with(", of 1 pair\n"));
}

TEST_CASE("landscape of three solutions has a path to each next, and no number is lost") {
    const Folder folder;
    const std::string a = solved(folder, "a.txt", small),
                      b = solved(folder, "b.h5", small, " --solver sbpi"),
                      c = solved(folder, "c,d.txt", small, " --solver bp"), csv = folder / "x.csv";
    const std::string files = a + " " + b + " " + c + small + " --measure barrier,overlaps";
    const Json three = answer_of(files + " --csv " + csv);
    const Json& pairs = three["measures"]["barrier"]["pairs"];
    REQUIRE(pairs.size() == 2);
    CHECK(pairs[0]["first"] == a);
    CHECK(pairs[1]["first"] == b);
    CHECK(pairs[1]["second"] == c);
    CHECK(three["solutions"][0]["measures"].empty());
    CHECK(count_of(run("landscape " + files).out, "\nbarrier  ") == 2);
    const std::string table = contents(csv);
    CHECK(table.starts_with("solution,measure,quantity,at,value\n"));
    // Height, position, overlap, and those of the straight path but the overlap.
    CHECK(count_of(table, a + " to " + b + ",barrier,") == 5 + 2 * 41);
    CHECK(count_of(table, "\"" + b + " to " + c + "\",barrier,") == 5 + 2 * 41);
    CHECK(count_of(table, "\n,overlaps,matrix_2,") == 3);
    CHECK(count_of(table, "\n,overlaps,counts,") == 50);
}

TEST_CASE("landscape --csv has the names of files as CSV quotes them") {
    const Folder folder;
    const std::string a = solved(folder, "a,\"b.txt", small), csv = folder / "x.csv.gz";
    CHECK(run("landscape " + a + small + few + " --csv " + (folder / "y.csv")).status == 0);
    CHECK(has(contents(folder / "y.csv"), "\n\"" + (folder / "a,\"\"b.txt") + "\",flatness,"));
    CHECK(run("landscape " + a + small + few + " --csv " + csv).status == 0);
    CHECK(contents(csv).starts_with("\x1f\x8b"));
}

TEST_CASE("landscape writes answers whole, and never over what it reads") {
    const Folder folder;
    const std::string a = solved(folder, "a.txt", small), before = contents(a);
    const std::string patterns = folder / "p.txt", out = folder / "x.json";
    REQUIRE(run("generate --out " + patterns + small).status == 0);
    const std::string line = "landscape " + a + few + " --patterns " + patterns;
    CHECK(run(line + " --out " + out + " --csv " + (folder / "x.csv")).status == 0);
    CHECK(Json::parse(contents(out))["patterns"] == 15);
    CHECK(refusal(line + " --out " + a) == "--out would replace '" + a + "', which solution reads");
    CHECK(refusal(line + " --csv " + a) == "--csv would replace '" + a + "', which solution reads");
    CHECK(has(refusal(line + " --out " + patterns), "which --patterns reads"));
    const std::string both = folder / "both.txt";
    CHECK(has(refusal(line + " --out " + both + " --csv " + both), "both write to"));
    CHECK(has(refusal(line + " --out " + (folder / "no/x.json")), "cannot be written"));
    CHECK(refusal(line + " --out x.svg") ==
          "'x.svg' promises .svg, and the answer is written as JSON (.json)");
    CHECK(has(refusal(line + " --out x.h5"), "promises .h5"));
    CHECK(refusal(line + " --csv x.json") ==
          "'x.json' promises .json, and the table is written with commas (.csv)");
    for (const std::string name : {"-", "/dev/stdout"}) {
        CHECK(has(refusal(line + " --json --out " + name), "both write to standard output"));
        CHECK(has(refusal(line + " --json --csv " + name), "both write to standard output"));
    }
    CHECK(contents(a) == before);
    CHECK(folder.count() == 4);
}

TEST_CASE("landscape names a solution that is not of the network") {
    const Folder folder;
    const std::string a = solved(folder, "a.txt", small), h = solved(folder, "a.h5", small),
                      t = solved(folder, "t.h5", tree), x = solved(folder, "t.txt", tree);
    const std::string p = folder / "p.h5", junk = folder.write("junk.txt", "1 -1 x\n");
    REQUIRE(run("generate --out " + p + small).status == 0);
    const auto why = [](const std::string& words) { return refusal("landscape " + words); };
    CHECK(why(a + " --inputs 52 --count 5") ==
          a + " has 51 weights a unit, and a unit sees 52 inputs of the patterns");
    CHECK(why(a + " " + t + small) == t + " has 3 hidden units, and the network asked for 1");
    CHECK(why(x + small) ==
          x + " has 11 weights a unit, and a unit sees 51 inputs of the patterns");
    CHECK(has(why(h + small + " --weights spherical"), "has binary weights"));
    CHECK(has(why(p + small), "this HDF5 file is no solution"));
    CHECK(has(why(junk + small), "'x' is no number; weights are numbers"));
    CHECK(has(why((folder / "none.txt") + small), "No such file or directory"));
    CHECK(has(why(folder.write("empty.txt", "") + small), "holds no weight"));
    CHECK(why("- -" + small) == "two files are standard input, which can be read once");
    CHECK(why("- --patterns -") == "two files are standard input, which can be read once");
    CHECK(has(why(small), "needs a FILE"));
    // A file of HDF5 brings its network, a text of +-1 may hold real weights.
    CHECK(answer_of(t + " --inputs 33 --load 0.4 --seed 2" + few)["model"]["name"] == "committee");
    CHECK(answer_of(a + small + " --weights spherical" + few)["model"]["weights"] == "spherical");
}

TEST_CASE("landscape: stabilities of typical solutions need no solution, and stand beside any") {
    const Folder folder;
    const std::string a = solved(folder, "a.h5", small), b = solved(folder, "b.h5", small);
    const std::string measure = " --measure typical-stabilities", name = "typical-stabilities";
    const std::string out = folder / "t.json", csv = folder / "t.csv";
    const Outcome alone =
        run("landscape" + small + measure + " --solver amp --out " + out + " --csv " + csv);
    CHECK(alone.status == 0);
    CHECK(alone.out.starts_with("typical        solutions have stabilities of mean "));
    CHECK(count_of(alone.out, "\n") == 1);
    const Json json = Json::parse(contents(out));
    CHECK(!json.contains("solution"));
    CHECK(!json.contains("solutions"));
    CHECK(json["patterns"] == 15);
    const Json& typical = json["measures"][name];
    CHECK(typical["solver"] == "amp");
    CHECK(typical["converged"] == true);
    REQUIRE(typical["points"].size() == 50);
    const double width = (typical["to"].get<double>() - typical["from"].get<double>()) / 50.0;
    double total = typical["beyond"].get<double>();
    for (const Json& point : typical["points"]) total += width * point["density"].get<double>();
    CHECK(total == doctest::Approx(1.0));
    CHECK(typical["points"][0]["stability"].get<double>() == doctest::Approx(0.5 * width));
    CHECK(typical["points"][0]["standard_error"] > 0.0);
    CHECK(has(contents(csv), "\n,typical-stabilities,density,"));
    CHECK(run("plot " + out + " --out " + (folder / "t.svg")).out.starts_with("1 panel drawn"));
    // Of the patterns: once, however many solutions there are.
    const Json one = answer_of(a + small + measure + ",stabilities --solver amp");
    CHECK(measures_in(one["measures"]) == Names{"stabilities", name});
    CHECK(one["measures"][name] == typical);
    const Json two = answer_of(a + " " + b + small + measure + " --solver amp");
    CHECK(two["measures"][name] == typical);
    CHECK(two["solutions"][0]["measures"].empty());
    CHECK(count_of(run("landscape " + a + " " + b + small + measure).out, "typical ") == 1);
    const Json late = answer_of(small + measure + " --time-limit 1e-9", 1)["measures"][name];
    CHECK(late == Json{{"unfinished", true}});
    const Json none = answer_of(" --inputs 51 --load 5 --seed 2" + measure);
    CHECK(!none["measures"][name]["note"].get<std::string>().empty());
    CHECK(none["measures"][name]["points"].empty());
    CHECK(none["measures"][name]["mean"].is_null());
    for (const std::string more : {",flatness", ",barrier", ""}) {
        const std::string which = more.empty() ? " --measure all" : measure + more;
        CHECK(refusal("landscape" + small + which) ==
              "'steppe landscape' needs a FILE: weights: text or HDF5, as --out of solve; only "
              "--measure typical-stabilities needs none");
    }
    CHECK(refusal("landscape" + tree + measure) ==
          "--measure typical-stabilities: stabilities of typical solutions are those of one unit, "
          "and the network has 3");
}

TEST_CASE("landscape: labels beside patterns, real patterns and a margin") {
    const Folder folder;
    const std::string patterns = folder.write("p.txt", "1 -1 1\n-1 -1 1\n1 1 -1\n");
    const std::string labels = folder.write("l.txt", "1\n-1\n1\n");
    const std::string weights = folder.write("w.txt", "1 1 1\n");
    const Json beside = answer_of(weights + " --patterns " + patterns + " --labels-file " + labels +
                                  " --measure stabilities");
    CHECK(beside["errors"] == 0);
    CHECK(beside["measures"]["stabilities"]["smallest"].get<double>() ==
          doctest::Approx(1.0 / std::sqrt(3.0)));
    const Json margin = answer_of(weights + " --patterns " + patterns + " --labels-file " + labels +
                                  " --margin 0.6 --measure all" + few);
    CHECK(margin["errors"] == 3);
    CHECK(margin["model"]["margin"] == 0.6);
    CHECK(margin["measures"]["flatness"]["error_rate"] == 1.0);
    const std::string real = folder.write("r.txt", "0.5 2.5 1\n-1.5 0.25 0.125\n");
    const std::string learned = folder / "r.h5";
    REQUIRE(
        run("solve --quiet --weights spherical --patterns " + real + " --out " + learned).status ==
        0);
    const Json of_real = answer_of(learned + " --patterns " + real + " --measure all" + few);
    CHECK(of_real["errors"] == 0);
    CHECK(of_real["same_patterns"] == true);
    CHECK(of_real["measures"].size() == 6);
}

TEST_CASE("landscape ends with its time, and says what is not finished") {
    const Folder folder;
    const std::string a = solved(folder, "a.txt", small), csv = folder / "x.csv",
                      out = folder / "x.json";
    const std::string line =
        a + " " + a + small + " --measure all --time-limit 1e-9 --out " + out + " --csv " + csv;
    const Json answer = answer_of(line, 1);
    CHECK(answer["status"] == "time-limit");
    for (const Json& one : answer["solutions"]) {
        CHECK(one["errors"] == 0);
        REQUIRE(one["measures"].size() == 5);
        for (const Json& measure : one["measures"]) CHECK(measure == Json{{"unfinished", true}});
    }
    CHECK(answer["measures"]["barrier"] == Json{{"unfinished", true}});
    CHECK(answer["measures"]["overlaps"] == Json{{"unfinished", true}});
    CHECK(Json::parse(contents(out)) == answer);
    CHECK(count_of(contents(csv), ",unfinished,,true\n") == 13);
    const Outcome text = run("landscape " + a + " " + a + " " + a + small + " --time-limit 1e-9");
    CHECK(text.status == 1);
    CHECK(count_of(text.out, "not finished\n") == 3 * 2 + 2 + 1);
    // A limit that cuts nothing is none.
    CHECK(answer_of(a + small + few + " --time-limit 0")["status"] == "measured");
    CHECK(answer_of(a + small + few + " --time-limit 1000")["status"] == "measured");
}

TEST_CASE("a loss that is no number is unknown") {
    const Folder folder;
    const std::string weights = solved(folder, "a.txt", small);
    const Outcome outcome = run("landscape " + weights + small +
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

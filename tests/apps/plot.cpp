#include <doctest/doctest.h>

#include "program.hpp"
#include "support/files.hpp"

using namespace steppe::test;

namespace {

const char* one =
    R"({"solution":"w_1.txt","errors":0,"measures":{"flatness":{"kind":"flips","points":)"
    R"([{"noise":0.1,"added_error":0.05,"standard_error":0.01},)"
    R"({"noise":0.2,"added_error":0.1,"standard_error":0.01}]},)"
    R"("local-entropy":{"points":[{"distance":0.1,"entropy":0.1,"bound":0.3},)"
    R"({"distance":0.2,"entropy":0.2,"bound":0.5}]},)"
    R"("hessian":{"density":[{"eigenvalue":1,"density":2},{"eigenvalue":2,"density":0.5}]},)"
    R"("sharpness":{"loss":0.5,"points":[{"radius":1,"loss":2},{"radius":2,"loss":3}]},)"
    R"("stabilities":{"from":-1,"to":1,"counts":[1,3],"margin":0}}})";
const char* two =
    R"({"solutions":[{"solution":"w<2>.txt","measures":{"flatness":{"kind":"flips","points":)"
    R"([{"noise":0.1,"added_error":0.02,"standard_error":0.01}]}}}],)"
    R"("measures":{"barrier":{"path":"geodesic","points":[{"position":0,"error":0},)"
    R"({"position":1,"error":0.5}],"straight":{"points":[{"position":0,"error":0.25}]}},)"
    R"("overlaps":{"matrix":[[1,0.5],[0.5,1]],"from":-1,"to":1,"counts":[0,1]}}})";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("plot draws each measure of each file, with its labels") {
    const Folder folder;
    const std::string a = folder.write("one.json", one), b = folder.write("two.json", two);
    const std::string out = folder / "a.svg";
    const Outcome outcome = run_words({"plot", a, b, "-o", out});
    CHECK(outcome.err == "");
    CHECK(outcome.status == 0);
    CHECK(outcome.out == "8 panels drawn into " + out + "\n");
    const std::string svg = contents(out);
    for (const std::string label :
         {"probability that a weight is turned", "added error rate", "local entropy per weight",
          "spectral density", "radius about the weights", "density of patterns",
          "position on the path", "overlap of two solutions", "w_1.txt", "w&lt;2>.txt",
          "without patterns", "margin", "two.json, geodesic", "two.json, straight"}) {
        CAPTURE(label);
        CHECK(has(svg, label));
    }
    CHECK(folder.count() == 3);
}

TEST_CASE("plot draws the log of a run that was made before") {
    const Folder folder;
    const std::string log = folder / "run.log", out = folder / "run.png";
    CHECK(
        run_words({"solve", "--inputs", "101", "--load", "0.3", "--quiet", "--log", log}).status ==
        0);
    CHECK(run_words({"plot", log, "--out", out}).out == "2 panels drawn into " + out + "\n");
    CHECK(contents(out).starts_with("\x89PNG"));
}

TEST_CASE("plot: one measure, a title, a size, logarithmic axes") {
    const Folder folder;
    const std::string a = folder.write("one.json", one), out = folder / "a.svg";
    CHECK(run_words({"plot", a, "--measure", "flatness", "--title", "A_b & c", "--size", "640x333",
                     "--log-x", "--log-y", "-o", out})
              .out == "1 panel drawn into " + out + "\n");
    const std::string svg = contents(out);
    CHECK(has(svg, "width=\"640\" height=\"333\""));
    CHECK(has(svg, "A_b &amp; c"));
    CHECK(has(svg, "added error rate"));
    CHECK(!has(svg, "local entropy"));
}

TEST_CASE("plot refuses what it cannot draw, read or write") {
    const Folder folder;
    const std::string a = folder.write("one.json", one), b = folder.write("two.json", two);
    const std::string weights = folder.write("w.txt", "1 -1 1\n"), out = folder / "a.svg";
    const auto refused = [&](std::vector<std::string> words) {
        words.insert(words.begin(), "plot");
        return refusal_of(words);
    };
    CHECK(refused({a}) == "'steppe plot' needs --out FILE");
    CHECK(refused({"-o", out}).starts_with("'steppe plot' needs a FILE: an answer of "));
    CHECK(
        refused({a, "-o", folder / "a.jpg"}).ends_with("its name must end in .svg, .png or .pdf"));
    CHECK(refused({weights, "-o", out})
              .starts_with(weights + " holds nothing to draw: what can be drawn comes from "));
    CHECK(refused({b, "--measure", "hessian", "-o", out}) ==
          b + " holds no hessian: it holds flatness, barrier, overlaps");
    CHECK(has(refused({b, "--measure", "hesian", "-o", out}), "did you mean 'hessian'?"));
    CHECK(refused({folder / "none.json", "-o", out}).ends_with("No such file or directory"));
    CHECK(refused({"-", "-", "-o", out}) == "two files are standard input, which can be read once");
    for (const std::string size : {"640", "640x", "x480", "99x100", "640x20001", "640X480"}) {
        CHECK(refused({a, "--size", size, "-o", out}) ==
              "--size: '" + size + "' is no WIDTHxHEIGHT, each from 100 to 20000, such as 800x600");
    }
    const std::string itself = folder.write("b.svg", one);
    CHECK(refused({itself, "-o", itself}) ==
          "--out would replace '" + itself + "', which FILE reads");
    CHECK(!refused({a, "-o", folder / "no/a.svg"}).empty());
    CHECK(folder.count() == 4);
}

TEST_CASE("plot lays theory over summaries, landscapes and logs, and marks loads") {
    const Folder folder;
    const std::string log = folder / "run.log", answer = folder / "landscape.json",
                      out = folder / "a.svg";
    std::string lines;
    for (const std::string load : {"0.2", "0.4"}) {
        lines += run_words({"solve", "--inputs", "501", "--load", load, "--solver", "amp",
                            "--schedule", "none", "--damping", "0", "--continue-after-solution",
                            "--json", "--quiet", "--log", log})
                     .out;
    }
    const std::string runs = folder.write("runs.jsonl", lines);
    run_words({"landscape", "--inputs", "501", "--load", "0.4", "--measure", "typical-stabilities",
               "--out", answer});
    const std::string theory = folder.write(
        "theory.json", run_words({"theory", "entropy", "--load", "0.2,0.4", "--json"}).out);
    const Outcome outcome = run_words({"plot", runs, answer, log, theory, "--theory", "--mark",
                                       "algorithms=0.7764", "--mark", "capacity=0.833", "-o", out});
    CHECK(outcome.err == "");
    CHECK(outcome.out == "5 panels drawn into " + out + "\n");
    const std::string svg = contents(out);
    for (const std::string label :
         {"free entropy per weight", "overlap of two solutions", "stability of typical solutions",
          "mean squared magnetization", ">theory<", "algorithms", "capacity"}) {
        CAPTURE(label);
        CHECK(has(svg, label));
    }
}

TEST_CASE("plot says of which networks there is no theory, and what is no mark") {
    const Folder folder;
    const std::string out = folder / "a.svg";
    const std::string runs = folder.write(
        "runs.jsonl", run_words({"solve", "--model", "committee", "--hidden", "3", "--inputs",
                                 "101", "--load", "0.2", "--json", "--quiet"})
                          .out);
    const Outcome outcome = run_words({"plot", runs, "--theory", "-o", out});
    CHECK(outcome.status == 0);
    CHECK(outcome.err ==
          "steppe: " + runs +
              ": no theory is drawn of a binary full committee of 3 sign units: of several hidden "
              "units theory knows those that see inputs of their own (wiring tree)\n");
    CHECK(run_words({"plot", runs, "-o", out}).err == "");
    for (const std::string mark : {"0.7", "=0.7", "end=", "end=x", "end=inf"}) {
        CHECK(refusal_of({"plot", runs, "--mark", mark, "-o", out}) ==
              "--mark: '" + mark + "' is no NAME=X with a number X, such as algorithms=0.7764");
    }
    CHECK(refusal_of({"plot", runs, "--title", "a", "--title", "b", "-o", out}) ==
          "--title is given twice");
}

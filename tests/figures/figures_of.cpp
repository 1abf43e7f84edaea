#include "steppe/figures/figures_of.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "steppe/error.hpp"
#include "steppe/figures/gnuplot.hpp"
#include "support/damaged.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

const std::string flatness =
    R"("flatness":{"kind":"multiplicative","points":[{"noise":0,"added_error":0,)"
    R"("standard_error":0},{"noise":0.5,"added_error":0.25,"standard_error":0.125}]})";
const std::string entropy = R"("local-entropy":{"points":[{"distance":0,"entropy":null,"bound":0},)"
                            R"({"distance":0.5,"entropy":0.25,"bound":0.5}]})";
const std::string stabilities = R"("stabilities":{"from":-1,"to":1,"counts":[1,3],"margin":0})";
const std::string log_line = R"({"iteration":1,"try":1,"errors":5,"best_errors":5,"overlap":0.5})"
                             "\n"
                             R"({"iteration":2,"try":1,"errors":3,"best_errors":3,"overlap":null})"
                             "\n"
                             R"({"iteration":3,"try":2,"errors":4,"best_errors":3,"overlap":0.25})"
                             "\n";

std::string solution(const std::string& name, const std::string& measures) {
    return R"({"solution":")" + name + R"(","errors":0,"measures":{)" + measures + "}}";
}

std::string solutions(const std::vector<std::string>& each, const std::string& all) {
    std::string out = R"({"solutions":[)";
    for (std::size_t i = 0; i < each.size(); ++i) out += (i == 0 ? "" : ",") + each[i];
    return out + R"(],"measures":{)" + all + "}}";
}

Page drawn(const std::string& text, const std::string& measure = "") {
    return figures_of({{"a.json", text}}, measure);
}

std::string refusal(const std::vector<FigureSource>& sources, const std::string& measure = "") {
    try {
        figures_of(sources, measure);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

std::vector<std::string> names(const Figure& figure) {
    std::vector<std::string> out;
    for (const Series& series : figure.series) out.push_back(series.name);
    return out;
}

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

}  // namespace

TEST_CASE("bins of typical stabilities are drawn as they are, with no solution's name") {
    const std::string typical =
        R"("typical-stabilities":{"margin":0.5,"from":0.5,"to":1.5,"beyond":0.1,"points":)"
        R"([{"stability":0.75,"density":1.25,"standard_error":0.1},)"
        R"({"stability":1.25,"density":0.55,"standard_error":0.1}]})";
    const Page page = drawn(R"({"status":"measured","measures":{)" + typical + "}}");
    REQUIRE(page.panels.size() == 1);
    CHECK(page.panels[0].x.label == "stability of typical solutions");
    CHECK(page.panels[0].series[0].x == Numbers{0.5, 0.5, 1, 1.5});
    CHECK(page.panels[0].series[0].y == Numbers{0, 1.25, 0.55, 0});
    CHECK(page.panels[0].series[1].x == Numbers{0.5, 0.5});
    // Where there are none there is no panel.
    CHECK_THROWS_AS(drawn(R"({"measures":{"typical-stabilities":{"margin":0,"from":null,)"
                          R"("to":null,"points":[],"note":"messages have not converged"}}})"),
                    Error);
}

TEST_CASE("each measure of one solution is a panel, without a name where there is only one") {
    const Page page = drawn(solution("w.txt", flatness + "," + entropy + "," + stabilities));
    REQUIRE(page.panels.size() == 4);
    const Series& noise = page.panels[0].series[0];
    CHECK(page.panels[0].x.label == "noise: deviation relative to each weight");
    CHECK(noise.x == Numbers{0, 0.5});
    CHECK(noise.y == Numbers{0, 0.25});
    CHECK(noise.error == Numbers{0, 0.125});
    CHECK(names(page.panels[0]) == Names{""});
    CHECK(names(page.panels[1]) == Names{"", "without patterns"});
    CHECK(std::isnan(page.panels[1].series[0].y[0]));
    CHECK(page.panels[1].series[1].style == Style::Bound);
    CHECK(page.panels[2].y.label == "local entropy less bound");
    CHECK(page.panels[2].series[0].y[1] == -0.25);
    // Two bins of width 1, four patterns; the steps begin and end at 0.
    CHECK(page.panels[3].series[0].x == Numbers{-1, -1, 0, 1});
    CHECK(page.panels[3].series[0].y == Numbers{0, 0.25, 0.75, 0});
    CHECK(page.panels[3].series[1].x == Numbers{0, 0});
}

TEST_CASE("each kind of noise has its own axis") {
    const std::string mixed =
        R"("flatness":{"points":[{"noise":0.1,"kind":"flips","added_error":0.1},)"
        R"({"noise":0.2,"kind":"additive","added_error":0.1},)"
        R"({"noise":0.2,"kind":"flips","added_error":0.3}]})";
    const Page page = drawn(solution("w", mixed));
    REQUIRE(page.panels.size() == 2);
    CHECK(page.panels[0].x.label == "probability that a weight is turned");
    CHECK(page.panels[0].series[0].y == Numbers{0.1, 0.3});
    CHECK(page.panels[1].x.label == "noise: deviation in root mean square weights");
}

TEST_CASE("the spectrum: a density on a logarithmic axis, of eigenvalues where none is given") {
    const Page page = drawn(solution(
        "w",
        R"("hessian":{"density":[{"eigenvalue":1,"density":2},{"eigenvalue":2,"density":0}]})"));
    CHECK(page.panels[0].y.logarithmic);
    CHECK(*page.panels[0].y.from == doctest::Approx(2e-6));
    CHECK(page.panels[0].series[0].style == Style::Line);
    const Page exact = drawn(solution("w", R"("hessian":{"density":[],"eigenvalues":[0,1,1,50]})"));
    const Series& steps = exact.panels[0].series[0];
    CHECK(steps.style == Style::Steps);
    REQUIRE(steps.x.size() == 52);
    // Bins of width 1: one value in the first, two in the second, one in the last.
    CHECK(steps.y[1] == 0.25);
    CHECK(steps.y[2] == 0.5);
    CHECK(steps.y[50] == 0.25);
}

TEST_CASE("sharpness begins at radius 0, with what the weights have themselves") {
    const Page page = drawn(solution("w", R"("sharpness":{"loss":0.5,"error_rate":0.25,"points":)"
                                          R"([{"radius":1,"loss":2,"error_rate":0.5}]})"));
    REQUIRE(page.panels.size() == 2);
    CHECK(page.panels[0].series[0].x == Numbers{0, 1});
    CHECK(page.panels[0].series[0].y == Numbers{0.5, 2});
    CHECK(page.panels[1].series[0].y == Numbers{0.25, 0.5});
}

TEST_CASE("solutions of one file and of several share their panels, in order") {
    const std::string two =
        solutions({solution("a", flatness + "," + entropy), solution("b", entropy)},
                  R"("barrier":{"path":"geodesic","points":[{"position":0,"error":0.5}],)"
                  R"("straight":{"points":[{"position":0,"error":0.25}]}},)"
                  R"("overlaps":{"matrix":[[1,0.25,0.5],[0.25,1,0.75],[0.5,0.75,1]]})");
    const Page page = drawn(two);
    REQUIRE(page.panels.size() == 5);
    CHECK(names(page.panels[0]) == Names{"a"});
    // Equal bounds are drawn once, last.
    CHECK(names(page.panels[1]) == Names{"a", "b", "without patterns"});
    CHECK(names(page.panels[3]) == Names{"geodesic", "straight"});
    CHECK(page.panels[4].x.label == "overlap of two solutions");

    const Page both =
        figures_of({{"1.json", two}, {"2.json", solution("b", entropy)}}, "local-entropy");
    REQUIRE(both.panels.size() == 2);
    CHECK(names(both.panels[0]) == Names{"a", "b (1.json)", "b (2.json)", "without patterns"});
}

TEST_CASE("a study: means of the solutions that count of each arm, test errors one by one") {
    const auto row = [](const std::string& arm, double added, const std::string& counts) {
        return R"({"arm":")" + arm + R"(","counts":)" + counts + R"(,"test_error":)" +
               std::to_string(added / 4) + R"(,"measures":{"flatness":{"noise_at_tenth":0.5,)" +
               R"("points":[{"noise":0.1,"kind":"flips","added_error":)" + std::to_string(added) +
               R"(}]}}})" + "\n";
    };
    const Page page = drawn(row("a", 0.25, "true") + row("b", 0.5, "true") +
                            row("a", 0.75, "true") + row("a", 1.0, "false"));
    REQUIRE(page.panels.size() == 2);
    CHECK(names(page.panels[0]) == Names{"a", "b"});
    CHECK(page.panels[0].series[0].y == Numbers{0.5});
    CHECK(page.panels[0].series[1].y == Numbers{0.5});
    CHECK(page.panels[1].y.label == "test error");
    CHECK(page.panels[1].series[0].y == Numbers{0.0625, 0.1875});
}

namespace {

/// A row of a study: a measure of an arm's solution on a training set.
std::string study_row(int set, const std::string& measures) {
    return R"({"arm":"a","set":)" + std::to_string(set) + R"(,"counts":true,"measures":{)" +
           measures + "}}\n";
}

std::string noise_row(int set, double added) {
    return study_row(set, R"("flatness":{"kind":"flips","points":[{"noise":0.1,"added_error":)" +
                              std::to_string(added) + R"(,"standard_error":0.001}]})");
}

}  // namespace

TEST_CASE("bars of a study are standard errors over training sets") {
    // Means of the sets: 0.2 and 0.4.
    const std::string text = noise_row(1, 0.1) + noise_row(1, 0.3) + noise_row(2, 0.4);
    const Page page = drawn(text);
    REQUIRE(page.panels.size() == 1);
    CHECK(page.panels[0].series[0].error[0] == doctest::Approx(0.1));
    // Of one set there is none; nor does a solution without the measure take the others' away.
    const Page one = drawn(noise_row(1, 0.1) + study_row(1, ""));
    CHECK(one.panels.at(0).series[0].y == Numbers{0.1});
    CHECK(std::isnan(one.panels[0].series[0].error[0]));
}

TEST_CASE("what is nested a million deep is left out") {
    const std::size_t deep = 1000000;
    const std::string nest = std::string(deep, '[') + std::string(deep, ']');
    for (const std::string name : {R"("flatness")", R"("hessian")", R"("local-entropy")"}) {
        const std::string row = study_row(1, name + R"(:{"points":)" + nest + "}");
        CHECK_FALSE(refusal({{"x", row + row}}).empty());
    }
    CHECK_FALSE(refusal({{"x", nest}}).empty());
}

TEST_CASE("a damaged study is drawn as far as it goes, or refused by a sentence") {
    const std::string hessian = R"("hessian":{"density":[{"eigenvalue":1,"density":2}]},)";
    std::string whole = study_row(1, hessian + R"("sharpness":{"loss":1,"points":[{"radius":1}]})");
    for (const double added : {0.1, 0.2, 0.3}) whole += noise_row(1, added) + noise_row(2, added);
    std::size_t pages = 0;
    for (std::uint64_t trial = 0; trial < 500; ++trial) {
        try {
            pages += figures_of({{"x", damaged(whole, trial)}}).panels.empty() ? 0 : 1;
        } catch (const Error& error) {
            CHECK(!std::string(error.what()).empty());
        }
    }
    CHECK(pages > 50);
}

TEST_CASE("a log: errors and overlap against iteration, a gap between two tries") {
    const Page page = drawn(log_line);
    REQUIRE(page.panels.size() == 2);
    const Series& errors = page.panels[0].series[0];
    CHECK(errors.x == Numbers{1, 2, 3, 3});
    CHECK(errors.y[1] == 3);
    CHECK(std::isnan(errors.y[2]));
    CHECK(errors.y[3] == 4);
    CHECK(page.panels[1].y.label == "mean squared magnetization");
    CHECK(std::isnan(page.panels[1].series[0].y[1]));
    // A line that is not yet written to its end.
    CHECK(drawn(log_line + R"({"iteration":4,"err)").panels[0].series[0].x == errors.x);
    // One line is a document.
    CHECK(drawn(log_line.substr(0, log_line.find('\n'))).panels[0].series[0].x == Numbers{1});
    const Page learner = drawn(R"({"epoch":1,"loss":null,"errors":5,"best_errors":5})"
                               "\n"
                               R"({"epoch":2,"loss":null,"errors":1,"best_errors":1})");
    // Of a loss that is nowhere there is no panel.
    REQUIRE(learner.panels.size() == 1);
    CHECK(learner.panels[0].x.label == "epoch");
    const Page two = figures_of({{"a.log", log_line}, {"b.log", log_line}});
    CHECK(names(two.panels[1]) == Names{"a.log", "b.log"});
}

TEST_CASE("of a long log the lowest and highest points of each stretch are drawn, and gaps") {
    std::string log;
    for (int i = 1; i <= 20000; ++i) {
        const int errors = i == 7777 ? 999 : i == 12345 ? -1 : 10 + i % 3;
        log += "{\"iteration\":" + std::to_string(i) +
               ",\"try\":" + std::to_string(i < 15005 ? 1 : 2) +
               ",\"errors\":" + std::to_string(errors) + ",\"best_errors\":1}\n";
    }
    const Page page = drawn(log);
    const Series& errors = page.panels[0].series[0];
    CHECK(errors.x.size() <= 4001);
    CHECK(errors.x.size() >= 3900);
    CHECK(std::ranges::is_sorted(errors.x));
    std::size_t gaps = 0;
    std::vector<double> outliers;
    for (std::size_t i = 0; i < errors.x.size(); ++i) {
        gaps += std::isnan(errors.y[i]) ? 1 : 0;
        if (errors.y[i] > 900 || errors.y[i] < 0) outliers.push_back(errors.x[i]);
    }
    CHECK(gaps == 1);
    CHECK(outliers == Numbers{7777, 12345});
}

TEST_CASE("what holds nothing to draw is refused, with what can be drawn") {
    const std::string can =
        " holds nothing to draw: what can be drawn comes from 'steppe study, results.jsonl' "
        "(flatness, local-entropy, hessian, sharpness, stabilities, typical-stabilities, barrier, "
        "overlaps, test-error), "
        "'steppe landscape --json' (flatness, local-entropy, hessian, sharpness, stabilities, "
        "typical-stabilities, barrier, overlaps), 'steppe solve --log "
        "FILE' (convergence), 'steppe solve --json' (entropy, overlap, generalisation, solved) or "
        "'steppe theory QUANTITY --json' (entropy, overlap, teacher-overlap, generalisation, "
        "capacity, stabilities, typical-stabilities, convergence, local-entropy, clones)";
    for (const std::string text :
         {"", "1 -1 1\n", "{}", "[]", "null", "3", "{\"status\":\"solved\",\"errors\":0}", "\xff",
          "{\"measures\":{\"flatness\":{\"points\":[]}}}", "[{\"iteration\":1}]"}) {
        CAPTURE(text);
        CHECK(refusal({{"x", text}}) == "x" + can);
    }
    CHECK(refusal({{"x", solution("w", flatness + "," + entropy)}}, "hessian") ==
          "x holds no hessian: it holds flatness, local-entropy");
    CHECK(refusal({{"x", solution("w", flatness)}, {"y", "{}"}}) == "y" + can);
    CHECK(drawn_measures().size() == 17);
}

TEST_CASE("damaged sources are drawn as far as they go, or refused by a sentence") {
    const std::string whole =
        solutions({solution("a", flatness + "," + entropy + "," + stabilities + "," +
                                     R"("hessian":{"eigenvalues":[0,1,1,50]},)" +
                                     R"("sharpness":{"loss":1,"points":[{"radius":1,"loss":2}]})"),
                   solution("b", flatness)},
                  R"("overlaps":{"matrix":[[1,0.25],[0.25,1]],"from":0,"to":1,"counts":[1,2]})");
    std::size_t drawn_trials = 0;
    for (std::uint64_t trial = 0; trial < 500; ++trial) {
        for (const std::string& text : {whole, log_line}) {
            try {
                const Page page = figures_of({{"x", damaged(text, trial)}});
                drawn_trials += gnuplot_script(page, PictureFormat::Svg).empty() ? 0 : 1;
            } catch (const Error& error) {
                CHECK(!std::string(error.what()).empty());
            }
        }
    }
    CHECK(drawn_trials > 100);
    CHECK(!refusal({{"x", R"({"measures":{"stabilities":{"from":1e308,"to":-1e308,"counts":[1]},)"
                          R"("hessian":{"eigenvalues":[-1e308,1e308]}}})"}})
               .empty());
}

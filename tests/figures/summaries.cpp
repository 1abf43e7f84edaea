// Summaries of `steppe solve --json` against the load, and marks.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>

#include "steppe/error.hpp"
#include "steppe/figures/figures_of.hpp"
#include "steppe/figures/gnuplot.hpp"

using namespace steppe;

namespace {

struct Run {
    double load = 0.5;
    std::string status = "solved";
    std::string solver = "bp", schedule = "";  ///< as asked for
    std::string entropy = "null";
    bool converged = false;
    int inputs = 1000;
    std::string more = "";
};

std::string line(const Run& run) {
    const std::string schedule =
        run.schedule.empty() ? "" : fmt::format(R"(,"schedule":"{}")", run.schedule);
    return fmt::format(
        R"({{"status":"{}","model":{{"name":"perceptron","inputs":{},"hidden":1,"wiring":"full",)"
        R"("weights":"binary","margin":0.0,"activation":"sign"}},"load":{},"solver":)"
        R"({{"name":"{}"}},"schedule":{{"name":"none"}},"request":{{"solver":"{}"{}}},)"
        R"("converged":{},"overlap":0.25,"free_entropy":{}{}}})"
        "\n",
        run.status, run.inputs, run.load, run.solver, run.solver, schedule, run.converged,
        run.entropy, run.more);
}

Run counting(double load, const std::string& entropy, bool converged = true) {
    return {load, "converged", "amp", "none", entropy, converged};
}

std::vector<std::string> names(const Figure& figure) {
    std::vector<std::string> out;
    for (const Series& series : figure.series) out.push_back(series.name);
    return out;
}

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

}  // namespace

TEST_CASE("runs that count: means and standard errors of those that have converged") {
    const Page page =
        figures_of({{"a", line(counting(0.5, "0.3")) + line(counting(0.3, "0.5")) +
                              line(counting(0.5, "0.4")) + line(counting(0.5, "7", false)) +
                              line(counting(0.5, "null"))}});
    REQUIRE(page.panels.size() == 2);
    const Series& entropy = page.panels[0].series[0];
    CHECK(entropy.x == Numbers{0.3, 0.5});
    CHECK(entropy.y[1] == doctest::Approx(0.35));
    // Of two values their distance over two; of one there is none.
    CHECK(entropy.error[1] == doctest::Approx(0.05));
    CHECK(std::isnan(entropy.error[0]));
    CHECK(page.panels[1].y.label == "overlap of two solutions");
}

TEST_CASE("runs that look for a solution: the part that ended with one") {
    std::string text;
    for (int i = 0; i < 8; ++i) text += line({0.7, i < 6 ? "solved" : "unsolved"});
    for (int i = 0; i < 3; ++i) text += line({0.9, "time-limit"});
    text += line({0.9, "interrupted"});
    const Page page = figures_of({{"a", text}});
    REQUIRE(page.panels.size() == 1);
    const Series& part = page.panels[0].series[0];
    CHECK(part.x == Numbers{0.7, 0.9});
    CHECK(part.y == Numbers{0.75, 0.0});
    CHECK(part.error[0] == doctest::Approx(std::sqrt(0.7 * 0.3 / 8.0)));
    // One that was interrupted says nothing; and none of three is not surely none.
    CHECK(part.error[1] == doctest::Approx(std::sqrt(0.2 * 0.8 / 3.0)));
}

TEST_CASE("the three errors, where there is a teacher") {
    Run run = counting(0.5, "0.3");
    run.more = R"(,"teacher":{"gibbs_error":0.4,"bayes_error":0.3,"clipped_error":0.35})";
    const Page page = figures_of({{"a", line(run)}}, "generalisation");
    CHECK(names(page.panels.at(0)) == Names{"Gibbs", "Bayes", "clipped"});
    CHECK(page.panels[0].series[2].y == Numbers{0.35});
}

TEST_CASE("runs are told apart by what differs: network, solver, size") {
    const std::string one = line({0.5, "solved", "bp"});
    CHECK(names(figures_of({{"a", one + line({0.6, "solved", "bp"})}}).panels[0]) == Names{""});
    CHECK(names(figures_of({{"a", one + line({0.6, "solved", "amp"})}}).panels[0]) ==
          Names{"bp", "amp"});
    Run larger;
    larger.inputs = 4000;
    CHECK(names(figures_of({{"a", one + line(larger)}}).panels[0]) ==
          Names{"N = 1000", "N = 4000"});
    // Several files are named as others are.
    CHECK(names(figures_of({{"a", one}, {"b", one}}).panels[0]) == Names{"a", "b"});
}

TEST_CASE("marks stand in the panels against the load, and without these in all") {
    FigureOptions options;
    options.marks = {{"end", 0.7764}, {"capacity", 0.833}};
    const std::string log = R"({"iteration":1,"try":1,"errors":5,"best_errors":5,"overlap":0.5})"
                            "\n"
                            R"({"iteration":2,"try":1,"errors":3,"best_errors":3,"overlap":0.25})";
    const std::string runs = line({0.5, "solved"}) + line({0.9, "unsolved"});
    const Page page = figures_of({{"a", runs}, {"b.log", log}}, options);
    REQUIRE(page.panels.size() == 3);
    CHECK(names(page.panels[0]) == Names{"a", "end", "capacity"});
    CHECK(page.panels[0].series[1].x == Numbers{0.7764, 0.7764});
    CHECK(page.panels[0].series[1].y == Numbers{0, 1});
    CHECK(page.panels[1].series.size() == 1);
    const Page without = figures_of({{"b.log", log}}, options);
    CHECK(without.panels[0].series.size() == 3);
    CHECK(without.panels[0].series[1].y == Numbers{3, 5});
}

TEST_CASE("theory is black beside colours, its dashes follow it, and marks differ") {
    Figure figure;
    figure.series = {
        {"theory", Style::Theory, {0, 1}, {0, 1}},   {"", Style::Beyond, {1, 2}, {1, 2}},
        {"measured", Style::Points, {0, 1}, {0, 1}}, {"one", Style::Bound, {1, 1}, {0, 1}},
        {"", Style::Bound, {2, 2}, {0, 1}},          {"two", Style::Bound, {3, 3}, {0, 1}}};
    Page page;
    page.panels = {figure};
    const auto has = [&](const std::string& part) {
        return gnuplot_script(page, PictureFormat::Svg).find(part) != std::string::npos;
    };
    CHECK(has("$panel1series1 using 1:2 with lines lc rgb \"#000000\" dt solid"));
    CHECK(has("$panel1series2 using 1:2 with lines lc rgb \"#000000\" dt (10,6)"));
    CHECK(has("$panel1series3 using 1:2 with points pt 7 ps 0.9 lc rgb \"#c0392b\""));
    CHECK(has("$panel1series4 using 1:2 with lines lc rgb \"#303030\" dt (3,4)"));
    CHECK(has("$panel1series5 using 1:2 with lines lc rgb \"#303030\" dt (3,4)"));
    CHECK(has("$panel1series6 using 1:2 with lines lc rgb \"#303030\" dt (12,4,3,4)"));
    // Alone, lines of theory differ as others do.
    page.panels[0].series = {{"a", Style::Theory, {0, 1}, {0, 1}},
                             {"b", Style::Theory, {0, 1}, {1, 2}}};
    CHECK(has("$panel1series2 using 1:2 with lines lc rgb \"#c0392b\" dt (14,5)"));
}

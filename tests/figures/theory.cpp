// Theory laid over measurements: from files of `steppe theory`, and computed.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "steppe/error.hpp"
#include "steppe/figures/figures_of.hpp"
#include "steppe/figures/gnuplot.hpp"
#include "steppe/theory/typical/learning_errors.hpp"
#include "steppe/theory/typical/replica_symmetric.hpp"
#include "steppe/theory/typical/stability_distribution.hpp"
#include "steppe/theory/typical/state_evolution.hpp"
#include "support/damaged.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

const std::string binary =
    R"({"name":"perceptron","inputs":1000,"hidden":1,"wiring":"full","weights":"binary",)"
    R"("margin":0.0,"activation":"sign"})";
const std::string full_committee =
    R"({"name":"committee","inputs":100,"hidden":3,"wiring":"full","weights":"binary",)"
    R"("margin":0.0,"activation":"sign"})";
const std::string wide_relu =
    R"({"name":"committee","inputs":90,"hidden":9,"wiring":"tree","weights":"spherical",)"
    R"("margin":0.0,"activation":"relu"})";

/// A run that counts.
std::string counted(double load, double entropy, const std::string& more = "",
                    const std::string& model = binary) {
    return fmt::format(
        R"({{"status":"converged","model":{},"load":{},"solver":{{"name":"amp"}},)"
        R"("schedule":{{"name":"none"}},"request":{{"schedule":"none"}},"converged":true,)"
        R"("overlap":0.25,"free_entropy":{}{}}})"
        "\n",
        model, load, entropy, more);
}

/// A run that looks for a solution.
std::string looking(double load, const std::string& status, const std::string& model = binary) {
    return fmt::format(
        R"({{"status":"{}","model":{},"load":{},"solver":{{"name":"bp"}},)"
        R"("schedule":{{"name":"pseudo-reinforcement"}},"request":{{"solver":"bp"}},)"
        R"("converged":false,"overlap":0.9,"free_entropy":null}})"
        "\n",
        status, model, load);
}

const std::string entropies =
    R"([{"model":"binary perceptron","load":0.2,"entropy":0.55,"overlap":0.13,"stable":true,)"
    R"("note":""},{"model":"binary perceptron","load":0.8,"entropy":0.04,"overlap":0.54,)"
    R"("stable":true,"note":""},{"model":"binary perceptron","load":0.9,"entropy":-0.07,)"
    R"("overlap":0.62,"stable":true,"note":"above the capacity: the entropy is negative"}])";

std::string list(const std::vector<std::string>& points) {
    return fmt::format("[{}]", fmt::join(points, ","));
}

std::string density(const std::string& load) {
    return fmt::format(
        R"({{"model":"binary perceptron","load":{0},"stability":0.5,"density":0.7}},)"
        R"({{"model":"binary perceptron","load":{0},"stability":1,"density":0.4}})",
        load);
}

std::string landscape(const std::string& measures, const std::string& more,
                      const std::string& model = binary) {
    return fmt::format(R"({{"status":"measured","model":{},"patterns":400,{},)"
                       R"("solution":"w.txt","measures":{{{}}}}})",
                       model, more, measures);
}

const std::string stabilities = R"("stabilities":{"from":-1,"to":2,"counts":[1,3],"margin":0})";
const std::string typical =
    R"("typical-stabilities":{"margin":0,"from":0,"to":2,"points":[{"density":0.6},)"
    R"({"density":0.2}]})";
const std::string local =
    R"("local-entropy":{"points":[{"distance":0.05,"entropy":0.1,"bound":0.2},)"
    R"({"distance":0.2,"entropy":0.3,"bound":0.5}]})";

struct Drawn {
    Page page;
    std::vector<std::string> notes;
};

Drawn laid_over(const std::vector<FigureSource>& sources, const std::string& measure = "") {
    Drawn out;
    FigureOptions options;
    options.measure = measure;
    options.theory = true;
    options.notes = &out.notes;
    out.page = figures_of(sources, options);
    return out;
}

Drawn laid_over(const std::string& text) {
    return laid_over({{"a.json", text}});
}

std::vector<std::string> names(const Figure& figure) {
    std::vector<std::string> out;
    for (const Series& series : figure.series) out.push_back(series.name);
    return out;
}

/// Without what is not listed.
std::vector<std::string> legend(const Figure& figure) {
    std::vector<std::string> out = names(figure);
    std::erase(out, "");
    return out;
}

const Series& of_style(const Figure& figure, Style style, std::size_t number = 0) {
    for (const Series& series : figure.series) {
        if (series.style == style && number-- == 0) return series;
    }
    FAIL("no such series");
    return figure.series.front();
}

std::size_t count_of(const Figure& figure, Style style) {
    return static_cast<std::size_t>(std::ranges::count(figure.series, style, &Series::style));
}

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

}  // namespace

TEST_CASE("a file of theory alone: lines, dashed where they do not hold, named by what differs") {
    const Page page = figures_of({{"t.json", entropies}});
    REQUIRE(page.panels.size() == 2);
    CHECK(page.panels[0].y.label == "free entropy per weight");
    CHECK(names(page.panels[0]) == Names{"binary perceptron", ""});
    const Series& line = page.panels[0].series[0];
    CHECK(line.style == Style::Theory);
    CHECK(line.y[1] == 0.04);
    CHECK(std::isnan(line.y[2]));
    // The dashes go on from the last point that holds.
    const Series& dashes = page.panels[0].series[1];
    CHECK(dashes.style == Style::Beyond);
    CHECK(std::isnan(dashes.y[0]));
    CHECK(dashes.y[1] == 0.04);
    CHECK(dashes.y[2] == -0.07);
    const std::string two = list({density("0.2"), density("0.4")});
    const Page loads = figures_of({{"t.json", two}});
    REQUIRE(loads.panels.size() == 1);
    CHECK(loads.panels[0].x.label == "stability of typical solutions");
    CHECK(names(loads.panels[0]) == Names{"load 0.2", "load 0.4"});
}

TEST_CASE("stabilities of theory come to whichever panels are measured") {
    const FigureSource theory{"t.json", list({density("0.4")})};
    const std::string who = R"("labels":"random")";
    const Page given = figures_of({{"l.json", landscape(stabilities, who)}, theory});
    REQUIRE(given.panels.size() == 1);
    CHECK(names(given.panels[0]) == Names{"measured", "theory, typical solutions", "margin"});
    const Page both = figures_of({theory, {"l.json", landscape(stabilities + "," + typical, who)}});
    REQUIRE(both.panels.size() == 2);
    CHECK(names(both.panels[1]) == Names{"measured", "theory", "margin"});
}

TEST_CASE("a single capacity is a mark where runs were to be solved, else a point") {
    const FigureSource capacity{
        "c.json", R"([{"model":"binary perceptron","margin":0.0,"load":0.833,"capacity":0.833}])"};
    const Page alone = figures_of({capacity});
    REQUIRE(alone.panels.size() == 1);
    CHECK(alone.panels[0].x.label == "margin");
    CHECK(alone.panels[0].series[0].style == Style::Points);
    const Page beside =
        figures_of({{"r.jsonl", looking(0.7, "solved") + looking(0.8, "unsolved")}, capacity});
    REQUIRE(beside.panels.size() == 1);
    CHECK(of_style(beside.panels[0], Style::Bound).x == Numbers{0.833, 0.833});
    const Page curve = figures_of(
        {{"c.json", R"([{"model":"spherical perceptron, margin -0.5","margin":-0.5,)"
                    R"("capacity":4.77,"instability":1.1},{"model":"spherical perceptron",)"
                    R"("margin":0.0,"capacity":2.0,"instability":null}])"}});
    // At negative margins replica symmetry breaks below the capacity.
    CHECK(names(curve.panels[0]) == Names{"spherical perceptron", ""});
    CHECK(std::isnan(of_style(curve.panels[0], Style::Theory).y[0]));
    CHECK(of_style(curve.panels[0], Style::Beyond).y == Numbers{4.77, 2.0});
}

TEST_CASE("local entropies of theory lie at the distance from what they are round") {
    const std::string wide =
        R"({"model":"binary perceptron","load":0.4,"round":"wide","distance":0.05,)"
        R"("centre_distance":0.0257,"local_entropy":0.1177,"bound":0.1193})";
    const std::string wider =
        R"({"model":"binary perceptron","load":0.4,"round":"wide","distance":0.1,)"
        R"("centre_distance":0.0528,"local_entropy":0.19,"bound":0.21})";
    const Page page =
        figures_of({{"l.json", landscape(local, R"("labels":"random","teacher_overlap":null)")},
                    {"t.json", list({wide, wider})}});
    REQUIRE(page.panels.size() == 2);
    CHECK(of_style(page.panels[0], Style::Theory).x == Numbers{0.0257, 0.0528});
    // What no entropy is above is drawn once.
    CHECK(count_of(page.panels[0], Style::Bound) == 1);
    CHECK(of_style(page.panels[1], Style::Theory).y[0] == doctest::Approx(-0.0016));
}

TEST_CASE("clones: entropy at their overlap, or where the gap opens") {
    const auto point = [](double clones, const std::string& more) {
        return fmt::format(R"({{"model":"binary perceptron","load":0.4,"clones":{:.1f},{}}})",
                           clones, more);
    };
    const std::string entropies_of = list(
        {point(2, R"("overlap":0.9,"entropy":0.2)"), point(2, R"("overlap":0.8,"entropy":0.3)"),
         point(3, R"("overlap":0.9,"entropy":0.1)"), point(3, R"("overlap":0.8,"entropy":0.2)")});
    CHECK(names(figures_of({{"t", entropies_of}}).panels[0]) == Names{"2 clones", "3 clones"});
    const Page gap = figures_of(
        {{"t", list({point(2, R"("threshold":0.7988)"), point(3, R"("threshold":0.7875)")})}});
    CHECK(gap.panels[0].series[0].y == Numbers{0.7988, 0.7875});
}

TEST_CASE("summaries: theory of their loads, as the library has it") {
    const Drawn drawn = laid_over(counted(0.2, 0.55) + counted(0.6, 0.22));
    CHECK(drawn.notes.empty());
    REQUIRE(drawn.page.panels.size() == 2);
    // Lines lie under the points.
    CHECK(names(drawn.page.panels[0]) == Names{"theory", "measured"});
    const Series& line = of_style(drawn.page.panels[0], Style::Theory);
    const Series& overlap = of_style(drawn.page.panels[1], Style::Theory);
    CHECK(line.x.front() == 0.2);
    CHECK(line.x.back() == doctest::Approx(0.6));
    for (const std::size_t i : {std::size_t{0}, std::size_t{40}, line.x.size() - 1}) {
        const theory::SaddlePoint saddle = theory::replica_symmetric(theory::Model{}, line.x[i]);
        CHECK(line.y[i] == doctest::Approx(saddle.entropy.value).epsilon(1e-9));
        CHECK(overlap.y[i] == doctest::Approx(saddle.overlap.value).epsilon(1e-9));
    }
    // Krauth and Mezard's capacity.
    const Drawn fraction = laid_over(looking(0.7, "solved") + looking(0.8, "unsolved"));
    CHECK(of_style(fraction.page.panels[0], Style::Bound).x[0] == doctest::Approx(0.83308));
    CHECK(names(fraction.page.panels[0]) == Names{"", "capacity"});
}

TEST_CASE("errors with a teacher: beyond the first-order point, dashed, where runs stay") {
    const std::string teacher =
        R"(,"teacher":{"gibbs_error":0.3,"bayes_error":0.2,"clipped_error":0.25})";
    const Drawn drawn = laid_over(
        {{"a", counted(1.1, 0.1, teacher) + counted(1.4, -0.05, teacher)}}, "generalisation");
    REQUIRE(drawn.page.panels.size() == 1);
    const Figure& figure = drawn.page.panels[0];
    CHECK(count_of(figure, Style::Theory) == 3);
    // Three curves stand on three kinds of points, and are called theory once.
    CHECK(std::ranges::count(names(figure), "theory") == 1);
    CHECK(std::ranges::count(names(figure), "Bayes") == 1);
    theory::Model model;
    model.labels = theory::Labels::Teacher;
    const Series& gibbs = of_style(figure, Style::Theory);
    const theory::SaddlePoint saddle = theory::replica_symmetric(model, 1.1);
    CHECK(gibbs.y[0] ==
          doctest::Approx(theory::learning_errors(model, saddle).gibbs.value).epsilon(1e-9));
    CHECK(gibbs.y.back() == 0.0);
    const Series& stays = of_style(figure, Style::Beyond);
    const auto metastable = theory::all_saddle_points(model, 1.3).front();
    REQUIRE(!metastable.teacher_alone);
    double nearest = 1.0, error = 0.0;
    for (std::size_t i = 0; i < stays.x.size(); ++i) {
        if (std::isfinite(stays.y[i]) && std::abs(stays.x[i] - 1.3) < nearest) {
            nearest = std::abs(stays.x[i] - 1.3);
            error = stays.y[i];
        }
    }
    CHECK(error ==
          doctest::Approx(theory::learning_errors(model, metastable).gibbs.value).epsilon(0.02));
}

TEST_CASE("landscapes: stabilities of typical solutions, local entropies round what is there") {
    const Drawn drawn = laid_over(landscape(stabilities + "," + typical, R"("labels":"random")"));
    REQUIRE(drawn.page.panels.size() == 2);
    CHECK(drawn.notes.empty());
    const Series& line = of_style(drawn.page.panels[1], Style::Theory);
    const theory::SaddlePoint saddle = theory::replica_symmetric(theory::Model{}, 0.4);
    CHECK(line.y[0] == 0.0);
    CHECK(line.x[61] == doctest::Approx(1.0));
    CHECK(line.y[61] == doctest::Approx(theory::stability_density({}, saddle, 1.0)).epsilon(1e-9));
    // The area up to 2, by trapezia, is a part of patterns.
    double area = 0.0;
    for (std::size_t i = 1; i < line.x.size(); ++i) {
        area += 0.5 * (line.y[i] + line.y[i - 1]) * (line.x[i] - line.x[i - 1]);
    }
    CHECK(area ==
          doctest::Approx(theory::stability_part({}, saddle, 0.0, 2.0).value).epsilon(1e-4));

    const Drawn found = laid_over(landscape(local, R"("labels":"random","teacher_overlap":null)"));
    CHECK(legend(found.page.panels[0]) == Names{"theory, wide regions",
                                                "theory, round typical solutions", "measured",
                                                "without patterns"});
    const Series& wide = of_style(found.page.panels[0], Style::Theory, 0);
    const Series& round = of_style(found.page.panels[0], Style::Theory, 1);
    // Typical solutions are alone: at the smallest distances there are none round them.
    CHECK(of_style(found.page.panels[0], Style::Beyond).y[0] < 0.0);
    for (std::size_t i = 0; i < wide.x.size(); ++i) {
        if (std::isfinite(wide.y[i]) && std::isfinite(round.y[i])) CHECK(wide.y[i] > round.y[i]);
    }
    const Drawn teacher =
        laid_over(landscape(local, R"("labels":"teacher","teacher_overlap":1.0)"));
    CHECK(teacher.notes.empty());
    CHECK(legend(teacher.page.panels[0]) == Names{"theory", "measured", "without patterns"});
    // The table of docs/landscape.md, by a program of its own: 0.4 lies between these loads.
    const Series& planted = of_style(teacher.page.panels[0], Style::Theory);
    CHECK(planted.x.back() == doctest::Approx(0.2));
    CHECK(planted.y.back() < 0.3885);
    CHECK(planted.y.back() > 0.3113);
}

TEST_CASE("iterations: state evolution of amp without focusing and damping") {
    const auto line = [](int iteration, double damping, const std::string& more) {
        return fmt::format(R"({{"iteration":{},"try":1,"gamma":0.0,"errors":5,"best_errors":5,)"
                           R"("overlap":0.2,"damping":{}{}}})"
                           "\n",
                           iteration, damping, more);
    };
    const std::string run = R"(,"run":{"model":)" + binary +
                            R"(,"load":0.5,"labels":"random","solver":"amp","temperature":null})";
    const Drawn drawn = laid_over(line(1, 0.0, run) + line(2, 0.0, "") + line(3, 0.0, ""));
    CHECK(drawn.notes.empty());
    REQUIRE(drawn.page.panels.size() == 2);
    const Series& theory = of_style(drawn.page.panels[1], Style::Theory);
    REQUIRE(theory.y.size() == 4);
    CHECK(theory.y[2] == theory::state_evolution({}, 0.5, 3)[2].overlap);
    const std::string why =
        "a.json: no theory is drawn of iterations: state evolution is that of --solver amp "
        "--schedule none --damping 0";
    CHECK(laid_over(line(1, 0.3, run)).notes == Names{why});
    CHECK(laid_over(line(1, 0.0, "")).notes ==
          Names{"a.json: no theory is drawn of iterations: the log does not say what ran"});
}

TEST_CASE("theory from a file and computed is drawn once") {
    const Drawn drawn =
        laid_over({{"a", counted(0.2, 0.55) + counted(0.6, 0.22)}, {"t", entropies}});
    REQUIRE(drawn.page.panels.size() == 2);
    CHECK(count_of(drawn.page.panels[0], Style::Theory) == 1);
    CHECK(of_style(drawn.page.panels[0], Style::Theory).x == Numbers{0.2, 0.8, 0.9});
    // Of another model it is drawn beside it.
    std::string other = entropies;
    for (std::size_t at; (at = other.find("binary p")) != std::string::npos;) {
        other.replace(at, 6, "spherical");
    }
    const Drawn both = laid_over({{"a", counted(0.2, 0.55) + counted(0.6, 0.22)}, {"t", other}});
    CHECK(names(both.page.panels[0]) ==
          Names{"theory, spherical perceptron", "", "theory, binary perceptron", "measured"});
}

TEST_CASE("what theory does not know is said, and the measurements are drawn all the same") {
    const Drawn full = laid_over(looking(0.2, "solved", full_committee) +
                                 looking(0.3, "unsolved", full_committee));
    CHECK(full.page.panels.size() == 1);
    CHECK(full.notes ==
          Names{"a.json: no theory is drawn of a binary full committee of 3 sign units: of several "
                "hidden units theory knows those that see inputs of their own (wiring tree)"});
    const Drawn relu = laid_over(landscape(stabilities, R"("labels":"random")", wide_relu));
    CHECK(relu.page.panels.size() == 1);
    REQUIRE(relu.notes.size() == 1);
    CHECK(
        relu.notes[0].starts_with("a.json: no theory is drawn of a spherical tree committee of 9 "
                                  "relu units: 9 relu units: "));
    const Drawn unsaid = laid_over(landscape(stabilities, R"("labels":null)"));
    CHECK(unsaid.notes == Names{"a.json: it does not say what the patterns are: theory is that of "
                                "random ones with random labels"});
    CHECK(count_of(unsaid.page.panels[0], Style::Theory) == 1);
}

TEST_CASE("damaged files with theory are drawn, or refused by a sentence") {
    const std::string summaries = counted(0.2, 0.55) + looking(0.6, "solved");
    const std::string answer = landscape(stabilities + "," + typical, R"("labels":"random")");
    std::size_t pages = 0;
    for (std::uint64_t trial = 0; trial < 120; ++trial) {
        for (const std::string& text : {summaries, answer, entropies}) {
            try {
                const Page page = laid_over(damaged(text, trial)).page;
                pages += gnuplot_script(page, PictureFormat::Svg).empty() ? 0 : 1;
            } catch (const Error& error) {
                CHECK(!std::string(error.what()).empty());
            }
        }
    }
    CHECK(pages > 40);
}

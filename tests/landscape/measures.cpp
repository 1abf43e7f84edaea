// Measures by name: their JSON holds what the functions of the library find, and their table holds
// every number of the JSON.
#include "steppe/landscape/measures.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <sstream>

#include "steppe/error.hpp"
#include "steppe/landscape/paths.hpp"
#include "steppe/landscape/stabilities.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/run/solve.hpp"
#include "support/networks.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// Solutions of one problem.
struct Case {
    Network network;
    Patterns patterns;
    std::vector<Weights> weights;

    Measured measured() const { return {network, weights.front(), patterns}; }
};

Case case_of(const Network& network, std::size_t count, std::size_t solutions = 1) {
    Case one{network, patterns_of(network, count), {}};
    for (std::size_t i = 0; i < solutions; ++i) {
        SolveOptions options;
        options.network = network;
        options.seed = i + 1;
        options.solver = network.weights == WeightKind::Binary ? "sbpi" : "auto";
        one.weights.push_back(solve(options, one.patterns).weights);
    }
    return one;
}

Case binary_case(std::size_t solutions = 1) {
    return case_of({101}, 30, solutions);
}

MeasureOptions quick(const Network& network) {
    MeasureOptions how;
    how.seed = 5;
    how.perturbations = 40;
    how.fields = {0.5, 1.0, 2.0};
    how.bins = 7;
    how.path_points = 5;
    how.hessian.density_points = 10;
    how.hessian.extremes = 3;
    how.sharpness.starts = 2;
    how.sharpness.steps = 5;
    return settled(std::move(how), network);
}

MeasureJson taken(const std::string& name, const Case& of, const MeasureOptions& how,
                  const LandscapeObserver& observer = {}) {
    MeasureJson answer = MeasureJson::object();
    measure_named(name).take(of.measured(), how, observer, answer);
    return answer;
}

std::vector<std::string> keys_of(const MeasureJson& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.push_back(key);
    return keys;
}

using Keys = std::vector<std::string>;

/// Numbers and truth values, those that only say where a point is left out.
std::size_t numbers_in(const MeasureJson& value) {
    if (value.is_number() || value.is_boolean()) return 1;
    std::size_t count = 0;
    for (const MeasureJson& item : value) {
        if (!item.is_structured() && !item.is_number() && !item.is_boolean()) continue;
        count += numbers_in(item);
        const bool a_point = value.is_array() && item.is_object() && !item.empty();
        if (a_point && item.front().is_number()) --count;
    }
    return count;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

}  // namespace

TEST_CASE("flatness is the curve of the library") {
    for (const Case& of : {binary_case(), case_of(spherical(33, 3, Wiring::Tree), 20)}) {
        const MeasureOptions how = quick(of.network);
        const MeasureJson answer = taken("flatness", of, how);
        CHECK(keys_of(answer) ==
              Keys{"kind", "perturbations", "error_rate", "points", "noise_at_tenth"});
        const FlatnessCurve curve =
            flatness_curve(of.network, of.weights[0], of.patterns,
                           {how.noise.value(), how.noise_sizes, how.perturbations, how.seed});
        CHECK(answer["kind"] == noise_name(how.noise.value()));
        CHECK(answer["perturbations"] == 40);
        CHECK(answer["error_rate"] == curve.error_rate);
        REQUIRE(answer["points"].size() == 20);
        for (std::size_t s = 0; s < 20; ++s) {
            const MeasureJson& point = answer["points"][s];
            CHECK(keys_of(point) == Keys{"noise", "kind", "added_error", "standard_error"});
            CHECK(point["noise"] == how.noise_sizes[s]);
            CHECK(point["added_error"] == curve.points[s].added.mean);
            CHECK(point["standard_error"] == curve.points[s].added.error);
        }
        const std::optional<double> tenth = curve.size_at(0.1);
        CHECK(answer["noise_at_tenth"] == (tenth ? MeasureJson(*tenth) : MeasureJson()));
    }
}

TEST_CASE("local entropy has the points of the library") {
    const Case of = binary_case();
    const MeasureOptions how = quick(of.network);
    const MeasureJson answer = taken("local-entropy", of, how);
    CHECK(keys_of(answer) == Keys{"points"});
    LocalEntropyOptions options;
    options.fields = how.fields;
    options.seed = how.seed;
    const auto points = local_entropy(of.network, of.weights[0], of.patterns, options);
    REQUIRE(answer["points"].size() == points.size());
    for (std::size_t f = 0; f < points.size(); ++f) {
        const MeasureJson& point = answer["points"][f];
        CHECK(keys_of(point) == Keys{"gamma", "overlap", "distance", "entropy", "bound",
                                     "entropy_less_bound", "mutual_distance", "converged",
                                     "iterations", "note"});
        CHECK(point["gamma"] == how.fields[f]);
        CHECK(point["overlap"] == points[f].overlap);
        CHECK(point["distance"] == points[f].distance);
        CHECK(point["entropy"] == json_number(points[f].entropy));
        CHECK(point["bound"] == points[f].bound);
        CHECK(point["entropy_less_bound"] == json_number(points[f].entropy - points[f].bound));
        CHECK(point["converged"] == points[f].converged);
        CHECK(point["iterations"] == points[f].iterations);
        CHECK(point["note"] == points[f].note);
    }
}

TEST_CASE("the hessian is the report of the library") {
    const Case of = binary_case();
    const MeasureOptions how = quick(of.network);
    const MeasureJson answer = taken("hessian", of, how);
    CHECK(keys_of(answer) == Keys{"beta", "gamma", "loss", "gradient_norm", "largest", "smallest",
                                  "trace", "negative_fraction", "negative_fraction_error",
                                  "converged", "note", "largest_eigenvalues",
                                  "smallest_eigenvalues", "density", "eigenvalues"});
    HessianOptions options = how.hessian;
    options.seed = how.seed;
    const HessianReport report = hessian_report(of.network, of.weights[0], of.patterns, options);
    CHECK(answer["loss"] == report.loss);
    CHECK(answer["gradient_norm"] == report.gradient_norm);
    CHECK(answer["largest"] == report.largest.at(0));
    CHECK(answer["smallest"] == report.smallest.at(0));
    CHECK(answer["trace"] == report.trace);
    CHECK(answer["negative_fraction"] == report.negative_fraction.mean);
    CHECK(answer["largest_eigenvalues"] == report.largest);
    CHECK(answer["eigenvalues"] == report.eigenvalues);
    REQUIRE(answer["density"].size() == 10);
    CHECK(answer["density"][3]["eigenvalue"] == report.density[3].eigenvalue);
    CHECK(answer["density"][3]["density"] == report.density[3].density);
}

TEST_CASE("sharpness is the curve of the library") {
    const Case of = case_of(spherical(33, 3, Wiring::Tree), 20);
    MeasureOptions how = quick(of.network);
    how.sharpness.ball = Ball::MeanSquare;
    how.sharpness.gamma = 2.0;
    const MeasureJson answer = taken("sharpness", of, how);
    CHECK(keys_of(answer) == Keys{"ball", "beta", "gamma", "loss", "error_rate", "points"});
    SharpnessOptions options = how.sharpness;
    options.seed = how.seed;
    const SharpnessCurve curve = sharpness_curve(of.network, of.weights[0], of.patterns, options);
    CHECK(answer["ball"] == "mean-square");
    CHECK(answer["gamma"] == 2.0);
    CHECK(answer["loss"] == curve.loss);
    CHECK(answer["error_rate"] == curve.error_rate);
    REQUIRE(answer["points"].size() == 5);
    for (std::size_t r = 0; r < 5; ++r) {
        CHECK(answer["points"][r] == MeasureJson{{"radius", options.radii[r]},
                                                 {"loss", curve.points[r].loss},
                                                 {"error_rate", curve.points[r].error_rate}});
    }
}

TEST_CASE("stabilities are counted into bins") {
    Case of = binary_case();
    of.network.margin = 0.25;
    const MeasureJson answer = taken("stabilities", of, quick(of.network));
    CHECK(keys_of(answer) == Keys{"margin", "smallest", "mean", "from", "to", "counts"});
    const std::vector<double> values = stabilities(of.network, of.weights[0], of.patterns);
    CHECK(answer["margin"] == 0.25);
    CHECK(answer["smallest"] == *std::ranges::min_element(values));
    CHECK(answer["from"] == answer["smallest"]);
    CHECK(answer["to"] == *std::ranges::max_element(values));
    CHECK(answer["counts"].size() == 7);
    CHECK(answer["counts"] ==
          histogram_of(values, answer["from"].get<double>(), answer["to"].get<double>(), 7).counts);
    // One pattern alone still has a bin.
    of.patterns = patterns_of(of.network, 1);
    const MeasureJson one = taken("stabilities", of, quick(of.network));
    CHECK(one["to"].get<double>() > one["from"].get<double>());
}

TEST_CASE("answers are the same whether labels stand beside the patterns or are folded in") {
    Case of = binary_case();
    const PatternSet set = random_patterns(101, 30, 3).with_labels(random_labels(30, 3));
    of.patterns = std::make_shared<const PatternSet>(set);
    const Case folded{of.network, of.patterns.fold_labels(), of.weights};
    const MeasureOptions how = quick(of.network);
    for (const Measure& measure : all_measures()) {
        const std::string name(measure.name);
        CAPTURE(name);
        CHECK(taken(name, of, how).dump() == taken(name, folded, how).dump());
    }
}

TEST_CASE("between solutions: paths of matched units, and overlaps of all pairs") {
    const Case of = binary_case(3);
    const MeasureOptions how = quick(of.network);
    const MeasureJson barrier =
        barrier_json(of.network, of.weights[0], of.weights[1], of.patterns, how);
    CHECK(keys_of(barrier) == Keys{"overlap", "path", "height", "position", "points", "straight"});
    CHECK(keys_of(barrier["straight"]) == Keys{"height", "position", "points"});
    const auto path = error_along(of.network, of.weights[0], of.weights[1], of.patterns,
                                  Path::Geodesic, how.path_points);
    REQUIRE(barrier["points"].size() == 5);
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(barrier["points"][i] ==
              MeasureJson{{"position", path[i].position}, {"error", path[i].error_rate}});
    }
    CHECK(barrier["height"] == barrier_of(path).error_rate);
    const MeasureJson overlaps = overlaps_json(of.network, of.weights, how);
    CHECK(keys_of(overlaps) == Keys{"matrix", "from", "to", "counts"});
    const std::vector<double> matrix = overlap_matrix(of.network, of.weights);
    std::size_t pairs = 0;
    for (const MeasureJson& count : overlaps["counts"]) pairs += count.get<std::size_t>();
    CHECK(pairs == 3);
    CHECK(overlaps["matrix"][2][1] == matrix[7]);
    CHECK(barrier["overlap"] == matrix[1]);
}

TEST_CASE("an observer that ends a measure leaves what was reached") {
    const Case of = binary_case();
    const MeasureOptions how = quick(of.network);
    const MeasureJson whole = taken("local-entropy", of, how);
    for (std::size_t looks = 1; looks <= 2; ++looks) {
        MeasureJson answer = MeasureJson::object();
        std::size_t seen = 0;
        CHECK_THROWS_AS(measure_named("local-entropy")
                            .take(
                                of.measured(), how, [&](double) { return ++seen < looks; }, answer),
                        Interrupted);
        REQUIRE(answer["points"].size() == looks);
        for (std::size_t f = 0; f < looks; ++f) CHECK(answer["points"][f] == whole["points"][f]);
    }
    for (const std::string name : {"flatness", "hessian", "sharpness"}) {
        MeasureJson answer = MeasureJson::object();
        CHECK_THROWS_AS(measure_named(name).take(
                            of.measured(), how, [](double) { return false; }, answer),
                        Interrupted);
        CHECK(answer.empty());
    }
}

TEST_CASE("every measure says in a line what it found, and no line needs a number") {
    const Case of = binary_case();
    for (const Measure& measure : all_measures()) {
        CAPTURE(measure.name);
        REQUIRE(measure.refuses(of.network).empty());
        const std::string line =
            measure.headline(taken(std::string(measure.name), of, quick(of.network)));
        CHECK(line.size() > 10);
        CHECK(line.find('\n') == std::string::npos);
    }
    CHECK(measure_named("sharpness")
              .headline({{"loss", nullptr}, {"points", {{{"radius", 0.5}, {"loss", nullptr}}}}}) ==
          "loss unknown, unknown within 0.5");
    CHECK(measure_named("flatness").headline({{"kind", "flips"}, {"noise_at_tenth", nullptr}}) ==
          "accuracy does not fall by 0.1 (flips noise)");
}

TEST_CASE("a parity machine has no loss, and names are told") {
    for (const Measure& measure : all_measures()) {
        const bool loss = measure.name == "hessian" || measure.name == "sharpness";
        CHECK(measure.refuses({33, 3, Wiring::Tree, Gate::Parity}).empty() == !loss);
        CHECK(measure.refuses({33, 3, Wiring::Tree}).empty());
        CHECK(&measure_named(measure.name) == &measure);
    }
    CHECK_THROWS_WITH_AS(measure_named("all"),
                         "no measure is called 'all'; there are flatness, stabilities, "
                         "local-entropy, hessian, sharpness",
                         Error);
}

TEST_CASE("what is left empty is chosen for the network, and what is given stays") {
    const MeasureOptions binary = settled({}, {101}), real = settled({}, spherical(101));
    CHECK(binary.noise == Noise::Flips);
    CHECK(binary.noise_sizes.size() == 20);
    CHECK(binary.noise_sizes.front() == 0.01);
    CHECK(binary.noise_sizes.back() == 0.2);
    CHECK(binary.fields.front() == 0.25);
    CHECK(binary.fields.back() == 3.0);
    CHECK(real.noise == Noise::Multiplicative);
    CHECK(real.noise_sizes.back() == 1.0);
    CHECK(real.fields.back() == 24.0);
    CHECK(real.sharpness.radii == std::vector<double>{0.05, 0.1, 0.15, 0.2, 0.25});
    MeasureOptions given;
    given.noise = Noise::Additive;
    given.noise_sizes = {0.3};
    given.fields = {-1.0};
    given.sharpness.radii = {0.5};
    const MeasureOptions kept = settled(given, spherical(101));
    CHECK(kept.noise == Noise::Additive);
    CHECK(kept.noise_sizes == given.noise_sizes);
    CHECK(kept.fields == given.fields);
    CHECK(kept.sharpness.radii == given.sharpness.radii);
}

TEST_CASE("answers do not depend on the number of threads") {
    const Case of = binary_case();
    const MeasureOptions how = quick(of.network);
    for (const Measure& measure : all_measures()) {
        CAPTURE(measure.name);
        std::string first;
        for (const std::size_t threads : {1, 2, 3}) {
            std::string text;
            Threads(threads).run([&] { text = taken(std::string(measure.name), of, how).dump(); });
            if (first.empty()) first = text;
            CHECK(text == first);
        }
    }
}

TEST_CASE("the table has each number of the answer once") {
    const Case of = binary_case(3);
    const MeasureOptions how = quick(of.network);
    std::vector<std::pair<std::string, MeasureJson>> answers;
    for (const Measure& measure : all_measures()) {
        answers.emplace_back(measure.name, taken(std::string(measure.name), of, how));
    }
    answers.emplace_back("barrier",
                         barrier_json(of.network, of.weights[0], of.weights[1], of.patterns, how));
    answers.emplace_back("overlaps", overlaps_json(of.network, of.weights, how));
    for (const auto& named : answers) {
        const std::string& name = named.first;
        const MeasureJson& answer = named.second;
        CAPTURE(name);
        const std::vector<std::string> lines = lines_of(measure_csv(name, answer, "\"a,b\","));
        CHECK(lines.size() == numbers_in(answer));
        for (const std::string& line : lines) {
            CHECK(line.starts_with("\"a,b\"," + name + ","));
            CHECK(std::ranges::count(line, ',') == 5);
        }
        // No quantity stands twice at one place.
        std::vector<std::string> places;
        for (const std::string& line : lines) places.push_back(line.substr(0, line.rfind(',')));
        std::ranges::sort(places);
        CHECK(std::ranges::adjacent_find(places) == places.end());
    }
}

TEST_CASE("the table of points, lists, matrices and nested answers") {
    const MeasureJson answer{{"height", 0.5},
                             {"note", "a,b"},
                             {"none", nullptr},
                             {"counts", {3, 4}},
                             {"matrix", {{1, 2}, {3, 4}}},
                             {"points", {{{"at", 0.1}, {"x", 1}, {"kind", "c"}, {"sure", true}}}},
                             {"straight", {{"height", 2}, {"points", {{{"at", 0.5}, {"x", 9}}}}}}};
    CHECK(measure_csv("m", answer, "") ==
          "m,height,,0.5\n"
          "m,counts,0,3\nm,counts,1,4\n"
          "m,matrix_0,0,1\nm,matrix_0,1,2\nm,matrix_1,0,3\nm,matrix_1,1,4\n"
          "m,x,0.1,1\nm,sure,0.1,true\n"
          "m,straight_height,,2\nm,straight_x,0.5,9\n");
    CHECK(measure_csv("m", MeasureJson::object(), "") == "");
    CHECK(json_number(std::numeric_limits<double>::quiet_NaN()).is_null());
    CHECK(json_number(-std::numeric_limits<double>::infinity()).is_null());
    CHECK(json_number(0.25) == 0.25);
}

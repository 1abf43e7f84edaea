#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "program.hpp"

using namespace steppe::test;

namespace {

nlohmann::ordered_json json_of(const std::string& words) {
    const Outcome outcome = run("theory " + words + " --json");
    CHECK(outcome.status == 0);
    CHECK(outcome.err == "");
    return nlohmann::ordered_json::parse(outcome.out);
}

std::vector<std::string> keys_of(const nlohmann::ordered_json& point) {
    std::vector<std::string> keys;
    for (const auto& item : point.items()) keys.push_back(item.key());
    return keys;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// The cells of a line of CSV, a quoted one without its quotes.
std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells{""};
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            cells.emplace_back();
        } else {
            cells.back() += c;
        }
    }
    return cells;
}

const std::vector<std::string> questions{
    "entropy --load 0.2,0.4",
    "entropy --beta 2 --load 0.5",
    "entropy --weights ternary --load 0.3",
    "capacity --margin -0.5,0,0.5 --weights spherical",
    "capacity --labels teacher",
    "capacity --weights spherical --margin -0.5 --steps 1",
    "overlap --labels teacher --load 0.5,1.3",
    "generalisation --labels teacher --load 0.5",
    "local-entropy --load 0.4 --distance 0.05,0.1",
    "local-entropy --labels teacher --round teacher --load 0.4 --distance 0.1",
    "local-entropy --weights spherical --round solution --load 0.4 --distance 0.1",
    "clones --load 0.4 --distance 0.05 --clones 2,3",
    "stabilities --load 0.4 --stability 0.5,1",
    "state-evolution --load 0.4 --iterations 2",
};

}  // namespace

TEST_CASE("theory: JSON, CSV and the table say the same") {
    for (const std::string& question : questions) {
        CAPTURE(question);
        const nlohmann::ordered_json points = json_of(question);
        const std::vector<std::string> csv = lines_of(run("theory " + question + " --csv").out);
        const std::vector<std::string> table = lines_of(run("theory " + question).out);
        REQUIRE(csv.size() == points.size() + 1);
        REQUIRE(table.size() == points.size() + 2);
        CHECK(table[0] == points[0]["model"].get<std::string>());
        const std::vector<std::string> keys = keys_of(points[0]);
        CHECK(cells_of(csv[0]) == keys);
        for (std::size_t i = 0; i < points.size(); ++i) {
            CHECK(keys_of(points[i]) == keys);
            const std::vector<std::string> cells = cells_of(csv[i + 1]);
            REQUIRE(cells.size() == keys.size());
            for (std::size_t k = 0; k < keys.size(); ++k) {
                CAPTURE(keys[k]);
                const auto& value = points[i][keys[k]];
                if (value.is_number()) {
                    const double number = value.get<double>();
                    CHECK(std::abs(std::stod(cells[k]) - number) <= 1e-14 * std::abs(number));
                    // How far off a number may be: at least 0, and small.
                    if (keys[k] == "error" ||
                        (keys[k].ends_with("_error") &&
                         points[i].contains(keys[k].substr(0, keys[k].size() - 6)))) {
                        CHECK(number >= 0.0);
                        CHECK(number < 1e-6);
                    }
                }
                if (value.is_null()) CHECK(cells[k].empty());
            }
        }
    }
}

TEST_CASE("theory: known numbers under their names") {
    CHECK(json_of("capacity")[0]["capacity"].get<double>() ==
          doctest::Approx(0.8330786).epsilon(1e-7));
    const auto gardner = json_of("capacity --weights spherical --margin -0.5,0");
    CHECK(gardner[1]["load"].get<double>() == doctest::Approx(2.0).epsilon(1e-12));
    CHECK(gardner[0]["note"] == "replica symmetry is unstable below it: an upper estimate");
    CHECK(gardner[1]["note"] == "");
    const auto taught = json_of("overlap --labels teacher --load 1.3")[0];
    CHECK(taught["teacher_overlap"].get<double>() == 1.0);
    CHECK(taught["note"] == "the teacher is the only solution");
    CHECK(json_of("entropy --load 0.9")[0]["note"] ==
          "above the capacity: the entropy is negative");
    // Volumes have logarithms below 0 at any load.
    CHECK(json_of("entropy --weights spherical --load 0.9")[0]["note"] == "");
    CHECK(json_of("capacity --weights spherical --model parity --hidden 2")[0]["note"] ==
          "the capacity of this model is not known");
    // Fields that begin within 0.01 of 0.
    CHECK(json_of("state-evolution --load 0.4")[0]["overlap"].get<double>() ==
          doctest::Approx(1e-4 / 3.0));
    // Usual distances go as far as typical solutions are.
    CHECK(json_of("local-entropy --margin 0.3").size() == 8);
}

TEST_CASE("theory refuses what it does not know, and says what would be right") {
    const auto refused = [](const std::string& words) { return refusal("theory " + words); };
    CHECK(refused("entropy --load -1") == "load is -1: it must be a number of at least 0");
    CHECK(refused("entropy --load 2") ==
          "binary perceptron: no replica-symmetric saddle point at load 2; those of overlap up to "
          "0.999998 end at load 1.27324");
    CHECK(refused("entropy --margin 0,1") ==
          "--margin 0,1: of several margins only the capacity is given");
    CHECK(refused("entropy --margin 7") == "margin is 7: it must be between -6 and 6");
    CHECK(refused("entropy --beta 0") == "beta is 0: it must be above 0");
    CHECK(refused("entropy --hidden 3") ==
          "--hidden belongs to --model committee or parity: a perceptron has one unit");
    CHECK(refused("entropy --model committee --hidden 4") ==
          "4 sign units: theory of a committee takes 3, 5, 7, 9 or infinitely many");
    CHECK(refused("entropy --model committee --hidden 2.5") ==
          "--hidden: '2.5' is neither a whole number of at least 1 nor 'infinite'");
    CHECK(refused("entropy --model symmetric") ==
          "margin is 0: that of the symmetric perceptron must be above 0");
    CHECK(refused("entropy --json --csv") == "--json and --csv: one of them");
    CHECK(refused("entropy --distance 0.1") == "--distance belongs to local-entropy, clones");
    CHECK(refused("generalisation") == "errors on new patterns belong to a teacher's labels");
    CHECK(refused("clones --clones 1").starts_with("--clones 1: "));
    CHECK(refused("clones --load 0.5").starts_with("--load belongs to clones at a --distance"));
    for (const std::string distance : {"0", "0.5", "1", "-0.1"}) {
        CHECK(refused("local-entropy --distance " + distance) ==
              "--distance " + distance + ": a distance (1 - overlap)/2 is above 0 and below 0.5");
    }
    CHECK(refused("local-entropy --distance 0.4") ==
          "infinitely many clones at load 0.6: no saddle point at overlap 0.2, which is below that "
          "of typical solutions, or the load is too large");
    CHECK(refused("local-entropy --round teacher") ==
          "--round teacher: there is one with --labels teacher");
    CHECK(refused("local-entropy --round teacher --replicas 2") ==
          "--replicas belongs to --round wide");
    CHECK(refused("capacity --steps 1").starts_with("the capacity with 1 step of broken"));
    CHECK(refused("nonsense").starts_with("quantity: 'nonsense' is not allowed"));
}

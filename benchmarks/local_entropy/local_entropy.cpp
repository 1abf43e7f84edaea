// Local entropies against what is known of them from elsewhere: replica theory round a teacher,
// enumeration, and replica theory of the widest regions. Prints the tables of docs/landscape.md.
//
//     build/benchmarks/local_entropy planted
//     build/benchmarks/local_entropy enumeration [--picture FILE.svg]
//     build/benchmarks/local_entropy solutions
//     build/benchmarks/local_entropy solutions --loads 0.7 --settings solver=amp
//         continue-after-solution=true schedule=scoping replicas=10
//
// Every run has one thread; patterns and solver have the same seed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <map>
#include <memory>
#include <optional>

#include "steppe/error.hpp"
#include "steppe/figures/gnuplot.hpp"
#include "steppe/landscape/estimate.hpp"
#include "steppe/landscape/local_entropy.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/options/option.hpp"
#include "steppe/run/solve.hpp"
#include "support/local_entropies.hpp"

namespace {

using namespace steppe;
using test::Oracle;
using test::Pulled;

struct Study {
    std::string table;
    std::size_t inputs = 0;  ///< 0: the table's
    std::string picture;
    std::vector<double> loads;
    std::size_t seeds = 10;
    std::size_t most_seeds = 100;       ///< among which solutions are sought
    std::vector<std::string> settings;  ///< NAME=VALUE: of the one way to solutions to measure
};

void row(const std::vector<std::string>& cells) {
    std::string line = "|";
    for (const std::string& cell : cells) line += fmt::format(" {} |", cell);
    std::cout << line << std::endl;
}

void head(const std::vector<std::string>& cells) {
    row(cells);
    std::string line = "|";
    for (std::size_t c = 0; c < cells.size(); ++c) line += "---|";
    std::cout << line << std::endl;
}

std::string words(const Estimate& estimate) {
    return fmt::format("{:.4f} +- {:.4f}", estimate.mean, estimate.error);
}

std::size_t patterns_at(double load, std::size_t weights) {
    return static_cast<std::size_t>(std::nearbyint(load * static_cast<double>(weights)));
}

// ------------------------------------------------------------------------------- round a teacher

void planted(const Study& study) {
    const Network network{study.inputs == 0 ? 4001 : study.inputs, 1};
    head({"load", "field", "distance: theory", "measured", "entropy: theory", "measured", "bound"});
    for (const double load : study.loads.empty() ? std::vector{0.3, 0.5} : study.loads) {
        const std::vector<theory::PlantedPoint> rows = test::planted_points(load);
        LocalEntropyOptions options;
        for (const theory::PlantedPoint& known : rows) options.fields.push_back(known.field.value);
        std::vector<std::vector<double>> distance(rows.size()), entropy(rows.size());
        std::vector<double> bound(rows.size());
        for (std::uint64_t seed = 1; seed <= study.seeds; ++seed) {
            const Weights teacher = random_teacher(network, seed);
            const auto patterns = std::make_shared<const PatternSet>(
                teacher_labels(
                    network, teacher,
                    random_patterns(network.inputs, patterns_at(load, network.inputs), seed))
                    .fold_labels());
            const auto points = local_entropy(network, teacher, patterns, options);
            for (std::size_t r = 0; r < rows.size(); ++r) {
                distance[r].push_back(points[r].distance);
                entropy[r].push_back(points[r].entropy);
                bound[r] += points[r].bound / static_cast<double>(study.seeds);
            }
        }
        for (std::size_t r = 0; r < rows.size(); ++r) {
            row({r == 0 ? fmt::format("{}", load) : "", fmt::format("{:.4f}", rows[r].field.value),
                 fmt::format("{:.2f}", rows[r].distance), words(estimate_of(distance[r])),
                 fmt::format("{:.4f}", rows[r].entropy.value), words(estimate_of(entropy[r])),
                 fmt::format("{:.4f}", bound[r])});
        }
    }
}

// ----------------------------------------------------------------------------------- enumeration

/// What one problem adds to the picture: exact lines, measured points.
void add_series(const std::string& title, const std::vector<double>& fields,
                const std::vector<double>& exact, const std::vector<double>& measured,
                Figure& figure) {
    figure.series.push_back({title + ", exact", Style::Line, fields, exact});
    figure.series.push_back({title + ", measured", Style::Points, fields, measured});
}

void enumeration(const Study& study) {
    Page page;
    page.panels.resize(2);
    page.panels[0].x.label = page.panels[1].x.label = "field along the reference solution";
    page.panels[0].y.label = "free entropy less field";
    page.panels[1].y.label = "mean distance";
    head({"problem", "field", "free entropy: exact", "measured", "distance: exact", "measured",
          "note"});
    const std::pair<const char*, const char*> problems[] = {
        {"p_n15_m5", "N = 15, M = 5"},
        {"p_n17_m9", "N = 17, M = 9"},
        {"c_n7_k3_m8", "committee, N = 7, K = 3, M = 8"}};
    for (const auto& [name, title] : problems) {
        const Oracle oracle =
            test::read_oracle(std::string("enumeration/") + name + ".enumeration.csv");
        LocalEntropyOptions options;
        options.solver = "bp";
        options.accuracy = Accuracy::Exact;
        for (int g = 0; g <= 15; ++g) options.fields.push_back(0.1 * g);
        const char* shown = title;
        std::vector<double> free_exact, free_measured, exact, measured;
        for (const LocalEntropyPoint& point : local_entropy(
                 oracle.network, test::reference_solution(oracle), oracle.patterns, options)) {
            const Pulled truth = test::pulled_solutions(oracle, point.field);
            const double free_entropy = point.entropy + point.field * point.overlap;
            row({shown, fmt::format("{:.1f}", point.field),
                 fmt::format("{:.4f}", truth.free_entropy),
                 std::isnan(free_entropy) ? "" : fmt::format("{:.4f}", free_entropy),
                 fmt::format("{:.4f}", truth.distance),
                 std::isnan(free_entropy) ? "" : fmt::format("{:.4f}", point.distance),
                 point.note});
            shown = "";
            free_exact.push_back(truth.free_entropy - point.field);
            free_measured.push_back(free_entropy - point.field);
            exact.push_back(truth.distance);
            measured.push_back(std::isnan(free_entropy) ? free_entropy : point.distance);
        }
        add_series(title, options.fields, free_exact, free_measured, page.panels[0]);
        add_series(title, options.fields, exact, measured, page.panels[1]);
    }
    if (!study.picture.empty()) draw(page, study.picture);
}

// -------------------------------------------------------------------------- round found solutions

/// Of the centre of the widest regions, where two solutions are 0.05 apart: (1 - sqrt(0.9))/2.
constexpr double centre_distance = 0.0257, pair_distance = 0.05;

/// A way to a solution.
struct Way {
    std::string title;
    std::vector<std::pair<std::string, std::string>> options;
};

const Way focused{"`bp`, to the end of the focusing",
                  {{"solver", "bp"},
                   {"schedule", "pseudo-reinforcement"},
                   {"steps", "1000"},
                   {"continue-after-solution", "true"}}};
const Way others[] = {{"`bp`, the same stopped at its first solution",
                       {{"solver", "bp"}, {"schedule", "pseudo-reinforcement"}, {"steps", "1000"}}},
                      {"`sbpi`", {{"solver", "sbpi"}}}};

Way way_of(const std::vector<std::string>& settings) {
    Way way;
    for (const std::string& setting : settings) {
        const std::size_t equals = setting.find('=');
        if (equals == std::string::npos) {
            throw Error(fmt::format("'{}' is no NAME=VALUE", setting));
        }
        way.options.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
        way.title += fmt::format("{}`{}`", way.title.empty() ? "" : " ", setting);
    }
    return way;
}

/// Round one solution.
struct Round {
    double at_centre_distance, pairs_there;  ///< entropy, mutual distance
    double at_pair_distance;                 ///< entropy
};

/// Nothing where there is no solution, or no entropy round it.
std::optional<Round> measure(const Way& way, const Network& network, double load,
                             std::uint64_t seed) {
    SolveOptions options;
    options.network = network;
    options.seed = seed;
    options.threads = 1;
    for (const auto& [name, value] : way.options) {
        const Option* option = find_option(name);
        if (!option) throw Error(fmt::format("there is no option '{}'", name));
        option->set(options, value);
    }
    const auto patterns = std::make_shared<const PatternSet>(
        random_patterns(network.inputs, patterns_at(load, network.inputs), seed));
    const SolveResult result = solve(options, patterns);
    if (result.summary.errors > 0) return std::nullopt;
    const auto points = local_entropy_at(network, result.weights, patterns,
                                         {centre_distance, 1.2 * centre_distance}, {});
    if (!points[0].note.empty() || !points[1].note.empty()) return std::nullopt;
    const double part = (pair_distance - points[0].mutual_distance) /
                        (points[1].mutual_distance - points[0].mutual_distance);
    return Round{points[0].entropy, points[0].mutual_distance,
                 points[0].entropy + part * (points[1].entropy - points[0].entropy)};
}

std::string theory(double load) {
    const double value = test::widest_entropy(load, pair_distance);
    return std::isnan(value) ? "" : fmt::format("{:.4f}", value);
}

void solutions(const Study& study) {
    const Network network{study.inputs == 0 ? 2001 : study.inputs, 1};
    const bool alone = !study.settings.empty();
    const Way widest = alone ? way_of(study.settings) : focused;
    head({"load", "solutions of", "found", "S at distance 0.0257", "less than the first by",
          "pairs are apart", "S where pairs are 0.05 apart", "theory there"});
    for (const double load : study.loads.empty() ? std::vector{0.4, 0.7} : study.loads) {
        std::map<std::uint64_t, std::optional<Round>> wide;
        const auto focused_of = [&](std::uint64_t seed) {
            if (!wide.contains(seed)) wide[seed] = measure(widest, network, load, seed);
            return wide[seed];
        };
        const auto tell = [&](const Way& way, bool first, const auto& round_of) {
            std::vector<double> centre, pairs, there, less;
            std::uint64_t seed = 0;
            while (centre.size() < study.seeds && seed < study.most_seeds) {
                const std::optional<Round> round = round_of(++seed);
                if (!round) continue;
                centre.push_back(round->at_centre_distance);
                pairs.push_back(round->pairs_there);
                there.push_back(round->at_pair_distance);
                if (const auto wider = focused_of(seed); wider && !first) {
                    less.push_back(wider->at_centre_distance - round->at_centre_distance);
                }
            }
            row({first ? fmt::format("{}", load) : "", way.title,
                 fmt::format("{} of {}", centre.size(), seed), words(estimate_of(centre)),
                 first ? "" : words(estimate_of(less)),
                 fmt::format("{:.4f}", estimate_of(pairs).mean), words(estimate_of(there)),
                 first ? theory(load) : ""});
        };
        tell(widest, true, focused_of);
        for (const Way& way : others) {
            if (alone) break;
            tell(way, false, [&](std::uint64_t seed) { return measure(way, network, load, seed); });
        }
    }
}

}  // namespace

int main(int count, char** arguments) {
    Study study;
    CLI::App app("Local entropies against theory and enumeration");
    app.add_option("table", study.table, "planted, enumeration or solutions")
        ->required()
        ->check(CLI::IsMember({"planted", "enumeration", "solutions"}));
    app.add_option("--inputs", study.inputs, "inputs; the table's if not given");
    app.add_option("--loads", study.loads, "loads; the table's if not given")->delimiter(',');
    app.add_option("--seeds", study.seeds, "teachers, or solutions of each kind");
    app.add_option("--most-seeds", study.most_seeds, "problems tried for those solutions");
    app.add_option("--settings", study.settings,
                   "options NAME=VALUE of one solver, whose solutions alone are measured");
    app.add_option("--picture", study.picture, "of enumeration: draw it into this file as well");
    CLI11_PARSE(app, count, arguments);
    try {
        if (study.table == "planted") planted(study);
        if (study.table == "enumeration") enumeration(study);
        if (study.table == "solutions") solutions(study);
    } catch (const std::exception& error) {
        std::cerr << "local_entropy: " << error.what() << '\n';
        return 1;
    }
    return 0;
}

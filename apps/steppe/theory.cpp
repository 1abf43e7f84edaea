#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "commands.hpp"
#include "number_list.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"
#include "theory_points.hpp"

namespace steppe::cli {

namespace {

struct Request {
    std::string quantity, model = "perceptron", hidden, activation = "sign", weights = "binary",
                          labels = "random", margin = "0", load = "0.6", beta, distance, stability,
                          round = "wide", replicas = "infinite", clones = "2";
    double reference_margin = 0.0, norm = 2.0;
    std::uint64_t iterations = 10, steps = 0;
    bool json = false, csv = false;

    const Option *hidden_option = nullptr, *activation_option = nullptr,
                 *reference_margin_option = nullptr, *norm_option = nullptr,
                 *replicas_option = nullptr, *load_option = nullptr, *distance_option = nullptr;
    /// Those that only some quantities have.
    std::vector<const Option*> particular;
};

constexpr const char* infinite_word = "infinite";

const TheoryQuantity& quantity_named(const std::string& name) {
    const auto& all = theory_quantities();
    return *std::find_if(all.begin(), all.end(),
                         [&](const TheoryQuantity& one) { return name == one.name; });
}

std::vector<std::string> quantity_names() {
    std::vector<std::string> names;
    for (const TheoryQuantity& one : theory_quantities()) names.emplace_back(one.name);
    return names;
}

/// A number of at least `least`, or "infinite".
Values number_or_infinite(double least, bool whole) {
    return {{infinite_word}, [=](std::string& word) -> std::string {
                const std::optional<double> value = number_of(word);
                const bool good =
                    word == infinite_word || (value && std::isfinite(*value) && *value >= least &&
                                              (!whole || *value == std::floor(*value)));
                return good ? ""
                            : fmt::format("'{}' is neither a {}number of at least {} nor '{}'",
                                          word, whole ? "whole " : "", least, infinite_word);
            }};
}

Values numbers_or_infinite() {
    return {{infinite_word}, [](std::string& word) {
                return word == infinite_word ? std::string() : number_list().check(word);
            }};
}

theory::Model model_of(const Request& r) {
    theory::Model model;
    model.weights = r.weights == "binary"    ? theory::WeightSet::Binary
                    : r.weights == "ternary" ? theory::WeightSet::Ternary
                                             : theory::WeightSet::Spherical;
    const bool several = r.model == "committee" || r.model == "parity";
    const std::string of_several =
        "belongs to --model committee or parity: a perceptron has one unit";
    refuse_unless(several, r.hidden_option, of_several);
    refuse_unless(several, r.activation_option, of_several);
    if (several) {
        model.units = r.hidden.empty()            ? 3
                      : r.hidden == infinite_word ? theory::Model::infinite
                                                  : whole_number_of(r.hidden).value();
        model.unit = theory::unit_of(r.activation);
    }
    if (r.model == "parity") model.rule = theory::Rule::Parity;
    if (r.model == "symmetric") model.rule = theory::Rule::Band;
    if (r.labels == "teacher") model.labels = theory::Labels::Teacher;
    if (!r.beta.empty() && r.beta != infinite_word) model.beta = number_of(r.beta).value();
    return model;
}

void refuse_other_options(const Request& r, const TheoryQuantity& quantity) {
    for (const Option* option : r.particular) {
        if (std::ranges::find(quantity.options, option->name) != quantity.options.end()) continue;
        std::vector<std::string> owners;
        for (const TheoryQuantity& one : theory_quantities()) {
            if (std::ranges::find(one.options, option->name) != one.options.end()) {
                owners.emplace_back(one.name);
            }
        }
        refuse_unless(false, option, fmt::format("belongs to {}", fmt::join(owners, ", ")));
    }
}

TheoryRequest request_of(const Request& r, const TheoryQuantity& quantity) {
    refuse_other_options(r, quantity);
    refuse_unless(r.round == "wide", r.replicas_option, "belongs to --round wide");
    refuse_unless(r.round == "solution", r.reference_margin_option, "belongs to --round solution");
    refuse_unless(r.round == "cross-entropy", r.norm_option, "belongs to --round cross-entropy");
    refuse_unless(quantity.name != std::string("clones") || r.distance_option->given(),
                  r.load_option,
                  "belongs to clones at a --distance: without, the load is what is found");
    TheoryRequest out;
    out.model = model_of(r);
    out.loads = numbers_of(r.load);
    out.margins = numbers_of(r.margin);
    if (out.margins.size() > 1 && quantity.name != std::string("capacity")) {
        throw Error(
            fmt::format("--margin {}: of several margins only the capacity is given", r.margin));
    }
    out.model.margin = out.margins.front();
    if (!r.distance.empty()) out.distances = numbers_of(r.distance);
    if (!r.stability.empty()) out.stabilities = numbers_of(r.stability);
    out.round = r.round;
    out.replicas = r.replicas == infinite_word ? std::numeric_limits<double>::infinity()
                                               : number_of(r.replicas).value();
    if (r.reference_margin_option->given()) out.reference_margin = r.reference_margin;
    out.norm = r.norm;
    out.clones = r.clones == infinite_word
                     ? std::vector<double>{std::numeric_limits<double>::infinity()}
                     : numbers_of(r.clones);
    out.iterations = r.iterations;
    out.steps = r.steps;
    out.model.validate();
    return out;
}

/// A value of a point as a table shows it: numbers to so many digits.
std::string cell(const TheoryPoint& value, int digits) {
    if (value.is_null()) return "";
    if (value.is_number_float()) return fmt::format("{:.{}g}", value.get<double>(), digits);
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (value.is_array()) {
        std::vector<std::string> parts;
        for (const auto& part : value) parts.push_back(cell(part, digits));
        return fmt::format("{}", fmt::join(parts, " "));
    }
    return value.is_string() ? value.get<std::string>() : value.dump();
}

void print_csv(const TheoryPoints& points, std::ostream& out) {
    const auto quoted = [](const std::string& text) {
        return text.find_first_of(",\"") == std::string::npos ? text : fmt::format("\"{}\"", text);
    };
    std::vector<std::string> names;
    for (const auto& item : points.front().items()) names.push_back(item.key());
    out << fmt::format("{}\n", fmt::join(names, ","));
    for (const TheoryPoint& point : points) {
        std::vector<std::string> cells;
        for (const auto& item : point.items()) cells.push_back(quoted(cell(item.value(), 15)));
        out << fmt::format("{}\n", fmt::join(cells, ","));
    }
}

/// Columns that have anything to say, errors of computation left out: they are in JSON and CSV.
void print_table(const TheoryPoints& points, std::ostream& out) {
    out << points.front()["model"].get<std::string>() << "\n";
    std::vector<std::vector<std::string>> columns;
    for (const auto& item : points.front().items()) {
        const std::string& name = item.key();
        if (name == "model" || name == "error" ||
            (name.size() > 6 && name.ends_with("_error") &&
             points.front().contains(name.substr(0, name.size() - 6)))) {
            continue;
        }
        std::vector<std::string> column{name};
        for (const TheoryPoint& point : points) column.push_back(cell(point[name], 8));
        if (std::all_of(column.begin() + 1, column.end(),
                        [](const std::string& text) { return text.empty(); })) {
            continue;
        }
        columns.push_back(column);
    }
    for (std::size_t row = 0; row <= points.size(); ++row) {
        std::string line;
        for (const std::vector<std::string>& column : columns) {
            std::size_t width = 0;
            for (const std::string& text : column) width = std::max(width, text.size());
            line += fmt::format("{}{:<{}}", line.empty() ? "" : "  ", column[row], width);
        }
        out << line.substr(0, line.find_last_not_of(' ') + 1) << "\n";
    }
}

int execute(const Request& r, const Streams& io) {
    if (r.json && r.csv) throw Error("--json and --csv: one of them");
    const TheoryQuantity& quantity = quantity_named(r.quantity);
    const TheoryPoints points = quantity.points(request_of(r, quantity));
    if (r.json) {
        io.out << json_line(points) << "\n";
    } else if (r.csv) {
        print_csv(points, io.out);
    } else {
        print_table(points, io.out);
    }
    return 0;
}

void add_model_options(Options& options, Request& r) {
    const char* group = "Model";
    options.add({"model", group, "NAME",
                 "perceptron (one unit), committee (the majority of several, each with its own "
                 "inputs), parity (their product), or symmetric (one unit, |field| <= margin)",
                 one_of({"perceptron", "committee", "parity", "symmetric"})},
                r.model);
    r.hidden_option =
        options.add({"hidden", group, "K", "hidden units, or 'infinite' (3 if not given)",
                     number_or_infinite(1.0, true)},
                    r.hidden);
    r.activation_option =
        options.add({"activation", group, "NAME", "what a hidden unit makes of its field",
                     one_of({"sign", "relu", "erf", "tanh", "square"})},
                    r.activation);
    options.add({"weights", group, "NAME",
                 "what a weight may be: binary (+1 or -1), ternary (-1, 0 or 1), or spherical",
                 one_of({"binary", "ternary", "spherical"})},
                r.weights);
    options.add({"margin", group, "KAPPA",
                 "a field must exceed it, of either sign; of capacity several", number_list()},
                r.margin);
    options.add({"labels", group, "NAME", "random, or those of a teacher of the same kind",
                 one_of({"random", "teacher"})},
                r.labels);
    options.add({"beta", group, "BETA",
                 "what a pattern costs that is not stored ('infinite' if not given: it is "
                 "forbidden)",
                 number_or_infinite(0.0, false)},
                r.beta);
}

void add_particular_options(Options& options, Request& r) {
    const auto keep = [&](const Option* option) { r.particular.push_back(option); };
    r.load_option = options.add(
        {"load", "Where", "A", "patterns per weight, one or several", number_list()}, r.load);
    keep(r.load_option);
    r.distance_option = options.add(
        {"distance", "Where", "D",
         "of local-entropy and clones: (1 - overlap)/2, above 0 and below 0.5", number_list()},
        r.distance);
    keep(r.distance_option);
    keep(options.add(
        {"round", "Where", "WHAT",
         "of local-entropy: wide (regions that hold the most solutions; their distance is that "
         "of two of them), teacher, solution (a typical one), or cross-entropy (its minimiser)",
         one_of({"wide", "teacher", "solution", "cross-entropy"})},
        r.round));
    r.replicas_option =
        options.add({"replicas", "Where", "Y",
                     "of --round wide: how many solutions look for a region together (infinite)",
                     number_or_infinite(1.0, false)},
                    r.replicas);
    r.reference_margin_option = options.add(
        {"reference-margin", "Where", "KAPPA",
         "of --round solution: the margin that it has (that of the model)", real_number()},
        r.reference_margin);
    r.norm_option =
        options.add({"norm", "Where", "GAMMA", "of --round cross-entropy: the norm of the weights",
                     real_number(), fmt::to_string(r.norm)},
                    r.norm);
    for (const Option* option : {r.replicas_option, r.reference_margin_option, r.norm_option}) {
        keep(option);
    }
    keep(options.add({"clones", "Where", "M", "how many, one number or several, or 'infinite'",
                      numbers_or_infinite()},
                     r.clones));
    keep(options.add({"stability", "Where", "H",
                      "of stabilities: where the density is taken (from the "
                      "margin up if not given)",
                      number_list()},
                     r.stability));
    keep(options.add({"iterations", "Where", "COUNT", "of state-evolution", whole_number(1, 100000),
                      fmt::to_string(r.iterations)},
                     r.iterations));
    keep(options.add(
        {"steps", "Where", "COUNT", "of capacity: steps of broken replica symmetry, 0 to 2",
         whole_number(0, 2), fmt::to_string(r.steps)},
        r.steps));
}

}  // namespace

Command theory_command() {
    auto request = std::make_shared<Request>();
    Command command{"theory",
                    "what replica theory says of a model",
                    {"steppe theory entropy --load 0.1:0.8:0.1",
                     "steppe theory capacity --weights spherical --margin -1:1:0.5",
                     "steppe theory generalisation --labels teacher --load 0.2:1.4:0.2 --csv"},
                    [request](const Streams& io) { return execute(*request, io); }};
    Options& options = command.options;
    options.add({.name = "quantity",
                 .group = "Quantity",
                 .value_name = "QUANTITY",
                 .help = fmt::format("one of {}", fmt::join(quantity_names(), ", ")),
                 .values = one_of(quantity_names()),
                 .required = true,
                 .positional = true},
                request->quantity);
    add_model_options(options, *request);
    add_particular_options(options, *request);
    options.add({"json", "Output", "", "print a list of points as JSON"}, request->json);
    options.add({"csv", "Output", "", "print a table of comma-separated values"}, request->csv);
    return command;
}

}  // namespace steppe::cli

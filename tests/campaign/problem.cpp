#include "problem.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "steppe/options/solver.hpp"
#include "support/files.hpp"

namespace steppe::campaign {

namespace {

double number(const std::string& text) {
    return std::stod(text);
}

std::size_t count(const std::string& text) {
    return std::stoul(text);
}

template <class Kind>
Kind word(const std::string& text, const std::vector<std::pair<const char*, Kind>>& words) {
    for (const auto& [name, kind] : words) {
        if (text == name) return kind;
    }
    throw std::runtime_error("the campaign does not know the word '" + text + "'");
}

Ramp ramp(const std::string& text) {
    if (text.find(':') != std::string::npos) return Ramp::parse(text);
    return {number(text), number(text), Ramp::Shape::Linear};
}

void set_schedule(SolveOptions& options, const std::string& text) {
    ScheduleOptions& schedule = options.schedule;
    if (text.starts_with("list:")) {
        schedule.kind = ScheduleKind::File;
        schedule.file = schedule_file(text);
        return;
    }
    schedule.kind =
        word<ScheduleKind>(text, {{"auto", ScheduleKind::Auto},
                                  {"none", ScheduleKind::None},
                                  {"reinforcement", ScheduleKind::Reinforcement},
                                  {"pseudo-reinforcement", ScheduleKind::PseudoReinforcement},
                                  {"scoping", ScheduleKind::Scoping}});
}

void set_symmetry(SolveOptions& options, const std::string& text) {
    const std::size_t colon = text.find(':');
    options.symmetry_field = number(text.substr(0, colon));
    if (colon != std::string::npos) options.symmetry_decay = number(text.substr(colon + 1));
}

void set_replicas(SolveOptions& options, const std::string& text) {
    const Solver* by = find_solver(options.solver);
    if (by && by->learns()) {
        options.learning.replicas = count(text);
    } else {
        options.schedule.replicas = number(text);
    }
}

using Setter = std::function<void(SolveOptions&, const std::string&)>;

const std::map<std::string, Setter>& setters() {
    using O = SolveOptions&;
    using S = const std::string&;
    static const std::map<std::string, Setter> all{
        {"solver", [](O o, S s) { o.solver = s; }},
        {"accuracy",
         [](O o, S s) {
             o.accuracy = word<Accuracy>(s, {{"exact", Accuracy::Exact},
                                             {"gaussian", Accuracy::Gaussian},
                                             {"relaxed", Accuracy::Relaxed}});
         }},
        {"precision",
         [](O o, S s) {
             o.precision =
                 word<Precision>(s, {{"single", Precision::Single}, {"double", Precision::Double}});
         }},
        {"block", [](O o, S s) { o.block = count(s); }},
        {"damping", [](O o, S s) { o.damping = number(s); }},
        {"running-margin", [](O o, S s) { o.running_margin = number(s); }},
        {"restarts", [](O o, S s) { o.restarts = count(s); }},
        {"tolerance", [](O o, S s) { o.tolerance = number(s); }},
        {"symmetry-field", set_symmetry},
        {"schedule", set_schedule},
        {"steps", [](O o, S s) { o.schedule.steps = s == "auto" ? 0 : count(s); }},
        {"iterations-per-step", [](O o, S s) { o.schedule.iterations_per_step = count(s); }},
        {"free-iterations", [](O o, S s) { o.schedule.free_iterations = count(s); }},
        {"step-tolerance", [](O o, S s) { o.schedule.step_tolerance = number(s); }},
        {"exponent", [](O o, S s) { o.schedule.exponent = number(s); }},
        {"reinforcement-form",
         [](O o, S s) {
             o.schedule.form =
                 s == "fields" ? ReinforcementForm::Fields : ReinforcementForm::Replicas;
         }},
        {"replicas", set_replicas},
        {"coupling-range", [](O o, S s) { o.schedule.coupling_range = ramp(s); }},
        {"preset",
         [](O o, S s) {
             o.learning.preset = s == "fast" ? LearningPreset::Fast : LearningPreset::Slow;
         }},
        {"stop-at",
         [](O o, S s) {
             o.learning.stop_at = word<StopAt>(s, {{"network", StopAt::Network},
                                                   {"surrogate", StopAt::Surrogate},
                                                   {"both", StopAt::Both}});
         }},
        {"rate", [](O o, S s) { o.learning.rate = ramp(s); }},
        {"beta", [](O o, S s) { o.learning.beta = ramp(s); }},
        {"gamma", [](O o, S s) { o.learning.gamma = ramp(s); }},
        {"pull", [](O o, S s) { o.learning.pull = ramp(s); }},
        {"tau", [](O o, S s) { o.others["tau"] = s; }},
        {"strength", [](O o, S s) { o.others["strength"] = s; }},
        {"epochs", [](O o, S s) { o.learning.epochs = count(s); }},
        {"batch", [](O o, S s) { o.learning.batch = count(s); }},
        {"momentum", [](O o, S s) { o.learning.momentum = number(s); }},
        {"start-norm", [](O o, S s) { o.learning.start_norm = number(s); }},
        {"threads", [](O o, S s) { o.threads = count(s); }},
        {"max-iterations", [](O o, S s) { o.max_iterations = count(s); }},
        {"continue-after-solution", [](O o, S) { o.continue_after_solution = true; }},
        {"seed", [](O o, S s) { o.seed = std::stoull(s); }},
    };
    return all;
}

std::optional<std::string> why_network_refused(const Network& n) {
    const bool relu = n.activation == Activation::Relu, parity = n.gate == Gate::Parity;
    if (n.inputs == 0 || n.hidden == 0) return "nothing there";
    if (!std::isfinite(n.margin)) return "margin no number";
    if (n.wiring == Wiring::Tree && n.inputs % n.hidden != 0) return "tree not shared out";
    if (relu) {
        if (n.hidden < 2) return "one ReLU unit";
        if (parity) return "parity of ReLU units";
        if (n.weights == WeightKind::Binary) return "binary ReLU";
        if (n.margin != 0.0) return "margin of ReLU units";
        return {};
    }
    if (parity && n.hidden < 2) return "parity of one unit";
    if (!parity && n.hidden % 2 == 0) return "majority of an even number";
    return {};
}

std::optional<std::string> why_solver_refused(const Problem& p, const std::string& solver) {
    const Network& n = p.network;
    const bool relu = n.activation == Activation::Relu, parity = n.gate == Gate::Parity;
    const bool binary = n.weights == WeightKind::Binary;
    const std::string* replicas = p.option("replicas");
    if (solver == "lal" || solver == "elal") {
        if (relu || binary) return "greedy learning of ReLU units or binary weights";
        if (solver == "elal" && replicas && count(*replicas) < 2) return "one replica";
        return {};
    }
    if (solver == "sbpi") {
        if (!binary || p.real) return "sbpi takes binary weights and +-1 inputs";
        return {};
    }
    if (solver == "mc") {
        if (!binary || p.real || n.hidden > 1) {
            return "mc takes one unit of binary weights and +-1 inputs";
        }
        return {};
    }
    if (solver == "sgd") {
        if (binary || parity) return "sgd takes real weights, no parity";
        return {};
    }
    if (solver == "rsgd") {
        if (parity) return "rsgd takes no parity";
        if (replicas && (binary ? count(*replicas) % 2 == 0 : count(*replicas) < 2)) {
            return "replicas of rsgd";
        }
        return {};
    }
    if (relu) return "messages pass through sign units only";
    return {};
}

std::optional<std::string> why_number_refused(const Problem& p) {
    const auto outside = [&](const char* name, const auto& allowed) {
        const std::string* text = p.option(name);
        return text && !allowed(number(*text));
    };
    const auto part = [](double x) { return x >= 0.0 && x < 1.0; };
    const auto zero_or_more = [](double x) { return x >= 0.0 && std::isfinite(x); };
    if (outside("damping", part)) return "damping";
    if (outside("momentum", part)) return "momentum";
    if (outside("running-margin", zero_or_more)) return "running-margin";
    if (outside("step-tolerance", [](double x) { return x >= 0.0; })) return "step-tolerance";
    if (outside("tolerance", [](double x) { return x > 0.0; })) return "tolerance";
    if (outside("exponent", [](double x) { return x >= 0.0 && x <= 1.0; })) return "exponent";
    if (outside("start-norm", [](double x) { return x > 0.0 && std::isfinite(x); })) {
        return "start-norm";
    }
    for (const char* name : {"batch", "epochs", "iterations-per-step", "replicas"}) {
        if (outside(name, [](double x) { return x >= 1.0; })) return name;
    }
    for (const char* name : {"rate", "beta", "gamma"}) {
        const std::string* text = p.option(name);
        if (text && !(ramp(*text).from > 0.0 && ramp(*text).to > 0.0)) return name;
    }
    return {};
}

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, " "));
}

void read_network(std::istringstream& words, Problem& problem) {
    Network& n = problem.network;
    for (std::string key, value; words >> key >> value;) {
        if (key == "inputs") n.inputs = count(value);
        if (key == "hidden") n.hidden = count(value);
        if (key == "wiring" && value == "tree") n.wiring = Wiring::Tree;
        if (key == "gate" && value == "parity") n.gate = Gate::Parity;
        if (key == "weights" && value == "spherical") n.weights = WeightKind::Spherical;
        if (key == "units" && value == "relu") n.activation = Activation::Relu;
        if (key == "margin") n.margin = number(value);
        if (key == "numbers") problem.real = value == "real";
    }
}

}  // namespace

const std::string* Problem::option(const std::string& name) const {
    for (const auto& [key, value] : options) {
        if (key == name) return &value;
    }
    return nullptr;
}

void Problem::set(const std::string& name, const std::string& value) {
    for (auto& [key, old] : options) {
        if (key == name) {
            old = value;
            return;
        }
    }
    options.emplace_back(name, value);
}

bool Problem::drop(const std::string& name) {
    return std::erase_if(options, [&](const auto& option) { return option.first == name; }) > 0;
}

bool Problem::operator==(const Problem& other) const {
    return to_text(*this) == to_text(other);
}

Patterns library_patterns(const Problem& problem) {
    const std::size_t inputs = problem.network.inputs;
    std::vector<signed char> labels(problem.labels.begin(), problem.labels.end());
    if (problem.real) {
        return std::make_shared<const RealPatterns>(RealPatterns::from_values(
            inputs, problem.patterns(), problem.inputs, std::move(labels)));
    }
    std::vector<signed char> signs(problem.inputs.size());
    for (std::size_t j = 0; j < signs.size(); ++j) signs[j] = problem.inputs[j] > 0.0f ? 1 : -1;
    return std::make_shared<const PatternSet>(
        PatternSet::from_signs(inputs, problem.patterns(), signs, labels));
}

Weights library_weights(const Network& network, const std::vector<double>& values) {
    if (network.weights == WeightKind::Spherical) {
        return Weights::from_values(network.unit_inputs(), network.hidden, values);
    }
    std::vector<signed char> signs(values.size());
    for (std::size_t j = 0; j < signs.size(); ++j) signs[j] = values[j] > 0.0 ? 1 : -1;
    return Weights::from_signs(network.unit_inputs(), network.hidden, signs);
}

SolveOptions library_options(const Problem& problem) {
    SolveOptions options;
    options.network = problem.network;
    // The solver first: `replicas` is of two kinds.
    if (const std::string* name = problem.option("solver")) options.solver = *name;
    for (const auto& [name, value] : problem.options) {
        const auto setter = setters().find(name);
        if (setter == setters().end()) {
            throw std::runtime_error("the campaign does not know the option '" + name + "'");
        }
        setter->second(options, value);
    }
    if (!problem.teacher.empty()) {
        options.teacher = library_weights(problem.network, problem.teacher);
    }
    return options;
}

std::optional<std::string> why_refused(const Problem& problem) {
    if (const auto why = why_network_refused(problem.network)) return why;
    const std::string* name = problem.option("solver");
    const std::string kind = name ? *name : "auto";
    if (const auto why = why_solver_refused(problem, kind)) return why;
    const std::string* accuracy = problem.option("accuracy");
    const bool exact = accuracy && *accuracy == "exact" && kind == "bp";
    if (exact && (problem.real || problem.network.weights == WeightKind::Spherical)) {
        return "exact takes +-1 inputs and weights";
    }
    return why_number_refused(problem);
}

std::string schedule_file(const std::string& list) {
    static const test::Folder folder;
    std::string lines = list.substr(list.find(':') + 1);
    for (char& c : lines) {
        if (c == ';') c = '\n';
    }
    const std::string path = folder / fmt::format("schedule-{:x}", std::hash<std::string>{}(lines));
    if (!std::filesystem::exists(path)) {
        // Other threads may want the same one: it appears whole.
        const std::string own =
            path + fmt::format("-{:x}", std::hash<std::thread::id>{}(std::this_thread::get_id()));
        std::ofstream(own) << lines << "\n";
        std::filesystem::rename(own, path);
    }
    return path;
}

std::vector<std::string> arguments(const Problem& problem) {
    const Network& n = problem.network;
    std::vector<std::string> out{"--model", n.name()};
    if (n.name() != "perceptron") {
        out.insert(out.end(), {"--hidden", std::to_string(n.hidden), "--wiring",
                               n.wiring == Wiring::Tree ? "tree" : "full"});
    }
    out.insert(out.end(), {"--weights", weight_kind_name(n.weights)});
    if (n.margin != 0.0) out.push_back(fmt::format("--margin={}", n.margin));
    if (n.activation == Activation::Relu) out.insert(out.end(), {"--activation", "relu"});
    for (const auto& [name, value] : problem.options) {
        out.push_back("--" + name);
        if (name == "continue-after-solution") continue;
        out.push_back(value.starts_with("list:") ? schedule_file(value) : value);
    }
    return out;
}

std::string input_text(const Problem& problem, std::size_t a, std::size_t i) {
    return fmt::format("{:.9g}", static_cast<double>(problem.input(a, i)));
}

std::string to_text(const Problem& problem) {
    const Network& n = problem.network;
    std::string out = fmt::format(
        "network inputs {} hidden {} wiring {} gate {} weights {} units {} margin {:.17g} "
        "numbers {}\n",
        n.inputs, n.hidden, n.wiring == Wiring::Tree ? "tree" : "full",
        n.gate == Gate::Parity ? "parity" : "majority", weight_kind_name(n.weights),
        activation_name(n.activation), n.margin, problem.real ? "real" : "signs");
    for (const auto& [name, value] : problem.options) {
        out += fmt::format("option {} {}\n", name, value);
    }
    if (!problem.teacher.empty()) {
        out += fmt::format("teacher {:.17g}\n", fmt::join(problem.teacher, " "));
    }
    for (std::size_t a = 0; a < problem.patterns(); ++a) {
        std::vector<std::string> row{fmt::format("pattern {:+d}", problem.labels[a])};
        for (std::size_t i = 0; i < n.inputs; ++i) row.push_back(input_text(problem, a, i));
        out += joined(row) + "\n";
    }
    return out;
}

Problem read_problem(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("no file " + path);
    return read_problem(file, path);
}

Problem read_problem(std::istream& file, const std::string& path) {
    Problem problem;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string first;
        if (!(words >> first)) continue;
        if (first == "network") {
            read_network(words, problem);
        } else if (first == "option") {
            std::string name, value;
            words >> name;
            std::getline(words >> std::ws, value);
            problem.options.emplace_back(name, value);
        } else if (first == "teacher") {
            for (std::string word; words >> word;) problem.teacher.push_back(number(word));
        } else if (first == "pattern") {
            int label = 0;
            words >> label;
            problem.labels.push_back(label);
            for (std::string word; words >> word;) problem.inputs.push_back(std::stof(word));
        } else {
            throw std::runtime_error(path + ": '" + first + "' starts no line of a case");
        }
    }
    if (problem.inputs.size() != problem.labels.size() * problem.network.inputs) {
        throw std::runtime_error(path + ": rows and inputs disagree");
    }
    return problem;
}

}  // namespace steppe::campaign

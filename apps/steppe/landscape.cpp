#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <ostream>

#include "commands.hpp"
#include "interrupt.hpp"
#include "landscape_answer.hpp"
#include "number_list.hpp"
#include "outputs.hpp"
#include "progress_line.hpp"
#include "solutions.hpp"
#include "steppe/data/file_format.hpp"
#include "steppe/data/output.hpp"
#include "steppe/error.hpp"
#include "steppe/landscape/measures.hpp"
#include "steppe/landscape/typical_stabilities.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/network_json.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/numeric/threads.hpp"
#include "steppe/options/words.hpp"
#include "steppe/run/teacher_errors.hpp"

namespace steppe::cli {

namespace {

struct Request {
    std::vector<std::string> files;
    ProblemOptions problem;
    std::string measures, noise, sizes, fields, radii, ball = "box";
    MeasureOptions how;
    double time_limit = 0.0;
    std::size_t threads = 0;
    bool json = false, quiet = false;
    std::string out, csv;

    const Option *files_option = nullptr, *noise_option = nullptr, *sizes_option = nullptr,
                 *fields_option = nullptr, *radii_option = nullptr, *out_option = nullptr,
                 *csv_option = nullptr;
    /// Options that mean something to some measures only, and to which.
    struct OfMeasures {
        const Option* option;
        std::vector<std::string> measures;
    };
    std::vector<OfMeasures> of_measures;
};

/// What is to be taken.
struct Plan {
    std::vector<const Measure*> of_each;
    bool barrier = false, overlaps = false, typical = false;
};

bool is_between(const std::string& name) {
    return std::ranges::find(measures_between, name) != std::end(measures_between);
}

constexpr std::string_view typical_name = measures_of_patterns[0];

std::vector<std::string> measure_names() {
    std::vector<std::string> names;
    for (const Measure& measure : all_measures()) names.emplace_back(measure.name);
    names.insert(names.end(), std::begin(measures_of_patterns), std::end(measures_of_patterns));
    names.insert(names.end(), std::begin(measures_between), std::end(measures_between));
    return names;
}

std::vector<std::string> split_names(const std::string& text) {
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        names.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return names;
}

std::string wrong_measure(const std::string& text) {
    const std::vector<std::string> all = measure_names(), names = split_names(text);
    for (const std::string& name : names) {
        if (name == "all" && names.size() > 1) return "'all' stands alone, without other names";
        if (std::ranges::count(names, name) > 1)
            return fmt::format("'{}' stands there twice", name);
        if (name == "all" || std::ranges::find(all, name) != all.end()) continue;
        const std::string near = nearest_word(name, all);
        return fmt::format("'{}' is not allowed; it may be all, or some of {}, with commas{}", name,
                           list_words(all),
                           near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
    }
    return "";
}

/// Without names the cheap ones that the network has; those that are named it must have.
Plan plan_of(const Request& r, const Network& network) {
    Plan plan;
    const bool several = r.files.size() > 1;
    if (r.measures.empty() || r.measures == "all") {
        plan.typical = r.measures == "all" && why_no_typical_stabilities(network).empty();
        for (const Measure& measure : all_measures()) {
            const bool wanted = measure.cheap || r.measures == "all";
            if (wanted && measure.refuses(network).empty()) plan.of_each.push_back(&measure);
        }
        plan.barrier = plan.overlaps = several;
        return plan;
    }
    for (const std::string& name : split_names(r.measures)) {
        if (is_between(name) && !several) {
            throw Error(fmt::format("--measure {} is between solutions: name two or more", name));
        }
        plan.barrier = plan.barrier || name == "barrier";
        plan.overlaps = plan.overlaps || name == "overlaps";
        if (is_between(name)) continue;
        const bool typical = name == typical_name;
        const Measure* const measure = typical ? nullptr : &measure_named(name);
        const std::string why =
            typical ? why_no_typical_stabilities(network) : measure->refuses(network);
        if (!why.empty()) throw Error(fmt::format("--measure {}: {}", name, why));
        plan.typical = plan.typical || typical;
        if (!typical) plan.of_each.push_back(measure);
    }
    return plan;
}

/// Refuses options of measures that are not taken: they would do nothing.
void refuse_idle_options(const Request& r, const Plan& plan) {
    const auto taken = [&](const std::string& name) {
        if (name == typical_name) return plan.typical;
        return std::ranges::any_of(plan.of_each,
                                   [&](const Measure* measure) { return measure->name == name; });
    };
    for (const auto& [option, measures] : r.of_measures) {
        refuse_unless(std::ranges::any_of(measures, taken), option,
                      fmt::format("belongs to --measure {}, {} taken", fmt::join(measures, " or "),
                                  measures.size() == 1 ? "which is not" : "neither of which is"));
    }
}

MeasureOptions options_of(const Request& r, const Network& network) {
    MeasureOptions how = r.how;
    how.seed = r.problem.seed();
    for (const Noise noise : {Noise::Multiplicative, Noise::Additive, Noise::Flips}) {
        if (r.noise == noise_name(noise)) how.noise = noise;
    }
    if (r.sizes_option->given()) how.noise_sizes = numbers_of(r.sizes);
    if (r.fields_option->given()) how.fields = numbers_of(r.fields);
    if (r.radii_option->given()) how.sharpness.radii = numbers_of(r.radii);
    for (const Ball ball : {Ball::Box, Ball::MeanSquare}) {
        if (r.ball == ball_name(ball)) how.sharpness.ball = ball;
    }
    how.sharpness.beta = how.hessian.beta;
    how.sharpness.gamma = how.hessian.gamma;
    return settled(std::move(how), network);
}

/// What ends measures early, and shows how far they are.
class Watch {
  public:
    Watch(const Request& r, const Streams& io)
        : limit_(r.time_limit), show_(!r.quiet && ProgressLine::possible()), line_(io.err) {}

    /// Of one measure, in words.
    LandscapeObserver observer(const std::string& measure) {
        return [this, measure](double done) {
            if (show_) line_.show(fmt::format("{}  {:.0f} %", measure, 100.0 * done));
            return !ended();
        };
    }
    bool ended() const { return interrupt_.raised() || late(); }
    /// Marks what was not measured to its end.
    void leave(MeasureJson& answer) {
        answer["unfinished"] = true;
        left_ = true;
    }
    std::string status() const {
        return !left_ ? "measured" : interrupt_.raised() ? "interrupted" : "time-limit";
    }
    void clear() { line_.clear(); }

  private:
    bool late() const {
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start_;
        return limit_ > 0.0 && taken.count() > limit_;
    }

    InterruptFlag interrupt_;
    double limit_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    bool show_, left_ = false;
    ProgressLine line_;
};

/// take(answer) fills in the answer.
template <class Take>
MeasureJson watched(Watch& watch, const Take& take) {
    MeasureJson answer = MeasureJson::object();
    bool whole = false;
    try {
        if (!watch.ended()) {
            take(answer);
            whole = true;
        }
    } catch (const Interrupted&) {
    }
    if (!whole) watch.leave(answer);
    return answer;
}

MeasureJson measures_of(const SolvedProblem& solved, std::size_t number, const Plan& plan,
                        const MeasureOptions& how, Watch& watch) {
    MeasureJson measures = MeasureJson::object();
    const Measured measured{solved.problem.network, solved.solutions[number].weights,
                            solved.problem.patterns};
    for (const Measure* measure : plan.of_each) {
        const std::string words =
            fmt::format("solution {}/{}  {}", number + 1, solved.solutions.size(), measure->name);
        measures[std::string(measure->name)] = watched(watch, [&](MeasureJson& answer) {
            measure->take(measured, how, watch.observer(words), answer);
        });
    }
    return measures;
}

MeasureJson solution_json(const Request& r, const SolvedProblem& solved, std::size_t number) {
    const Network& network = solved.problem.network;
    const std::size_t errors = solved.problem.patterns.visit([&](const auto& set) {
        return count_errors(network, solved.solutions[number].weights, *set);
    });
    MeasureJson json{{"solution", r.files[number]}, {"errors", errors}};
    const std::optional<bool> same = solved.same_patterns(number);
    json["same_patterns"] = same ? MeasureJson(*same) : MeasureJson();
    json["teacher_overlap"] = nullptr;
    if (r.problem.has_teacher()) {
        json["teacher_overlap"] =
            teacher_overlap(network, solved.solutions[number].weights.values(),
                            random_teacher(network, r.problem.seed()));
    }
    return json;
}

/// One path between each solution and the next.
MeasureJson barriers(const Request& r, const SolvedProblem& solved, const MeasureOptions& how,
                     Watch& watch) {
    const std::vector<Solution>& solutions = solved.solutions;
    const ProblemOptions::Problem& problem = solved.problem;
    const auto between = [&](std::size_t a, std::size_t b) {
        MeasureJson json = MeasureJson::object();
        if (watch.ended()) {
            watch.leave(json);
            return json;
        }
        return barrier_json(problem.network, solutions[a].weights, solutions[b].weights,
                            problem.patterns, how);
    };
    if (solutions.size() == 2) return between(0, 1);
    MeasureJson pairs = MeasureJson::array();
    for (std::size_t i = 0; i + 1 < solutions.size(); ++i) {
        MeasureJson pair{{"first", r.files[i]}, {"second", r.files[i + 1]}};
        pair.update(between(i, i + 1));
        pairs.push_back(std::move(pair));
    }
    return {{"pairs", std::move(pairs)}};
}

MeasureJson overlaps(const SolvedProblem& solved, const MeasureOptions& how, Watch& watch) {
    if (watch.ended()) {
        MeasureJson json = MeasureJson::object();
        watch.leave(json);
        return json;
    }
    std::vector<Weights> weights;
    for (const Solution& solution : solved.solutions) weights.push_back(solution.weights);
    return overlaps_json(solved.problem.network, weights, how);
}

MeasureJson measure_all(const Request& r, const SolvedProblem& solved, const Plan& plan,
                        const MeasureOptions& how, Watch& watch) {
    // No structured binding: clang 14 cannot capture one.
    const auto& solutions = solved.solutions;
    const auto& problem = solved.problem;
    MeasureJson list = MeasureJson::array(), between = MeasureJson::object();
    for (std::size_t i = 0; i < solutions.size(); ++i) {
        MeasureJson one = solution_json(r, solved, i);
        one["measures"] = measures_of(solved, i, plan, how, watch);
        list.push_back(std::move(one));
    }
    if (plan.barrier) between["barrier"] = barriers(r, solved, how, watch);
    if (plan.overlaps) between["overlaps"] = overlaps(solved, how, watch);
    const Network& network = problem.network;
    MeasureJson of_patterns = MeasureJson::object();
    if (plan.typical) {
        const std::string name(typical_name);
        of_patterns[name] = watched(watch, [&](MeasureJson& answer) {
            take_typical_stabilities(network, problem.patterns, how, watch.observer(name), answer);
        });
    }
    MeasureJson json{{"status", watch.status()},
                     {"model", network_json(network)},
                     {"patterns", problem.patterns.patterns()},
                     {"labels", r.problem.labels_json()},
                     {"seed", how.seed}};
    if (solutions.size() == 1) {
        json.update(list.front());
    } else {
        if (!solutions.empty()) json["solutions"] = std::move(list);
        json["measures"] = std::move(between);
    }
    json["measures"].update(of_patterns);
    return json;
}

/// Where one of the measures is of them.
void require_solutions(const Request& r) {
    if (!r.files.empty()) return;
    for (const std::string& name : split_names(r.measures)) {
        if (name == typical_name) continue;
        throw Error(fmt::format("'steppe landscape' needs a {}: {}; only --measure {} needs none",
                                r.files_option->value_name, r.files_option->help, typical_name));
    }
}

Outputs outputs_of(const Request& r) {
    if (!r.out.empty()) require_json_name(r.out);
    if (!r.csv.empty()) require_csv_name(r.csv);
    Outputs outputs;
    for (const std::string& file : r.files) outputs.reads(r.files_option, file);
    outputs.writes(r.out_option, r.out);
    outputs.writes(r.csv_option, r.csv);
    r.problem.list_files(outputs);
    outputs.check(r.json);
    return outputs;
}

int execute(Request& r, const Streams& io) {
    const Outputs outputs = outputs_of(r);
    require_solutions(r);
    const SolvedProblem solved = read_solved(r.problem, r.files);
    const Network& network = solved.problem.network;
    const Plan plan = plan_of(r, network);
    refuse_idle_options(r, plan);
    const MeasureOptions how = options_of(r, network);
    Watch watch(r, io);
    MeasureJson json;
    Threads(r.threads).run([&] { json = measure_all(r, solved, plan, how, watch); });
    watch.clear();
    std::ostream& says = outputs.use_standard_output() ? io.err : io.out;
    says << (r.json ? json_line(json) + "\n" : answer_text(json));
    if (!r.out.empty()) write_text(r.out, json_line(json) + "\n");
    if (!r.csv.empty()) write_text(r.csv, answer_csv(json));
    const std::string status = json["status"].get<std::string>();
    return status == "measured" ? 0 : status == "interrupted" ? 3 : 1;
}

/// What stands for a list that is not given: of +-1 weights, and of real ones where it is another.
std::string defaults_text(const std::function<std::vector<double>(const MeasureOptions&)>& list) {
    Network binary, real;
    real.weights = WeightKind::Spherical;
    const std::string of_signs = list_text(list(settled({}, binary))),
                      of_reals = list_text(list(settled({}, real)));
    if (of_signs == of_reals) return fmt::format(" ({} if not given)", of_reals);
    return fmt::format(" ({}, of +-1 weights {}, if not given)", of_reals, of_signs);
}

void add_measure_options(Options& options, Request& r) {
    std::string help =
        "what to measure, with commas between (all: everything that the network has; the cheap "
        "ones "
        "if not given)";
    for (const Measure& measure : all_measures()) {
        help += fmt::format("; {}: {}", measure.name, measure.meaning);
    }
    help += fmt::format(
        "; {}: the distribution of the sums that all solutions of one unit have on average, by "
        "message passing, no solution needed",
        typical_name);
    help +=
        "; barrier: the error along the path from a solution to the next; overlaps: of all pairs";
    const Values names{measure_names(), [](std::string& word) { return wrong_measure(word); }};
    options.add({"measure", "Measure", "NAME[,NAME...]", help, names}, r.measures);
    r.noise_option = options.add({"noise", "Measure", "KIND",
                                  "flatness: multiplicative (w (1 + s z)), additive (w + s z, in "
                                  "units of the root mean square weight, scaled back), of +-1 "
                                  "weights flips (multiplicative, or flips, if not given)",
                                  one_of({"multiplicative", "additive", "flips"})},
                                 r.noise);
    r.sizes_option =
        options.add({"noise-sizes", "Measure", "LIST",
                     "flatness: sizes of the noise, a deviation or the part that is "
                     "flipped" +
                         defaults_text([](const auto& how) { return how.noise_sizes; }),
                     number_list()},
                    r.sizes);
    const Option* perturbations =
        options.add({"perturbations", "Measure", "COUNT", "flatness: at each size", at_least(1),
                     fmt::to_string(r.how.perturbations)},
                    r.how.perturbations);
    r.fields_option = options.add({"gamma", "Measure", "LIST",
                                   "local entropy: fields along the weights, each of which holds "
                                   "the solutions at a distance" +
                                       defaults_text([](const auto& how) { return how.fields; }),
                                   number_list()},
                                  r.fields);
    const Option* solver = options.add(
        {"solver", "Measure", "NAME", "local entropy, typical stabilities: by auto, amp, bp or ep",
         one_of({"auto", "amp", "bp", "ep"})},
        r.how.solver);
    const Option* beta =
        options.add({"loss-beta", "Measure", "BETA", "hessian, sharpness: slope of tanh units",
                     real_number(), fmt::to_string(r.how.hessian.beta)},
                    r.how.hessian.beta);
    const Option* gamma =
        options.add({"loss-gamma", "Measure", "GAMMA",
                     "hessian, sharpness: inverse temperature of the cross-entropy", real_number(),
                     fmt::to_string(r.how.hessian.gamma)},
                    r.how.hessian.gamma);
    r.radii_option =
        options.add({"radii", "Measure", "LIST",
                     "sharpness: radii of the balls, in units of each weight" +
                         defaults_text([](const auto& how) { return how.sharpness.radii; }),
                     number_list()},
                    r.radii);
    const Option* ball =
        options.add({"ball", "Measure", "NAME",
                     "sharpness: box (no weight changes by more than that part of itself), or "
                     "mean-square (nor the root mean square of these parts)",
                     one_of({"box", "mean-square"})},
                    r.ball);
    r.of_measures = {{r.noise_option, {"flatness"}},
                     {r.sizes_option, {"flatness"}},
                     {perturbations, {"flatness"}},
                     {r.fields_option, {"local-entropy"}},
                     {solver, {"local-entropy", std::string(typical_name)}},
                     {beta, {"hessian", "sharpness"}},
                     {gamma, {"hessian", "sharpness"}},
                     {r.radii_option, {"sharpness"}},
                     {ball, {"sharpness"}}};
}

}  // namespace

Command landscape_command() {
    auto request = std::make_shared<Request>();
    Command command{
        "landscape",
        "measure how wide and flat the region is that solutions lie in",
        {"steppe landscape weights.txt --inputs 1001 --load 0.7 --seed 2",
         "steppe landscape a.h5 b.h5 --patterns patterns.h5 --json",
         "steppe landscape weights.h5 --patterns patterns.h5 --measure flatness,local-entropy "
         "--out landscape.json",
         "steppe landscape --inputs 10001 --load 0.39 --measure typical-stabilities"},
        [request](const Streams& io) { return execute(*request, io); }};
    Options& options = command.options;
    request->files_option = options.add({.name = "solution",
                                         .group = "Solutions",
                                         .value_name = "FILE",
                                         .help = "weights: text or HDF5, as --out of solve"},
                                        request->files);
    add_measure_options(options, *request);
    request->problem.add_to(options, ProblemOptions::Files::Allowed);
    options.add(
        {"time-limit", "Run", "SECONDS",
         "measure no longer than this; what is not finished says so (0: as long as it takes)",
         real_from(0.0)},
        request->time_limit);
    options.add({"threads", "Run", "COUNT", "0: one per core", at_least(0), "0"}, request->threads);
    request->out_option = options.add(
        {"out", "Output", "FILE", "write the answer here as JSON, for steppe plot"}, request->out);
    request->csv_option = options.add(
        {"csv", "Output", "FILE",
         "write all numbers here as a table: solution, measure, quantity, where, value"},
        request->csv);
    options.add({"json", "Output", "", "print the answer as one JSON object"}, request->json);
    options.add({"quiet", "Output", "", "no progress line"}, request->quiet);
    return command;
}

}  // namespace steppe::cli

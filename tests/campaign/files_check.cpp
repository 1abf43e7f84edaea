#include "files_check.hpp"

#include <fmt/format.h>

#include <cmath>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>

#include "command_line.hpp"
#include "steppe/data/pattern_file.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/run/solution_file.hpp"
#include "support/files.hpp"
#include "truth.hpp"

namespace steppe::campaign {

namespace {

/// HDF5 and the program's handling of signals are for one thread.
std::mutex one_at_a_time;

const test::Folder& folder() {
    static const test::Folder all;
    return all;
}

std::vector<float> values_of(const Patterns& patterns) {
    return patterns.visit([](const auto& set) -> std::vector<float> {
        if constexpr (std::is_same_v<std::decay_t<decltype(*set)>, PatternSet>) {
            const std::vector<signed char> signs = set->signs();
            return {signs.begin(), signs.end()};
        } else {
            return {set->values().begin(), set->values().end()};
        }
    });
}

std::string what_differs(const Problem& problem, const Patterns& read) {
    if (values_of(read) != problem.inputs) return "inputs";
    const std::vector<int> labels(read.labels().begin(), read.labels().end());
    return labels == problem.labels ? "" : "labels";
}

/// What a file does not say: whether real inputs that are all +-1, or 0 and 1, are numbers; that no
/// column holds labels.
ReadOptions reading(const Problem& problem) {
    ReadOptions options;
    if (problem.real) options.values = InputValues::Numbers;
    options.labels_column = "none";
    return options;
}

struct Said {
    int status = 0;
    std::string out, err;
};

Said run_program(std::vector<std::string> words) {
    std::ostringstream out, err;
    Said said;
    said.status = cli::run(words, out, err);
    said.out = out.str();
    said.err = err.str();
    return said;
}

std::string compare_json(const nlohmann::json& json, const SolveSummary& s) {
    const std::pair<const char*, double> numbers[] = {
        {"errors", static_cast<double>(s.errors)},
        {"iterations", static_cast<double>(s.iterations)},
        {"tries", static_cast<double>(s.tries)},
        {"overlap", s.overlap},
    };
    for (const auto& [name, value] : numbers) {
        const double there = json[name].is_null() ? std::nan("") : json[name].get<double>();
        if (there == value || (std::isnan(there) && !std::isfinite(value))) continue;
        return fmt::format("the program's {} is {}, the library's {}", name, there, value);
    }
    if (json["status"] != status_name(s.status)) {
        return fmt::format("the program's status is {}, the library's {}", json["status"].dump(),
                           status_name(s.status));
    }
    return "";
}

}  // namespace

std::string files_keep(const Problem& problem, const Weights& weights) {
    const std::lock_guard lock(one_at_a_time);
    const Patterns patterns = library_patterns(problem);
    for (const char* ending : {".txt", ".txt.gz", ".h5"}) {
        const std::string file = folder() / (std::string("patterns") + ending);
        const bool hdf5 = is_hdf5_path(file);
        const std::string labels = hdf5 ? "" : folder() / "labels.txt";
        write_patterns(patterns, file, labels);
        const std::string what =
            what_differs(problem, read_any_patterns(file, labels, LabelUse::Keep,
                                                    hdf5 ? ReadOptions{} : reading(problem)));
        if (!what.empty()) return fmt::format("patterns{}: the {} differ", ending, what);
    }
    for (const char* ending : {".txt", ".h5"}) {
        const std::string file = folder() / (std::string("weights") + ending);
        write_solution({.weights = weights, .network = problem.network}, file);
        const Solution read = read_solution(file);
        // A text of weights that are all +-1 reads as binary ones.
        if (read.weights.values() != weights.values()) {
            return fmt::format("weights{}: they differ", ending);
        }
        if (read.network && read.network->name() != problem.network.name()) {
            return fmt::format("weights{}: the network differs", ending);
        }
    }
    return "";
}

std::string program_says(const Problem& problem, const Answer& answer) {
    const std::lock_guard lock(one_at_a_time);
    const std::string file = folder() / "given.txt", labels = folder() / "given-labels.txt";
    write_patterns(library_patterns(problem), file, labels);
    const std::string out = folder() / "found.h5";
    std::vector<std::string> words{"solve"};
    for (const std::string& word : arguments(problem)) words.push_back(word);
    for (const char* word : {"--json", "--quiet", "--threads", "1"}) words.emplace_back(word);
    for (const std::string& word : {std::string("--patterns"), file, std::string("--labels-file"),
                                    labels, std::string("--out"), out}) {
        words.push_back(word);
    }
    words.insert(words.end(), {"--test", file, "--test-labels-file", labels});
    std::vector<std::string> how{"--labels-column", "none"};
    if (problem.real) how.insert(how.end(), {"--input-values", "numbers"});
    words.insert(words.end(), how.begin(), how.end());
    const Said solved = run_program(words);
    const nlohmann::json json = nlohmann::json::parse(solved.out, nullptr, false);
    if (json.is_discarded()) {
        return fmt::format("exit status {}, no JSON: '{}' '{}'", solved.status, solved.out,
                           solved.err);
    }
    const SolveSummary& s = answer.result->summary;
    if (const std::string what = compare_json(json, s); !what.empty()) return what;
    // A margin is asked for while learning.
    Problem tested = problem;
    tested.network.margin = 0.0;
    const WrongPatterns wrong = count_wrong(tested, answer.result->weights.values());
    if (!wrong.has(json["test_errors"].get<std::size_t>())) {
        return fmt::format("the program has {} test errors, by the definition {} to {}",
                           json["test_errors"].dump(), wrong.least, wrong.most);
    }
    const bool good = s.errors == 0 || status_name(s.status) == "converged";
    if (solved.status != (good ? 0 : 1)) {
        return fmt::format("exit status {} with {} errors", solved.status, s.errors);
    }
    std::vector<std::string> again{"check",         out,    "--patterns", file,
                                   "--labels-file", labels, "--json"};
    again.insert(again.end(), how.begin(), how.end());
    const Said checked = run_program(again);
    const nlohmann::json count = nlohmann::json::parse(checked.out, nullptr, false);
    if (count.is_discarded()) {
        return fmt::format("check: exit status {}, '{}'", checked.status, checked.err);
    }
    if (count["errors"] != s.errors) {
        return fmt::format("check counts {}, solve {}", count["errors"].dump(), s.errors);
    }
    if (count["same_patterns"] != true) return "check says that the patterns are others";
    return "";
}

}  // namespace steppe::campaign

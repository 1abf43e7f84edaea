#include "problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "commands.hpp"
#include "steppe/data/pattern_file.hpp"
#include "steppe/error.hpp"
#include "steppe/model/folded.hpp"
#include "steppe/model/sizes.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/numeric/memory.hpp"
#include "steppe/options/words.hpp"

namespace steppe::cli {

void ProblemOptions::add_to(Options& options, Files files) {
    model_option_ = options.add({"model", "Network", "NAME",
                                 "what the network is: perceptron (one unit), committee (the "
                                 "majority of several), or parity (their product)",
                                 one_of({"perceptron", "committee", "parity"})},
                                model_);
    hidden_option_ = options.add({"hidden", "Network", "K",
                                  "hidden units: of a committee an odd number, of a parity 2 "
                                  "or more (3 if not given)",
                                  at_least(1)},
                                 hidden_);
    wiring_option_ = options.add({"wiring", "Network", "NAME",
                                  "which inputs a unit sees: full (all), or tree (its own share; "
                                  "the units divide the inputs)",
                                  one_of({"full", "tree"})},
                                 wiring_);
    weights_option_ = options.add({"weights", "Network", "NAME",
                                   "what a weight may be: binary (+1 or -1), or spherical (real, "
                                   "the squares of a unit's sum to its inputs)",
                                   one_of({"binary", "spherical"})},
                                  weights_);
    margin_option_ = options.add({"margin", "Network", "KAPPA",
                                  "a unit answers +1 where its sum exceeds KAPPA times the root "
                                  "of its inputs; of either sign",
                                  real_number(), fmt::to_string(margin_)},
                                 margin_);
    activation_option_ =
        options.add({"activation", "Network", "NAME",
                     "what a hidden unit makes of its sum: tanh (its sign; gradient learning "
                     "trains tanh in its place), or relu (sgd and rsgd)",
                     one_of({"tanh", "relu"})},
                    activation_);
    if (files == Files::Allowed) add_file_options(options);
    inputs_option_ = options.add({"inputs", "Patterns", "N", "inputs of random patterns",
                                  at_least(1), fmt::to_string(inputs_)},
                                 inputs_);
    load_option_ = options.add({"load", "Patterns", "A",
                                "random patterns per weight; their number is A x weights, rounded "
                                "to the nearest whole number, ties to even",
                                real_number(), fmt::to_string(load_)},
                               load_);
    count_option_ = options.add(
        {"count", "Patterns", "M", "number of random patterns, instead of --load", at_least(1)},
        count_);
    labels_option_ = options.add({"labels", "Patterns", "NAME",
                                  "wanted outputs of random patterns: random, or those of a random "
                                  "teacher network of the same kind",
                                  one_of({"random", "teacher"})},
                                 labels_);
    seed_option_ =
        options.add({"seed", "Patterns", "NUMBER",
                     "names the random numbers: patterns, teacher and the solver's start",
                     seed_number(), fmt::to_string(seed_)},
                    seed_);
}

void ProblemOptions::add_file_options(Options& options) {
    file_option_ =
        options.add({"patterns", "Patterns", "FILE",
                     "read the patterns from a text file (may be gzip): a pattern a line, "
                     "inputs +1 or -1, or any numbers, separated by white space, commas "
                     "or semicolons; from .npy or .npz; or from HDF5; - is standard input"},
                    file_);
    labels_file_option_ =
        options.add({"labels-file", "Patterns", "FILE",
                     "wanted outputs of the patterns read, +1 and -1 or 1 and 0, one a "
                     "line or all in one, in any of these formats; without labels all are "
                     "+1"},
                    labels_file_);
    const auto add = [&](const char* name, auto& value, const char* help, const char* type) {
        reading_options_.push_back(options.add({name, "Patterns", type, help}, value));
        return reading_options_.back();
    };
    labels_column_option_ =
        add("labels-column", reading_.labels_column,
            "the column of a table of patterns that holds their labels: first, last, or its name "
            "in the first line; or none, where every column is an input",
            "NAME");
    add("input-values", input_values_,
        "what the inputs of a file are where it does not say: zero-one (0 stands for -1), numbers "
        "(real numbers, whatever they are), digits (0 and 1 without spaces), or packed-little[:N] "
        "and packed-big[:N] (N inputs, eight in a byte, the first in its lowest or highest bit)",
        "KIND");
    add("inputs-dataset", reading_.datasets.inputs,
        "which array of an HDF5 or .npz file holds the patterns", "NAME");
    add("labels-dataset", reading_.datasets.labels,
        "which array of an HDF5 or .npz file holds their labels", "NAME");
}

namespace {

/// Reads --input-values into options.
void set_input_values(const std::string& word, ReadOptions& options) {
    const std::vector<std::pair<std::string, InputValues>> kinds{
        {"zero-one", InputValues::ZeroOne},
        {"numbers", InputValues::Numbers},
        {"digits", InputValues::Digits},
        {"packed-little", InputValues::PackedLittle},
        {"packed-big", InputValues::PackedBig}};
    const std::string name = word.substr(0, word.find(':'));
    std::vector<std::string> names;
    for (const auto& [kind, value] : kinds) {
        names.push_back(kind);
        if (kind == name) options.values = value;
    }
    if (options.values == InputValues::AsFound) {
        const std::string near = nearest_word(name, names);
        throw Error(fmt::format("--input-values: '{}' is not allowed; it may be {}{}", word,
                                list_words(names),
                                near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    }
    if (name == word) return;
    const std::string count = word.substr(name.size() + 1);
    const bool packed = name.starts_with("packed");
    if (!packed || count.empty() || count.size() > 18 ||
        count.find_first_not_of("0123456789") != std::string::npos || std::stoull(count) == 0) {
        throw Error(fmt::format(
            "--input-values: '{}' is not allowed; packed-little and packed-big may be followed by "
            "a number of inputs, as in packed-big:1001",
            word));
    }
    options.packed_inputs = std::stoull(count);
}

}  // namespace

ReadOptions ProblemOptions::reading() const {
    ReadOptions options = reading_;
    if (!input_values_.empty()) set_input_values(input_values_, options);
    return options;
}

void ProblemOptions::assume(const Network& network) {
    const auto take = [](const Option* option, auto& value, const auto& assumed) {
        if (!option->given()) value = assumed;
    };
    take(model_option_, model_, network.name());
    // One unit sees all inputs on a tree as well.
    const Wiring wiring = network.hidden == 1 ? Wiring::Full : network.wiring;
    take(wiring_option_, wiring_, wiring_name(wiring));
    take(weights_option_, weights_, weight_kind_name(network.weights));
    take(hidden_option_, hidden_, network.hidden);
    take(margin_option_, margin_, network.margin);
    take(activation_option_, activation_,
         std::string(network.activation == Activation::Relu ? "relu" : "tanh"));
    assumed_hidden_ = true;
}

bool ProblemOptions::from_file() const {
    return file_option_ && file_option_->given();
}

void ProblemOptions::list_files(Outputs& files) const {
    files.reads(file_option_, file_);
    files.reads(labels_file_option_, labels_file_);
}

bool ProblemOptions::asks_for_real_weights() const {
    return weights_option_->given() && weights_ == "spherical";
}

void ProblemOptions::refuse_network_and_random() const {
    for (const Option* option :
         {model_option_, hidden_option_, wiring_option_, weights_option_, margin_option_,
          activation_option_, inputs_option_, load_option_, count_option_, labels_option_}) {
        refuse_unless(false, option, "does not belong to --images FILE");
    }
}

void require_one_standard_input(const std::vector<std::string>& files) {
    const auto is_standard_input = [](const std::string& file) {
        return file == "-" || file == "/dev/stdin";
    };
    if (std::ranges::count_if(files, is_standard_input) > 1) {
        throw Error("two files are standard input, which can be read once");
    }
}

void ProblemOptions::refuse_nonsense() const {
    require_one_standard_input(files());
    for (const Option* option : {inputs_option_, load_option_, count_option_, labels_option_}) {
        refuse_unless(!from_file(), option,
                      "belongs to random patterns, and --patterns reads a file");
    }
    if (labels_file_option_) {
        refuse_unless(from_file(), labels_file_option_,
                      "belongs to --patterns FILE, which is not given");
    }
    for (const Option* option : reading_options_) {
        refuse_unless(from_file(), option, "belongs to --patterns FILE, which is not given");
    }
    if (labels_file_option_ && reading_.labels_column != "none") {
        refuse_unless(!labels_file_option_->given(), labels_column_option_,
                      "and --labels-file both say where labels are; give one of them");
    }
    refuse_unless(!load_option_->given(), count_option_,
                  "and --load both say how many patterns; give one of them");
    if (model_ == "perceptron" && hidden_option_->given() && hidden_ != 1) {
        throw Error(
            fmt::format("--hidden {} needs --model committee or --model parity: a perceptron has "
                        "one unit",
                        hidden_));
    }
    if (model_ == "perceptron" && wiring_ == "tree") {
        throw Error(
            "--wiring tree needs --model committee or --model parity: a perceptron has "
            "one unit");
    }
}

Network ProblemOptions::network_without_inputs() const {
    Network network;
    const bool hidden_given = hidden_option_->given() || assumed_hidden_;
    if (model_ != "perceptron") network.hidden = hidden_given ? hidden_ : 3;
    if (model_ == "parity") network.gate = Gate::Parity;
    if (wiring_ == "tree") network.wiring = Wiring::Tree;
    if (weights_ == "spherical") network.weights = WeightKind::Spherical;
    network.margin = margin_;
    if (activation_ == "relu") network.activation = Activation::Relu;
    return network;
}

Network ProblemOptions::network_of(std::size_t inputs) const {
    Network network = network_without_inputs();
    network.inputs = inputs;
    network.validate();
    require_countable(network, 1);
    return network;
}

std::size_t ProblemOptions::pattern_count(const Network& network) const {
    if (count_option_->given()) {
        require_countable(network, count_);
        return count_;
    }
    if (!(load_ > 0.0) || !std::isfinite(load_)) {
        throw Error(fmt::format("--load {}: the load must be a number above 0", load_));
    }
    // nearbyint rounds to nearest, ties to even.
    const double patterns = std::nearbyint(load_ * static_cast<double>(network.weight_count()));
    if (patterns < 1.0) {
        throw Error(fmt::format("--load {} of {} weights is not even one pattern", load_,
                                network.weight_count()));
    }
    if (patterns > 1e12)
        throw Error(fmt::format("--load {} asks for {:g} patterns", load_, patterns));
    require_countable(network, static_cast<std::size_t>(patterns));
    return static_cast<std::size_t>(patterns);
}

ProblemOptions::Sizes ProblemOptions::sizes() const {
    refuse_nonsense();
    if (from_file()) {
        const Problem problem = load(LabelUse::Fold);
        return {problem.network, problem.patterns.patterns()};
    }
    const Network network = network_of(inputs_);
    return {network, pattern_count(network)};
}

std::uint64_t ProblemOptions::Problem::pattern_hash() const {
    return folded(network, patterns).hash();
}

nlohmann::ordered_json ProblemOptions::labels_json() const {
    return from_file() ? nlohmann::ordered_json() : nlohmann::ordered_json(labels_);
}

ProblemOptions::Problem ProblemOptions::load(LabelUse labels) const {
    refuse_nonsense();
    if (from_file()) {
        const bool fold = labels == LabelUse::Fold && network_without_inputs().folds_labels();
        Patterns patterns = read_any_patterns(file_, labels_file_,
                                              fold ? LabelUse::Fold : LabelUse::Keep, reading());
        const Network network = network_of(patterns.inputs());
        if (!network.folds_labels() && patterns.labels().empty()) {
            throw Error(
                network.activation == Activation::Relu
                    ? fmt::format("{} needs --labels-file: the labels of ReLU units cannot be "
                                  "folded into the patterns",
                                  file_)
                    : fmt::format("{} needs --labels-file: the parity of {} units, an even "
                                  "number, answers a pattern and its opposite alike, so that "
                                  "labels cannot be folded into the patterns",
                                  file_, network.hidden));
        }
        const bool column = !reading_.labels_column.empty() && reading_.labels_column != "none";
        const bool labelled = !labels_file_.empty() || column || !patterns.labels().empty() ||
                              !patterns.turned().empty();
        return {network, std::move(patterns), labelled};
    }
    const Network network = network_of(inputs_);
    const std::size_t count = pattern_count(network);
    require_memory(
        static_cast<double>(PatternSet::memory_bytes(inputs_, count)) +
            (has_teacher() ? 8.0 * static_cast<double>(network.hidden) * static_cast<double>(count)
                           : 0.0),
        fmt::format("{} patterns of {} inputs", count, inputs_));
    PatternSet patterns = random_patterns(inputs_, count, seed_);
    if (has_teacher()) {
        patterns = teacher_labels(network, random_teacher(network, seed_), patterns);
    } else if (!network.folds_labels()) {
        patterns = patterns.with_labels(random_labels(patterns.patterns(), seed_));
    }
    if (labels == LabelUse::Fold && network.folds_labels()) {
        patterns = std::move(patterns).fold_labels();
    }
    return {network, std::make_shared<const PatternSet>(std::move(patterns)), has_teacher()};
}

}  // namespace steppe::cli

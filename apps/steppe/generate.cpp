#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "commands.hpp"
#include "problem.hpp"
#include "steppe/data/file_format.hpp"
#include "steppe/data/images.hpp"
#include "steppe/data/pattern_file.hpp"
#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/run/solution_file.hpp"
#include "steppe/run/solve.hpp"

namespace steppe::cli {

namespace {

struct Request {
    ProblemOptions problem;
    std::string out, labels_out, teacher_out;
    std::string images, labels_file, classes, binarise, test, test_labels, test_out,
        test_labels_out;
    std::size_t take = 0;
    bool standardise = false;
    const Option *images_option = nullptr, *labels_file_option = nullptr, *classes_option = nullptr,
                 *binarise_option = nullptr, *standardise_option = nullptr, *take_option = nullptr,
                 *test_option = nullptr, *test_labels_option = nullptr, *test_out_option = nullptr,
                 *test_labels_out_option = nullptr;
    const Option *out_option = nullptr, *labels_out_option = nullptr, *teacher_out_option = nullptr;
};

bool keeps_labels(const std::string& out, const std::string& labels_out) {
    return !labels_out.empty() || is_hdf5_path(out);
}

/// A text that has labels folded in asks for +1 on all its patterns. That is another problem where
/// sums of exactly 0 occur, which are answered with -1: images of +-1 pixels, an even number of
/// them, are not written that way.
void require_no_ties(const Patterns& patterns, const std::string& out,
                     const std::string& labels_out, const char* option) {
    if (keeps_labels(out, labels_out) || patterns.real() || patterns.inputs() % 2 != 0) return;
    throw Error(fmt::format(
        "{} FILE is needed, or a name that ends in .h5: sums over {} inputs, an even number, may "
        "be "
        "exactly 0, and what a network answers then is right or wrong by the label, so that labels "
        "cannot be folded into the patterns",
        option, patterns.inputs()));
}

/// The same of a teacher's labels, where it is known whether there are such sums.
void require_no_ties(Network network, const Weights& teacher, const PatternSet& patterns) {
    network.margin = 0.0;
    const std::size_t ties = count_errors(network, teacher, patterns.fold_labels().with_labels({}));
    if (ties == 0) return;
    throw Error(fmt::format(
        "--labels-out FILE is needed, or --out FILE.h5: on {} of the patterns a sum of the teacher "
        "is exactly 0, which is answered with -1, so that labels cannot be folded into the "
        "patterns; with an odd number of inputs to a unit there is no such sum",
        ties));
}

/// What is written and read, looked at before any work is done.
Outputs outputs_of(const Request& r) {
    Outputs outputs;
    outputs.writes(r.out_option, r.out);
    outputs.writes(r.labels_out_option, r.labels_out);
    outputs.writes(r.teacher_out_option, r.teacher_out);
    outputs.writes(r.test_out_option, r.test_out);
    outputs.writes(r.test_labels_out_option, r.test_labels_out);
    for (const std::string& path : {r.out, r.test_out}) {
        if (!path.empty()) file_format(path, "patterns");
    }
    for (const std::string& path : {r.labels_out, r.test_labels_out}) {
        if (!path.empty()) require_labels_name(path);
    }
    if (!r.teacher_out.empty()) file_format(r.teacher_out, "weights");
    outputs.reads(r.images_option, r.images);
    outputs.reads(r.labels_file_option, r.labels_file);
    outputs.reads(r.test_option, r.test);
    outputs.reads(r.test_labels_option, r.test_labels);
    outputs.check(false);
    return outputs;
}

/// HDF5 keeps labels in the same file; in a text they are folded in unless they have their own.
void write_and_say(const Patterns& patterns, const std::string& out, const std::string& labels_out,
                   const nlohmann::ordered_json& provenance, const Streams& io) {
    const bool beside = keeps_labels(out, labels_out);
    write_patterns(beside || patterns.labels().empty() ? patterns : patterns.fold_labels(), out,
                   labels_out, json_line(provenance));
    io.out << fmt::format("{} patterns of {} inputs written to {}\n", patterns.patterns(),
                          patterns.inputs(), out);
}

void refuse_labels_beside_hdf5(const std::string& out, const Option* labels_out) {
    refuse_unless(!is_hdf5_path(out), labels_out,
                  fmt::format("does not belong to {}: HDF5 holds the labels itself", out));
}

std::uint8_t class_of(const std::string& word, const std::string& all) {
    const std::optional<double> value = number_of(word);
    if (!value || !(*value >= 0.0 && *value <= 255.0) || *value != std::floor(*value)) {
        throw Error(
            fmt::format("--classes: '{}' is not two classes from 0 to 255, such as 3,4", all));
    }
    return static_cast<std::uint8_t>(*value);
}

ImageChoice choice_of(const Request& r) {
    ImageChoice choice;
    const std::size_t comma = r.classes.find(',');
    choice.positive = class_of(r.classes.substr(0, comma), r.classes);
    choice.negative = class_of(
        comma == std::string::npos ? std::string() : r.classes.substr(comma + 1), r.classes);
    choice.take = r.take;
    choice.seed = r.problem.seed();
    return choice;
}

/// What options of images need, and what does not go with them.
void check_image_options(const Request& r) {
    r.problem.refuse_network_and_random();
    refuse_unless(false, r.teacher_out_option, "belongs to --labels teacher");
    for (const Option* option : {r.labels_file_option, r.classes_option}) {
        if (!option->given()) {
            throw Error(fmt::format("--images FILE needs {}", option->written()));
        }
    }
    if (r.binarise_option->given() == r.standardise) {
        throw Error("--images FILE needs one of --binarise median and --standardise");
    }
    for (const Option* option : {r.test_labels_option, r.test_out_option}) {
        refuse_unless(r.test_option->given(), option, "belongs to --test FILE");
        if (r.test_option->given() && !option->given()) {
            throw Error(fmt::format("--test FILE needs {}", option->written()));
        }
    }
    refuse_unless(r.test_option->given(), r.test_labels_out_option, "belongs to --test FILE");
    refuse_labels_beside_hdf5(r.out, r.labels_out_option);
    refuse_labels_beside_hdf5(r.test_out, r.test_labels_out_option);
}

int execute_images(const Request& r, const Streams& io) {
    check_image_options(r);
    const ImageChoice choice = choice_of(r);
    const auto patterns_of = [&](const Images& images, const std::vector<std::size_t>& chosen,
                                 const PixelScale& scale) {
        return r.standardise ? Patterns(std::make_shared<const RealPatterns>(
                                   standardised_images(images, chosen, choice, scale)))
                             : Patterns(std::make_shared<const PatternSet>(
                                   binarised_images(images, chosen, choice)));
    };
    const Images images = read_images(r.images, r.labels_file);
    const std::vector<std::size_t> chosen = choose_images(images, choice);
    const PixelScale scale = r.standardise ? pixel_scale(images, chosen) : PixelScale{};
    std::optional<Patterns> test;
    if (r.test_option->given()) {
        const Images others = read_images(r.test, r.test_labels);
        if (others.inputs() != images.inputs()) {
            throw Error(fmt::format("{}: its images have {} pixels, those of {} have {}", r.test,
                                    others.inputs(), r.images, images.inputs()));
        }
        ImageChoice all = choice;
        all.take = 0;
        test = patterns_of(others, choose_images(others, all), scale);
        require_no_ties(*test, r.test_out, r.test_labels_out, "--test-labels-out");
    }
    const Patterns training = patterns_of(images, chosen, scale);
    require_no_ties(training, r.out, r.labels_out, "--labels-out");
    const auto provenance = [&](const std::string& file, const std::string& labels,
                                std::size_t take) {
        return nlohmann::ordered_json{{"images", file},
                                      {"labels_file", labels},
                                      {"classes", {choice.positive, choice.negative}},
                                      {"pixels", r.standardise ? "standardised" : "median"},
                                      {"take", take},
                                      {"seed", choice.seed},
                                      {"version", version()}};
    };
    write_and_say(training, r.out, r.labels_out, provenance(r.images, r.labels_file, chosen.size()),
                  io);
    if (test) {
        write_and_say(*test, r.test_out, r.test_labels_out,
                      provenance(r.test, r.test_labels, test->patterns()), io);
    }
    return 0;
}

int execute(const Request& r, const Streams& streams) {
    const Outputs outputs = outputs_of(r);
    // Where a file goes to standard output, nothing else does.
    const Streams io{outputs.use_standard_output() ? streams.err : streams.out, streams.err};
    if (r.images_option->given()) return execute_images(r, io);
    for (const Option* option :
         {r.labels_file_option, r.classes_option, r.binarise_option, r.standardise_option,
          r.take_option, r.test_option, r.test_labels_option, r.test_out_option,
          r.test_labels_out_option}) {
        refuse_unless(false, option, "belongs to --images FILE");
    }
    refuse_unless(r.problem.has_teacher(), r.teacher_out_option, "needs --labels teacher");
    refuse_labels_beside_hdf5(r.out, r.labels_out_option);
    const ProblemOptions::Problem problem = r.problem.load(LabelUse::Keep);
    const Network& network = problem.network;
    const Patterns& patterns = problem.patterns;
    refuse_unless(r.problem.has_teacher() || !network.folds_labels(), r.labels_out_option,
                  "needs --labels teacher: random labels are folded into random patterns");
    if (!network.folds_labels() && r.labels_out.empty() && !is_hdf5_path(r.out)) {
        throw Error(network.activation == Activation::Relu
                        ? "--labels-out FILE is needed: labels of ReLU units cannot be folded into "
                          "the patterns"
                        : fmt::format("--labels-out FILE is needed: labels of the parity of {} "
                                      "units, an even number, cannot be folded into the patterns",
                                      network.hidden));
    }
    if (r.problem.has_teacher() && network.folds_labels() && !keeps_labels(r.out, r.labels_out)) {
        patterns.visit([&](const auto& set) {
            if constexpr (std::is_same_v<std::decay_t<decltype(*set)>, PatternSet>) {
                require_no_ties(network, random_teacher(network, r.problem.seed()), *set);
            }
        });
    }
    if (!r.teacher_out.empty()) {
        const Weights teacher = random_teacher(network, r.problem.seed());
        write_solution({teacher, network, problem.pattern_hash(), "{\"teacher\": true}", version()},
                       r.teacher_out);
    }
    const nlohmann::ordered_json provenance{
        {"random", true},
        {"seed", r.problem.seed()},
        {"labels", r.problem.has_teacher() ? "teacher" : "random"},
        {"network", network.name()},
        {"hidden", network.hidden},
        {"version", version()}};
    write_and_say(patterns, r.out, r.labels_out, provenance, io);
    return 0;
}

void add_image_options(Options& options, Request& r) {
    const auto add = [&](const char* name, const char* value_name, std::string& value,
                         const char* help, const Values& values = {}) {
        return options.add({name, "Images", value_name, help, values}, value);
    };
    r.images_option =
        add("images", "FILE", r.images,
            "take the patterns from an IDX file of images, plain or gzip (MNIST, Fashion-MNIST)");
    r.labels_file_option =
        add("labels-file", "FILE", r.labels_file, "the images' classes, an IDX file");
    r.classes_option =
        add("classes", "A,B", r.classes, "the two classes that are taken; the first gets label +1");
    r.binarise_option = add("binarise", "NAME", r.binarise,
                            "median: +1 where a pixel is above its own image's median, else -1",
                            one_of({"median"}));
    r.standardise_option =
        options.add({"standardise", "Images", "",
                     "pixels less their mean over the training set, divided by their deviation "
                     "(0 where a pixel never changes)"},
                    r.standardise);
    r.take_option = options.add({"take", "Images", "COUNT",
                                 "so many images, drawn by --seed (all if not given)", at_least(1)},
                                r.take);
    r.test_option = add("test", "FILE", r.test,
                        "a second IDX file, all of whose images of the two classes are written to "
                        "--test-out");
    r.test_labels_option = add("test-labels-file", "FILE", r.test_labels, "the classes of --test");
    r.test_out_option = add("test-out", "FILE", r.test_out, "the test patterns");
    r.test_labels_out_option = add("test-labels-out", "FILE", r.test_labels_out,
                                   "their labels, which are then not folded into the patterns");
}

void add_output_options(Options& options, Request& r) {
    r.out_option = options.add(
        {.name = "out",
         .group = "Output",
         .value_name = "FILE",
         .help =
             "the patterns: text, gzip when the name ends in .gz, with labels folded in; or HDF5 "
             "when it ends in .h5, with labels and provenance",
         .required = true},
        r.out);
    r.labels_out_option =
        options.add({"labels-out", "Output", "FILE",
                     "the labels (of a teacher, or of images), which are then not folded into "
                     "the patterns"},
                    r.labels_out);
    r.teacher_out_option = options.add(
        {"teacher-out", "Output", "FILE", "the teacher's weights, text or .h5"}, r.teacher_out);
}

}  // namespace

Command generate_command() {
    auto request = std::make_shared<Request>();
    Command command{
        "generate",
        "write a set of random patterns, or of images",
        {"steppe generate --inputs 101 --load 0.5 --out patterns.txt",
         "steppe generate --inputs 1001 --count 700 --seed 3 --out patterns.txt.gz",
         "steppe generate --model committee --inputs 321 --load 0.2 --labels teacher --out "
         "patterns.txt --labels-out labels.txt --teacher-out teacher.txt"},
        [request](const Streams& io) { return execute(*request, io); }};
    request->problem.add_to(command.options, ProblemOptions::Files::Refused);
    add_image_options(command.options, *request);
    add_output_options(command.options, *request);
    return command;
}

}  // namespace steppe::cli

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
    CLI::Option *images_option = nullptr, *labels_file_option = nullptr, *classes_option = nullptr,
                *binarise_option = nullptr, *standardise_option = nullptr, *take_option = nullptr,
                *test_option = nullptr, *test_labels_option = nullptr, *test_out_option = nullptr,
                *test_labels_out_option = nullptr;
    CLI::Option *out_option = nullptr, *labels_out_option = nullptr, *teacher_out_option = nullptr;
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

void refuse_labels_beside_hdf5(const std::string& out, const CLI::Option* labels_out) {
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

int execute_images(const Request& r, const Streams& io) {
    r.problem.refuse_network_and_random();
    refuse_unless(false, r.teacher_out_option, "belongs to --labels teacher");
    for (const CLI::Option* option : {r.labels_file_option, r.classes_option}) {
        if (option->count() == 0) {
            throw Error(fmt::format("--images FILE needs {}", option->get_name()));
        }
    }
    if ((r.binarise_option->count() > 0) == r.standardise) {
        throw Error("--images FILE needs one of --binarise median and --standardise");
    }
    for (const CLI::Option* option : {r.test_labels_option, r.test_out_option}) {
        refuse_unless(r.test_option->count() > 0, option, "belongs to --test FILE");
        if (r.test_option->count() > 0 && option->count() == 0) {
            throw Error(fmt::format("--test FILE needs {}", option->get_name()));
        }
    }
    refuse_unless(r.test_option->count() > 0, r.test_labels_out_option, "belongs to --test FILE");
    refuse_labels_beside_hdf5(r.out, r.labels_out_option);
    refuse_labels_beside_hdf5(r.test_out, r.test_labels_out_option);
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
    if (r.test_option->count() > 0) {
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
    if (r.images_option->count() > 0) return execute_images(r, io);
    for (const CLI::Option* option :
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

}  // namespace

Command add_generate(CLI::App& program) {
    auto request = std::make_shared<Request>();
    CLI::App* app =
        program.add_subcommand("generate", "write a set of random patterns, or of images");
    request->problem.add_to(*app, ProblemOptions::Files::Refused);
    Request& r = *request;
    const auto add_text = [app](const char* name, std::string& value, const char* help,
                                const char* type) {
        return app->add_option(name, value, help)->group("Images")->type_name(type);
    };
    r.images_option =
        add_text("--images", r.images,
                 "take the patterns from an IDX file of images, plain or gzip (MNIST, "
                 "Fashion-MNIST)",
                 "FILE");
    r.labels_file_option =
        add_text("--labels-file", r.labels_file, "the images' classes, an IDX file", "FILE");
    r.classes_option = add_text("--classes", r.classes,
                                "the two classes that are taken; the first gets label +1", "A,B");
    r.binarise_option =
        add_text("--binarise", r.binarise,
                 "median: +1 where a pixel is above its own image's median, else -1", "NAME");
    r.binarise_option->check(one_of({"median"}));
    r.standardise_option =
        app->add_flag("--standardise", r.standardise,
                      "pixels less their mean over the training set, divided by their deviation "
                      "(0 where a pixel never changes)")
            ->group("Images");
    r.take_option =
        app->add_option("--take", r.take, "so many images, drawn by --seed (all if not given)")
            ->transform(at_least(1))
            ->group("Images")
            ->type_name("COUNT");
    r.test_option = add_text("--test", r.test,
                             "a second IDX file, all of whose images of the two classes are "
                             "written to --test-out",
                             "FILE");
    r.test_labels_option =
        add_text("--test-labels-file", r.test_labels, "the classes of --test", "FILE");
    r.test_out_option = add_text("--test-out", r.test_out, "the test patterns", "FILE");
    r.test_labels_out_option =
        add_text("--test-labels-out", r.test_labels_out,
                 "their labels, which are then not folded into the patterns", "FILE");
    r.out_option =
        app->add_option(
               "--out", request->out,
               "the patterns: text, gzip when the name ends in .gz, with labels folded in; or HDF5 "
               "when it ends in .h5, with labels and provenance")
            ->required()
            ->group("Output")
            ->type_name("FILE");
    request->labels_out_option =
        app->add_option("--labels-out", request->labels_out,
                        "the labels (of a teacher, or of images), which are then not folded into "
                        "the patterns")
            ->group("Output")
            ->type_name("FILE");
    request->teacher_out_option =
        app->add_option("--teacher-out", request->teacher_out, "the teacher's weights, text or .h5")
            ->group("Output")
            ->type_name("FILE");
    return {app,
            {"steppe generate --inputs 101 --load 0.5 --out patterns.txt",
             "steppe generate --inputs 1001 --count 700 --seed 3 --out patterns.txt.gz",
             "steppe generate --model committee --inputs 321 --load 0.2 --labels teacher --out "
             "patterns.txt --labels-out labels.txt --teacher-out teacher.txt"},
            [request](const Streams& io) { return execute(*request, io); }};
}

}  // namespace steppe::cli

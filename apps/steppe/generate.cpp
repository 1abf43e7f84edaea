#include <fmt/format.h>

#include <ostream>

#include "commands.hpp"
#include "problem.hpp"
#include "steppe/data/pattern_file.hpp"
#include "steppe/error.hpp"
#include "steppe/model/teacher.hpp"
#include "steppe/run/solution_file.hpp"
#include "steppe/run/solve.hpp"

namespace steppe::cli {

namespace {

struct Request {
    ProblemOptions problem;
    std::string out, labels_out, teacher_out;
    CLI::Option *labels_out_option = nullptr, *teacher_out_option = nullptr;
};

int execute(const Request& r, const Streams& io) {
    refuse_unless(r.problem.has_teacher(), r.teacher_out_option, "needs --labels teacher");
    const auto [network, patterns] = r.problem.load();
    refuse_unless(r.problem.has_teacher() || !network.folds_labels(), r.labels_out_option,
                  "needs --labels teacher: random labels are folded into random patterns");
    if (!network.folds_labels() && r.labels_out.empty()) {
        throw Error(fmt::format(
            "--labels-out FILE is needed: labels of the parity of {} units, an even number, cannot "
            "be folded into the patterns",
            network.hidden));
    }
    require_writable(r.out);
    if (!r.labels_out.empty()) require_writable(r.labels_out);
    if (!r.teacher_out.empty()) {
        require_writable(r.teacher_out);
        const Weights teacher = random_teacher(network, r.problem.seed());
        write_solution({teacher, network, patterns->hash(), "{\"teacher\": true}", version()},
                       r.teacher_out);
    }
    if (r.labels_out.empty()) {
        write_patterns(patterns->fold_labels(), r.out);
    } else {
        write_patterns(*patterns, r.out, r.labels_out);
    }
    io.out << fmt::format("{} patterns of {} inputs written to {}\n", patterns->patterns(),
                          patterns->inputs(), r.out);
    return 0;
}

}  // namespace

Command add_generate(CLI::App& program) {
    auto request = std::make_shared<Request>();
    CLI::App* app = program.add_subcommand("generate", "write a set of random patterns");
    request->problem.add_to(*app, ProblemOptions::Files::Refused);
    app->add_option("--out", request->out,
                    "the patterns, text, gzip when the name ends in .gz; labels are folded in")
        ->required()
        ->group("Output")
        ->type_name("FILE");
    request->labels_out_option =
        app->add_option("--labels-out", request->labels_out,
                        "the teacher's labels, which are then not folded into the patterns")
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

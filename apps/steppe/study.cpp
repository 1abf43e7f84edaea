#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>

#include "commands.hpp"
#include "interrupt.hpp"
#include "progress_line.hpp"
#include "steppe/figures/gnuplot.hpp"
#include "steppe/study/report.hpp"
#include "steppe/study/run_study.hpp"
#include "steppe/study/studies.hpp"
#include "steppe/study/summaries.hpp"

namespace steppe::cli {

namespace {

struct Request {
    std::string name, folder, data = default_data;
    std::uint64_t sets = 0, seeds = 0, threads = 0;
    bool json = false, quiet = false;
    const Option* data_option = nullptr;
};

std::string progress_words(const StudyProgress& p) {
    std::string text = fmt::format("run {}/{}  {}", p.done, p.cells, p.running);
    if (std::isfinite(p.seconds_left)) {
        text += fmt::format("  about {} left", duration_text(p.seconds_left));
    }
    return text;
}

int execute(const Request& r, const Streams& io) {
    refuse_unless(r.name == "fashion-mnist", r.data_option, "belongs to the study fashion-mnist");
    const Study study = study_named(r.name, r.data);
    require_gnuplot();
    const std::string folder = r.folder.empty() ? "study-" + r.name : r.folder;
    const InterruptFlag interrupt;
    const bool show = !r.quiet && ProgressLine::possible();
    ProgressLine line(io.err);
    const std::optional<StudyResults> results =
        run_study(study, {folder, r.sets, r.seeds, r.threads}, [&](const StudyProgress& progress) {
            if (show) line.show(progress_words(progress));
            return !interrupt.raised();
        });
    line.clear();
    if (!results) {
        io.err << fmt::format(
            "steppe: interrupted; what was reached is in {}, and the same command goes on with "
            "it\n",
            folder);
        return 3;
    }
    write_report(study, *results, folder);
    const std::string base = folder + "/" + study.name;
    const std::size_t failed = failures(*results).size();
    if (r.json) {
        io.out << json_line({{"study", study.name},
                             {"sets", results->sets},
                             {"seeds", results->seeds},
                             {"solutions", results->rows.size()},
                             {"failures", failed},
                             {"results", folder + "/results.jsonl"},
                             {"report", base + ".md"},
                             {"page", base + ".html"},
                             {"table", base + ".csv"}})
               << "\n";
    } else {
        io.out << fmt::format("{} solutions measured; the report is {}.html, in Markdown {}.md\n",
                              results->rows.size(), base, base);
    }
    if (failed == 0) return 0;
    io.err << fmt::format(
        "steppe: {} failed; the report says what, under \"What failed\"\n",
        failed == 1 ? "1 run or measure" : fmt::format("{} runs or measures", failed));
    return 1;
}

}  // namespace

Command study_command() {
    auto request = std::make_shared<Request>();
    Command command{"study",
                    "run a named study whole, and write its report",
                    {"steppe study random-binary-perceptron",
                     "steppe study fashion-mnist --seeds 10 --folder images"},
                    [request](const Streams& io) { return execute(*request, io); }};
    Options& options = command.options;
    options.add({.name = "name",
                 .group = "Study",
                 .value_name = "NAME",
                 .help = fmt::format("one of {}", fmt::join(study_names(), ", ")),
                 .values = one_of(study_names()),
                 .required = true,
                 .positional = true},
                request->name);
    options.add(
        {"sets", "Study", "COUNT", fmt::format("training sets ({} if not given)", Study().sets),
         whole_number(1, most_sets)},
        request->sets);
    options.add(
        {"seeds", "Study", "COUNT",
         fmt::format("runs of each solver on each of them ({} if not given)", Study().seeds),
         whole_number(1, most_seeds)},
        request->seeds);
    request->data_option = options.add(
        {"data", "Study", "FOLDER", "where the images of fashion-mnist are"}, request->data);
    options.add({"threads", "Run", "COUNT", "runs at a time; 0: one per core", at_least(0), "0"},
                request->threads);
    options.add(
        {"folder", "Output", "FOLDER",
         "where results, weights, pictures and the report go (study-NAME if not given); results "
         "that are there already are not computed again"},
        request->folder);
    options.add({"json", "Output", "", "print the names of what was written as one JSON object"},
                request->json);
    options.add({"quiet", "Output", "", "no progress line"}, request->quiet);
    return command;
}

}  // namespace steppe::cli

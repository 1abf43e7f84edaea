#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <ostream>

#include "commands.hpp"
#include "outputs.hpp"
#include "problem.hpp"
#include "steppe/data/file.hpp"
#include "steppe/figures/figures_of.hpp"
#include "steppe/figures/gnuplot.hpp"
#include "steppe/numeric/number.hpp"

namespace steppe::cli {

namespace {

struct Request {
    std::vector<std::string> files;
    std::string out, measure, title, size;
    std::vector<std::string> marks;
    bool log_x = false, log_y = false, theory = false;

    const Option *files_option = nullptr, *out_option = nullptr;
};

/// Pixels of a picture.
constexpr std::uint64_t least_side = 100, most_side = 20000;

struct Size {
    std::size_t width, height;
};

/// "800x600", or nothing.
std::optional<Size> size_of(const std::string& word) {
    const std::size_t by = word.find('x');
    if (by == std::string::npos) return {};
    const std::optional<std::uint64_t> width = whole_number_of(word.substr(0, by)),
                                       height = whole_number_of(word.substr(by + 1));
    const auto good = [](std::optional<std::uint64_t> side) {
        return side && *side >= least_side && *side <= most_side;
    };
    if (!good(width) || !good(height)) return {};
    return Size{*width, *height};
}

Values picture_size() {
    return {{}, [](std::string& word) {
                return size_of(word) ? std::string()
                                     : fmt::format(
                                           "'{}' is no WIDTHxHEIGHT, each from {} to {}, "
                                           "such as 800x600",
                                           word, least_side, most_side);
            }};
}

/// Refuses what cannot be written or read before anything is.
void check_files(const Request& r) {
    picture_format(r.out);
    require_one_standard_input(r.files);
    Outputs outputs;
    outputs.writes(r.out_option, r.out);
    for (const std::string& file : r.files) outputs.reads(r.files_option, file);
    outputs.check(false);
}

/// "NAME=X", or nothing.
std::optional<Mark> mark_of(const std::string& word) {
    const std::size_t equals = word.rfind('=');
    if (equals == std::string::npos || equals == 0) return {};
    const std::optional<double> at = number_of(word.substr(equals + 1));
    if (!at || !std::isfinite(*at)) return {};
    return Mark{word.substr(0, equals), *at};
}

Values named_place() {
    return {{}, [](std::string& word) {
                return mark_of(word) ? std::string()
                                     : fmt::format(
                                           "'{}' is no NAME=X with a number X, such as "
                                           "algorithms=0.7764",
                                           word);
            }};
}

Page page_of(const Request& r, std::vector<std::string>& notes) {
    std::vector<FigureSource> sources;
    for (const std::string& file : r.files) {
        sources.push_back({file == "-" ? "standard input" : file, read_text(file)});
    }
    FigureOptions options;
    options.measure = r.measure;
    options.theory = r.theory;
    options.notes = &notes;
    for (const std::string& mark : r.marks) options.marks.push_back(mark_of(mark).value());
    Page page = figures_of(sources, options);
    page.title = r.title;
    if (const std::optional<Size> size = size_of(r.size)) {
        page.width = size->width;
        page.height = size->height;
    }
    for (Figure& figure : page.panels) {
        figure.x.logarithmic = figure.x.logarithmic || r.log_x;
        figure.y.logarithmic = figure.y.logarithmic || r.log_y;
    }
    return page;
}

int execute(const Request& r, const Streams& io) {
    check_files(r);
    std::vector<std::string> notes;
    const Page page = page_of(r, notes);
    for (const std::string& note : notes) io.err << fmt::format("steppe: {}\n", note);
    draw(page, r.out);
    io.out << fmt::format("{} panel{} drawn into {}\n", page.panels.size(),
                          page.panels.size() == 1 ? "" : "s", r.out);
    return 0;
}

void add_options(Options& options, Request& r) {
    r.files_option = options.add({.name = "FILE",
                                  .group = "Input",
                                  .value_name = "FILE",
                                  .help = "an answer of 'landscape --json', results.jsonl of "
                                          "'study', a log of 'solve --log', answers of 'solve "
                                          "--json' one a line, or of 'theory --json'; several "
                                          "share their panels",
                                  .required = true},
                                 r.files);
    options.add({"measure", "Input", "NAME", "draw this measure only (all that the files hold)",
                 one_of(drawn_measures())},
                r.measure);
    options.add({"theory", "Input", "",
                 "compute replica theory of what was measured, of networks that it knows, and lay "
                 "it over"},
                r.theory);
    options.add({.name = "mark",
                 .group = "Input",
                 .value_name = "NAME=X",
                 .help = "an upright line of that name at X, against the load where that is an "
                         "axis; may be given several times",
                 .values = named_place(),
                 .repeated = true},
                r.marks);
    r.out_option = options.add({.name = "out",
                                .group = "Output",
                                .value_name = "FILE",
                                .help = "the picture: its name ends in .svg, .png or .pdf",
                                .required = true,
                                .letter = 'o'},
                               r.out);
    options.add({"title", "Output", "TEXT", "a line above the picture"}, r.title);
    options.add(
        {"size", "Output", "WIDTHxHEIGHT", "in pixels (by the number of panels)", picture_size()},
        r.size);
    options.add({"log-x", "Output", "", "logarithmic x axes"}, r.log_x);
    options.add({"log-y", "Output", "", "logarithmic y axes"}, r.log_y);
}

}  // namespace

Command plot_command() {
    auto request = std::make_shared<Request>();
    Command command{"plot",
                    "draw what other commands have measured, by gnuplot",
                    {"steppe plot landscape.json -o landscape.svg",
                     "steppe plot one.json two.json --measure local-entropy -o entropy.pdf",
                     "steppe solve --log run.log && steppe plot run.log -o convergence.png",
                     "steppe plot runs.jsonl --theory --mark algorithms=0.7764 -o runs.svg"},
                    [request](const Streams& io) { return execute(*request, io); }};
    add_options(command.options, *request);
    return command;
}

}  // namespace steppe::cli

#include <fmt/format.h>

#include <ostream>

#include "commands.hpp"
#include "outputs.hpp"
#include "steppe/data/output.hpp"
#include "steppe/store/result_store.hpp"
#include "steppe/sweep/export_runs.hpp"

namespace steppe::cli {

namespace {

struct Request {
    std::string store, format = "csv", out = "-";
    const Option *store_option = nullptr, *out_option = nullptr;
};

int execute(const Request& r, const Streams& io) {
    Outputs outputs;
    outputs.writes(r.out_option, r.out);
    outputs.reads(r.store_option, r.store);
    outputs.check(false);
    StoreOptions options;
    options.access = StoreOptions::Access::Read;
    const ResultStore store(r.store, options);
    const auto write = [&](const TextSink& sink) {
        return r.format == "csv" ? export_csv(store, {}, sink) : export_json_lines(store, {}, sink);
    };
    if (r.out == "-") {
        write([&](std::string_view text) { io.out << text; });
        return 0;
    }
    std::uint64_t runs = 0;
    write_whole(r.out, [&](const std::string& temporary) {
        OutputStream file(temporary);
        runs = write([&](std::string_view text) { file.write(text); });
        file.close();
    });
    (outputs.use_standard_output() ? io.err : io.out)
        << fmt::format("{} run{} written to {}\n", runs, runs == 1 ? "" : "s", r.out);
    return 0;
}

}  // namespace

Command export_command() {
    auto request = std::make_shared<Request>();
    Command command{"export",
                    "print the runs of a results store as a table",
                    {"steppe export --store runs.sqlite --out runs.csv",
                     "steppe export --store runs.sqlite --format json --out runs.jsonl"},
                    [request](const Streams& io) { return execute(*request, io); }};
    Options& options = command.options;
    request->store_option = options.add({.name = "store",
                                         .group = "Input",
                                         .value_name = "FILE",
                                         .help = "the results store, as 'sweep' fills it",
                                         .required = true},
                                        request->store);
    options.add({"format", "Output", "NAME",
                 "csv (a column for every key of the summaries), or json (the summaries of 'solve "
                 "--json', one a line, as 'plot' reads them)",
                 one_of({"csv", "json"})},
                request->format);
    request->out_option =
        options.add({"out", "Output", "FILE", "where to; - is standard output"}, request->out);
    return command;
}

}  // namespace steppe::cli

#include "steppe/sweep/run_sweep.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "axis_values.hpp"
#include "commands.hpp"
#include "interrupt.hpp"
#include "progress_line.hpp"
#include "solve_request.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"
#include "steppe/sweep/grid.hpp"

namespace steppe::cli {

namespace {

/// A request of `solve` that is filled in without a command line.
struct CellRequest {
    CellRequest() {
        request.problem.add_to(options, ProblemOptions::Files::Refused);
        request.table.add_to(options);
    }
    CellRequest(const CellRequest&) = delete;
    CellRequest& operator=(const CellRequest&) = delete;

    /// Every cell of a grid gives the same options, so that nothing is left of the one before.
    void take(const Grid& grid, std::size_t cell) {
        const std::vector<std::size_t> places = grid.places(cell);
        for (std::size_t a = 0; a < places.size(); ++a) {
            const Axis& axis = grid.axes()[a];
            options.give(axis.name, axis.values[places[a]]);
        }
    }

    SolveRequest request;
    Options options;
};

/// Requests for the threads that want one at the moment.
class CellRequests {
  public:
    /// work(request of the cell).
    template <class Work>
    auto with(const Grid& grid, std::size_t cell, const Work& work) {
        std::unique_ptr<CellRequest> request = take();
        request->take(grid, cell);
        auto result = work(request->request);
        const std::lock_guard lock(mutex_);
        spare_.push_back(std::move(request));
        return result;
    }

  private:
    std::unique_ptr<CellRequest> take() {
        const std::lock_guard lock(mutex_);
        if (spare_.empty()) return std::make_unique<CellRequest>();
        std::unique_ptr<CellRequest> request = std::move(spare_.back());
        spare_.pop_back();
        return request;
    }

    std::mutex mutex_;
    std::vector<std::unique_ptr<CellRequest>> spare_;
};

struct Request {
    CellRequest one;  ///< what a value of each option may be
    std::map<std::string, std::string> given;
    std::string store, shard = "1/1";
    std::uint64_t threads = 0;
    bool dry_run = false, json = false, quiet = false;
};

/// Not options of a cell: results do not depend on it.
bool belongs_to_sweep(const Option& option) {
    return option.name == "threads";
}

Grid grid_of(const Request& r) {
    std::vector<Axis> axes;
    for (const Option& option : r.one.options) {
        const auto found = r.given.find(option.name);
        if (found == r.given.end()) continue;
        if (option.takes_value()) {
            axes.push_back({option.name, axis_values(found->second, option.values)});
        } else {
            axes.push_back({option.name, {found->second}});
        }
    }
    return Grid(std::move(axes));
}

std::optional<Shard> shard_of(const std::string& text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string::npos) return std::nullopt;
    const auto index = whole_number_of(text.substr(0, slash));
    const auto count = whole_number_of(text.substr(slash + 1));
    if (!index || !count || *index < 1 || *index > *count) return std::nullopt;
    return Shard{*index, *count};
}

Values shards() {
    return {{}, [](std::string& word) -> std::string {
                if (shard_of(word)) return "";
                return fmt::format("'{}' is not a part I/N, such as 1/4 to 4/4", word);
            }};
}

/// Throws Error, naming the cell, for the first combination of options that makes no sense.
void require_sense(const Grid& grid, CellRequests& requests) {
    for (const std::size_t cell : grid.order("seed")) {
        // Seeds make no difference.
        if (grid.first_along("seed", cell) != cell) return;
        try {
            requests.with(grid, cell, [](const SolveRequest& request) {
                request.options();
                return 0;
            });
        } catch (const Error& error) {
            throw Error(fmt::format("the run {}: {}", grid.name(cell), error.what()));
        }
    }
}

SweepCells cells_of(const Grid& grid, const Shard& shard, CellRequests& requests) {
    SweepCells cells;
    cells.order = grid.order("seed", shard);
    cells.run = [&grid, &requests](std::size_t cell) {
        return requests.with(grid, cell, [](const SolveRequest& request) {
            SolveRequest::Run run = request.load(request.options());
            const std::string labels = request.problem.labels_json().get<std::string>();
            return SweepRun{std::move(run.options), std::move(run.problem.patterns), labels};
        });
    };
    cells.name = [&grid](std::size_t cell) { return grid.name(cell); };
    cells.group = [&grid](std::size_t cell) { return grid.first_along("seed", cell); };
    return cells;
}

std::string progress_words(const SweepProgress& p) {
    switch (p.stage) {
        case SweepProgress::Stage::Looking:
            return fmt::format("looking for results {}/{}", p.done, p.cells);
        case SweepProgress::Stage::Waiting:
            return fmt::format("run {}/{}  waiting for runs of other processes", p.done, p.cells);
        case SweepProgress::Stage::Running:
            break;
    }
    std::string text = fmt::format("run {}/{}  {} running", p.done, p.cells, p.running);
    if (std::isfinite(p.seconds_left)) {
        text += fmt::format("  about {} left", duration_text(p.seconds_left));
    }
    return text;
}

/// Shows the progress and listens to signals.
class Watch {
  public:
    Watch(const Request& r, const Streams& io)
        : quiet_(r.quiet),
          show_(!r.quiet && ProgressLine::possible()),
          err_(io.err),
          line_(io.err) {}

    bool operator()(const SweepProgress& progress) {
        if (interrupt_.raised() && !told_ && progress.running > 0 && !quiet_) {
            line_.clear();
            err_ << fmt::format(
                "steppe: interrupted; {} left to end (the same signal again drops {})\n",
                progress.running == 1 ? "1 run is" : fmt::format("{} runs are", progress.running),
                progress.running == 1 ? "it" : "them");
            told_ = true;
        }
        if (show_) line_.show(progress_words(progress));
        return !interrupt_.raised();
    }

    void clear() { line_.clear(); }

  private:
    bool quiet_, show_, told_ = false;
    std::ostream& err_;
    ProgressLine line_;
    InterruptFlag interrupt_;
};

nlohmann::ordered_json json_of(const Request& r, const SweepState& state, double seconds) {
    const auto number = [](double value) {
        return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
    };
    return {{"store", r.store},
            {"shard", r.shard},
            {"cells", state.cells},
            {"there", state.there},
            {"computed", state.computed},
            {"missing", state.missing},
            {"solved", state.solved},
            {"seconds", seconds},
            {"seconds_left", number(state.seconds_left)},
            {"interrupted", state.interrupted}};
}

std::string runs_text(std::size_t count) {
    return count == 1 ? "1 run" : fmt::format("{} runs", count);
}

std::string text_of(const Request& r, const SweepState& state) {
    std::string text = fmt::format("{}: {} there", runs_text(state.cells), state.there);
    if (!r.dry_run) text += fmt::format(", {} computed", state.computed);
    text += fmt::format(", {} missing", state.missing);
    if (state.missing > 0 && std::isfinite(state.seconds_left)) {
        text += fmt::format(" (about {})", duration_text(state.seconds_left));
    }
    const std::size_t ended = state.there + state.computed;
    if (ended > 0) text += fmt::format("; of {} {} solved", runs_text(ended), state.solved);
    return text + "\n";
}

/// Opened for reading alone by a dry run; null where it does not exist then.
std::unique_ptr<ResultStore> open_store(const Request& r, const Streams& io) {
    StoreOptions options;
    if (r.dry_run) {
        if (!std::filesystem::exists(r.store)) return nullptr;
        options.access = StoreOptions::Access::Read;
    }
    auto store = std::make_unique<ResultStore>(r.store, options);
    if (!r.dry_run && !store->read_only().empty()) {
        throw Error(fmt::format("'{}' cannot be written: {}", r.store, store->read_only()));
    }
    if (!store->note().empty() && !r.quiet) {
        io.err << fmt::format("steppe: note: {}\n", store->note());
    }
    return store;
}

int execute(const Request& r, const Streams& io) {
    const auto start = std::chrono::steady_clock::now();
    const Grid grid = grid_of(r);
    CellRequests requests;
    require_sense(grid, requests);
    const SweepCells cells = cells_of(grid, shard_of(r.shard).value(), requests);
    const std::unique_ptr<ResultStore> store = open_store(r, io);
    Watch watch(r, io);
    const auto observer = [&](const SweepProgress& progress) { return watch(progress); };
    const SweepState state = r.dry_run ? look_at_sweep(store.get(), cells, r.threads, observer)
                                       : run_sweep(*store, cells, r.threads, observer);
    watch.clear();
    if (r.dry_run && state.interrupted) {
        if (!r.quiet) io.err << "steppe: interrupted before all runs were looked for\n";
        return 3;
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    io.out << (r.json ? json_line(json_of(r, state, taken.count())) + "\n" : text_of(r, state));
    if (!state.interrupted) return 0;
    if (!r.quiet) {
        io.err << fmt::format("steppe: interrupted; the same command goes on with {}\n", r.store);
    }
    return 3;
}

/// The options of a cell, each of which takes several values.
void add_axes(Options& options, Request& r) {
    for (const Option& option : r.one.options) {
        if (belongs_to_sweep(option)) continue;
        OptionSpec spec = option;
        if (option.takes_value()) {
            spec.value_name += ",...";
            spec.values = several_of(option.values);
        }
        spec.set = [&r, name = option.name](const std::string& text) { r.given[name] = text; };
        options.add(std::move(spec));
    }
}

}  // namespace

Command sweep_command() {
    auto request = std::make_shared<Request>();
    Command command{
        "sweep",
        "solve all combinations of several values of options, and keep the results in a store",
        {"steppe sweep --load 0.5:0.8:0.02 --seed 1:20 --inputs 1001,4001 --store runs.sqlite",
         "steppe sweep --solver amp,bp --load 0.6,0.7 --seed 1:100 --store runs.sqlite --dry-run",
         "steppe sweep --load 0.5:0.8:0.02 --seed 1:20 --shard 3/8 --store runs-3.sqlite"},
        [request](const Streams& io) { return execute(*request, io); }};
    Options& options = command.options;
    options.add({.name = "store",
                 .group = "Sweep",
                 .value_name = "FILE",
                 .help = "the results store: runs that are there are not computed again; several "
                         "processes may work on one",
                 .required = true},
                request->store);
    options.add({.name = "shard",
                 .group = "Sweep",
                 .value_name = "I/N",
                 .help = "only part I of N, each spread over the whole range",
                 .values = shards()},
                request->shard);
    options.add({"dry-run", "Sweep", "",
                 "compute nothing: say how many runs there are, how many are in the store, and how "
                 "long the others may take"},
                request->dry_run);
    options.add({"threads", "Sweep", "COUNT",
                 "runs at a time, each on one core; few runs share them; 0: one per core",
                 whole_number(0, 1024), "0"},
                request->threads);
    add_axes(options, *request);
    options.add({"json", "Output", "", "print what is where as one JSON object"}, request->json);
    options.add({"quiet", "Output", "", "no progress line and no notes"}, request->quiet);
    return command;
}

}  // namespace steppe::cli

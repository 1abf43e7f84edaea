#include "steppe/sweep/run_sweep.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "steppe/data/pattern_set.hpp"
#include "steppe/error.hpp"
#include "steppe/sweep/grid.hpp"
#include "store/rows.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

/// Perceptrons of 51 inputs: loads times seeds.
class Cells : public SweepCells {
  public:
    explicit Cells(std::size_t loads = 4, std::size_t seeds = 5)
        : grid_({axis("load", loads), axis("seed", seeds)}) {
        order = grid_.order("seed");
        run = [this](std::size_t cell) {
            ++made;
            const std::vector<std::size_t> at = grid_.places(cell);
            SolveOptions options;
            options.network.inputs = 51;
            options.seed = at[1] + 1;
            options.max_iterations = 20;
            PatternSet patterns = random_patterns(51, 10 + 10 * at[0], options.seed);
            return SweepRun{options,
                            std::make_shared<const PatternSet>(std::move(patterns).fold_labels()),
                            "random"};
        };
        name = [this](std::size_t cell) { return grid_.name(cell); };
        group = [this](std::size_t cell) { return grid_.first_along("seed", cell); };
    }
    Cells(const Cells&) = delete;
    Cells& operator=(const Cells&) = delete;

    std::atomic<int> made{0};

  private:
    static Axis axis(const std::string& name, std::size_t count) {
        Axis axis{name, {}};
        for (std::size_t v = 1; v <= count; ++v) axis.values.push_back(std::to_string(v));
        return axis;
    }

    Grid grid_;
};

/// What a store holds, without what the clock says.
std::map<std::string, std::string> rows_of(const std::string& path) {
    std::map<std::string, std::string> rows;
    ResultStore(path).for_each({}, [&](const ResultRow& row) {
        rows[row.key.hash()] = row.status + " " + std::to_string(row.errors) + " " +
                               std::to_string(row.iterations) + " " + row.solver;
    });
    return rows;
}

}  // namespace

// The first, as processes are forked before there are threads.
TEST_CASE("two processes on one store share the runs") {
    const Folder folder;
    const std::string path = folder / "runs.sqlite";
    { ResultStore store(path); }
    int begin[2];
    REQUIRE(::pipe(begin) == 0);
    std::vector<pid_t> processes;
    for (int p = 0; p < 2; ++p) {
        processes.push_back(start_process([&] {
            Cells cells(1, 30);
            cells.run = [run = cells.run](std::size_t cell) {
                SweepRun longer = run(cell);
                // What both do with the store is short beside it.
                longer.options.network.inputs = 1001;
                longer.options.solver = "amp";
                longer.options.max_iterations = 500;
                longer.patterns = std::make_shared<const PatternSet>(
                    random_patterns(1001, 950, longer.options.seed).fold_labels());
                return longer;
            };
            ResultStore store(path);
            char word = 0;
            ::close(begin[1]);
            if (::read(begin[0], &word, 1) != 0) return 99;  // waits until all ends are closed
            const SweepState state = run_sweep(store, cells, 1);
            return state.missing > 0 ? 98 : static_cast<int>(state.computed);
        }));
    }
    ::close(begin[0]);
    ::close(begin[1]);
    const int one = end_of(processes[0]), other = end_of(processes[1]);
    CHECK(one + other == 30);
    CHECK(one > 3);
    CHECK(other > 3);
    CHECK(ResultStore(path).count() == 30);
}

TEST_CASE("a sweep computes every cell once, and nothing twice") {
    const Folder folder;
    const std::string path = folder / "runs.sqlite";
    const Cells cells;
    ResultStore store(path);
    const SweepState first = run_sweep(store, cells, 2);
    CHECK(first.cells == 20);
    CHECK(first.computed == 20);
    CHECK(first.there == 0);
    CHECK(first.missing == 0);
    CHECK(store.count() == 20);
    RowFilter solved;
    solved.solved = true;
    CHECK(first.solved == store.count(solved));
    CHECK(first.solved > 0);
    CHECK(first.solved < 20);
    const SweepState second = run_sweep(store, cells, 2);
    CHECK(second.computed == 0);
    CHECK(second.there == 20);
    CHECK(second.solved == first.solved);
    CHECK(store.count() == 20);
    // A larger grid has the smaller one.
    const Cells more(4, 6);
    const SweepState third = run_sweep(store, more, 1);
    CHECK(third.there == 20);
    CHECK(third.computed == 4);
}

TEST_CASE("results are the same for any number of threads, few cells on many as well") {
    const Folder folder;
    std::vector<std::map<std::string, std::string>> rows;
    for (const std::size_t threads : {1, 2, 7}) {
        const std::string path = folder / std::to_string(threads);
        ResultStore store(path);
        run_sweep(store, Cells(2, 1), threads);
        run_sweep(store, Cells(4, 3), threads);
        rows.push_back(rows_of(path));
    }
    CHECK(rows[0].size() == 12);
    CHECK(rows[0] == rows[1]);
    CHECK(rows[0] == rows[2]);
}

TEST_CASE("a sweep that is interrupted ends the runs at work, and goes on later") {
    const Folder folder;
    const std::string path = folder / "runs.sqlite";
    const Cells cells;
    {
        ResultStore store(path);
        std::size_t calls = 0;
        const SweepState state = run_sweep(store, cells, 1, [&](const SweepProgress& progress) {
            CHECK(progress.cells == 20);
            return ++calls < 2;  // the second call is 0.1 s later
        });
        CHECK(state.computed == store.count());
        CHECK(state.missing == 20 - state.computed);
        CHECK(state.interrupted == (state.missing > 0));
        CHECK(std::isnan(state.seconds_left) == (state.missing > 0 && state.computed > 0));
    }
    {
        ResultStore store(path);
        const SweepState state =
            run_sweep(store, cells, 1, [](const SweepProgress&) { return false; });
        CHECK(state.computed == 0);
    }
    ResultStore store(path);
    CHECK(run_sweep(store, cells, 1).missing == 0);
    ResultStore whole(folder / "whole.sqlite");
    run_sweep(whole, cells, 2);
    CHECK(rows_of(path) == rows_of(folder / "whole.sqlite"));
}

TEST_CASE("looking computes nothing, and tells the time by the runs that are there") {
    const Folder folder;
    const Cells cells;
    SweepState state = look_at_sweep(nullptr, cells, 1);
    CHECK(state.missing == 20);
    CHECK(std::isnan(state.seconds_left));
    CHECK(cells.made == 0);
    ResultStore store(folder / "runs.sqlite");
    // Of the four loads seed 1 alone is there, and takes 1, 2, 3 and 4 seconds.
    const Cells some(4, 1);
    for (const std::size_t cell : some.order) {
        const SweepRun run = some.run(cell);
        ResultRow row = row_of(1);
        row.key = run_key(run.options, run.patterns, run.labels);
        row.seconds = static_cast<double>(cell + 1);
        store.put(row);
    }
    state = look_at_sweep(&store, cells, 2);
    CHECK(state.there == 4);
    CHECK(state.computed == 0);
    CHECK(state.missing == 16);
    CHECK(state.solved == 4);
    CHECK(state.seconds_left == doctest::Approx(4 * (1 + 2 + 3 + 4) / 2.0));
    CHECK(store.count() == 4);
}

TEST_CASE("a run of a process that is killed is taken over by one that waits for it") {
    const Folder folder;
    const std::string path = folder / "runs.sqlite";
    const Cells cells(2, 1);
    const SweepRun run = cells.run(1);
    const RunKey key = run_key(run.options, run.patterns, run.labels);
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t other = start_process([&] {
        ResultStore store(path);
        if (!store.claim(key) || ::write(ends[1], "y", 1) != 1) return 1;
        ::sleep(60);
        return 0;
    });
    ::close(ends[1]);
    char said = 0;
    REQUIRE(::read(ends[0], &said, 1) == 1);
    ::close(ends[0]);
    ResultStore store(path);
    bool waited = false;
    const SweepState state = run_sweep(store, cells, 1, [&](const SweepProgress& progress) {
        if (progress.stage == SweepProgress::Stage::Waiting && !waited) {
            waited = true;
            CHECK(progress.done == 1);
            ::kill(other, SIGKILL);
            end_of(other);
        }
        return true;
    });
    CHECK(waited);
    CHECK(state.computed == 2);
    CHECK(state.missing == 0);
}

TEST_CASE("a cell that cannot be run is named; what was reached is kept") {
    const Folder folder;
    Cells cells;
    const auto run = cells.run;
    cells.run = [&](std::size_t cell) {
        if (cell == 3) throw Error("no such patterns");
        return run(cell);
    };
    ResultStore store(folder / "runs.sqlite");
    CHECK_THROWS_WITH_AS(run_sweep(store, cells, 1), "the run --load 4 --seed 1: no such patterns",
                         Error);
    CHECK(store.count() == 1);
}

TEST_CASE("cells that come to one run are computed once") {
    const Folder folder;
    Cells cells;
    const auto run = cells.run;
    cells.run = [&](std::size_t cell) { return run(cell / 4 * 4); };
    ResultStore store(folder / "runs.sqlite");
    const SweepState state = run_sweep(store, cells, 3);
    CHECK(state.computed == 5);
    CHECK(state.there == 15);
    CHECK(store.count() == 5);
}

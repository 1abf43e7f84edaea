// A results store: a row put, which is on disk when put() returns, and 100,000 rows read, which may
// take far less than 2 s. Rows are as long as those of runs (2.5 KB).
#include "steppe/store/result_store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "steppe/error.hpp"

namespace {

using namespace steppe;

constexpr std::uint64_t many = 100000;

/// A folder of its own, removed at the end.
class Folder {
  public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "steppe-XXXXXX").string();
        if (!mkdtemp(name.data())) throw Error("no folder can be made for the benchmark");
        path_ = name;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string file() const { return path_ + "/results.db"; }

  private:
    std::string path_;
};

/// One result of a real run under another key, as if seeds had gone from 1 on.
ResultRow row_of(std::uint64_t i) {
    static const ResultRow first = [] {
        SolveOptions options;
        options.network.inputs = 201;
        const Patterns patterns =
            std::make_shared<const PatternSet>(random_patterns(options.network.inputs, 100, 1));
        return result_row(run_key(options, patterns, "random"), solve(options, patterns).summary);
    }();
    ResultRow row = first;
    row.key = RunKey(first.key.text() + std::to_string(i));
    row.inputs = i % 1000;
    return row;
}

void store_put(benchmark::State& state) {
    const Folder folder;
    ResultStore store(folder.file());
    std::uint64_t i = 0;
    for (auto _ : state) store.put(row_of(i++));
    state.counters["rows/s"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
}

void store_claim(benchmark::State& state) {
    const Folder folder;
    ResultStore store(folder.file());
    std::uint64_t i = 0;
    for (auto _ : state) store.claim(row_of(i++).key);
}

/// Made once; what is measured is reading, so the rows are not flushed one by one.
const ResultStore& large_store() {
    static const Folder folder;
    static const std::unique_ptr<ResultStore> store = [] {
        auto made = std::make_unique<ResultStore>(folder.file());
        made->put(row_of(0));
        // Rows after the first by SQL, all in one transaction.
        SQLite::Database database(folder.file(), SQLite::OPEN_READWRITE, 10000);
        SQLite::Transaction transaction(database);
        SQLite::Statement insert(
            database,
            "INSERT INTO runs SELECT ?, ?, ?, results, status, solved, errors, "
            "iterations, seconds, ?, load, solver, written, host, version, ?, "
            "summary FROM runs WHERE id = 1");
        const ResultRow first = *made->find(row_of(0).key);
        for (std::uint64_t i = 1; i < many; ++i) {
            ResultRow row = first;
            row.key = row_of(i).key;
            row.inputs = i % 1000;
            insert.bind(1, static_cast<std::int64_t>(i + 1));
            insert.bind(2, row.key.hash());
            insert.bind(3, static_cast<std::int64_t>(checksum_of(row)));
            insert.bind(4, static_cast<std::int64_t>(row.inputs));
            insert.bind(5, row.key.text());
            insert.exec();
            insert.reset();
        }
        transaction.commit();
        return made;
    }();
    return *store;
}

void store_read(benchmark::State& state, const RowFilter& filter, std::uint64_t expected) {
    const ResultStore& store = large_store();
    for (auto _ : state) {
        std::uint64_t rows = 0;
        store.for_each(filter, [&](const ResultRow&) { ++rows; });
        if (rows != expected) state.SkipWithError("rows are missing");
    }
}

void store_find(benchmark::State& state) {
    const ResultStore& store = large_store();
    std::uint64_t i = 0;
    for (auto _ : state) {
        if (!store.find(row_of(i * 7919 % many).key)) state.SkipWithError("a row is missing");
        ++i;
    }
}

BENCHMARK(store_put)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(store_claim)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(store_read, all_rows, RowFilter{}, many)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(store_read, one_row_in_100, RowFilter{.inputs_to = 9}, many / 100)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(store_find)->Unit(benchmark::kMicrosecond)->UseRealTime();

}  // namespace

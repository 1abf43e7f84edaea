#include "steppe/store/result_store.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <thread>
#include <vector>

#include "rows.hpp"
#include "steppe/error.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

std::vector<ResultRow> rows_in(const ResultStore& store, const RowFilter& filter = {}) {
    std::vector<ResultRow> rows;
    store.for_each(filter, [&](const ResultRow& row) { rows.push_back(row); });
    return rows;
}

/// Whether the store holds rows first .. first + count - 1, each once, and nothing else.
bool holds_exactly(const ResultStore& store, std::uint64_t count) {
    if (store.count() != count || rows_in(store).size() != count) return false;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::optional<ResultRow> row = store.find(RunKey("run " + std::to_string(i)));
        if (!row || !(*row == row_of(i))) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("any text comes back as it was put, now and after the file was opened again") {
    const Folder folder;
    const std::string path = folder / "results.db";
    const bool held = rc::check("round trip", [&] {
        ResultRow row = row_of(0);
        const auto text = [] { return *rc::gen::arbitrary<std::string>(); };
        row.key = RunKey(text());
        row.summary = text();
        row.status = text();
        row.solver = text();
        row.written = "w" + text();
        row.host = "h" + text();
        row.version = "v" + text();
        row.errors = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 62);
        row.seconds = *rc::gen::arbitrary<double>();
        row.load = *rc::gen::element(0.0, -0.0, 1e-300, 0.1, 5e-324, 1.7976931348623157e308);
        RC_PRE(std::isfinite(row.seconds));
        std::optional<ResultRow> before;
        {
            ResultStore store(path);
            before = store.find(row.key);
            RC_ASSERT(store.has(row.key) == before.has_value());
            RC_ASSERT(store.put(row) == !before);
        }
        const ResultStore again(path, {.access = StoreOptions::Access::Read});
        RC_ASSERT(again.find(row.key) == (before ? before : row));
    });
    CHECK(held);
}

TEST_CASE("a row is put once, and the first one stays") {
    const Folder folder;
    ResultStore store(folder / "results.db");
    ResultRow row = row_of(1);
    CHECK_FALSE(store.has(row.key));
    CHECK_FALSE(store.find(row.key));
    CHECK(store.put(row));
    row.summary = "another";
    CHECK_FALSE(store.put(row));
    CHECK(store.has(row.key));
    CHECK(store.find(row.key) == row_of(1));
    CHECK(store.count() == 1);
}

TEST_CASE("put says when, where and by what a row was written, where the row does not") {
    const Folder folder;
    ResultStore store(folder / "results.db");
    ResultRow row = row_of(1);
    row.written = row.host = row.version = "";
    store.put(row);
    const ResultRow found = *store.find(row.key);
    CHECK(found.written.size() == std::string("2026-01-31T12:00:00.000Z").size());
    CHECK(found.written > "2024");
    CHECK(found.host != "");
    CHECK(found.version == version());
}

TEST_CASE("numbers that are none are refused") {
    const Folder folder;
    ResultStore store(folder / "results.db");
    ResultRow row = row_of(1);
    row.seconds = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(store.put(row), Error);
    row = row_of(1);
    row.load = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(store.put(row), Error);
    CHECK(store.count() == 0);
}

TEST_CASE("filters take what a plain loop over all rows takes") {
    const Folder folder;
    ResultStore store(folder / "results.db");
    std::vector<ResultRow> all;
    for (std::uint64_t i = 0; i < 300; ++i) {
        all.push_back(row_of(i));
        store.put(all.back());
    }
    CHECK(rows_in(store) == all);
    const bool held = rc::check("filters", [&] {
        RowFilter filter;
        if (*rc::gen::arbitrary<bool>()) filter.solved = *rc::gen::arbitrary<bool>();
        if (*rc::gen::arbitrary<bool>())
            filter.solver = *rc::gen::element<std::string>("amp", "bp", "x");
        if (*rc::gen::arbitrary<bool>()) filter.results = *rc::gen::element(1, 2);
        if (*rc::gen::arbitrary<bool>())
            filter.inputs_from = *rc::gen::inRange<std::uint64_t>(99, 110);
        if (*rc::gen::arbitrary<bool>())
            filter.inputs_to = *rc::gen::inRange<std::uint64_t>(99, 110);
        if (*rc::gen::arbitrary<bool>()) filter.load_from = *rc::gen::inRange(-1, 110) / 100.0;
        if (*rc::gen::arbitrary<bool>()) filter.load_to = *rc::gen::inRange(-1, 110) / 100.0;
        std::vector<ResultRow> wanted;
        for (const ResultRow& row : all) {
            if ((!filter.solved || row.solved == *filter.solved) &&
                (!filter.solver || row.solver == *filter.solver) &&
                (!filter.results || row.results == *filter.results) &&
                row.inputs >= filter.inputs_from && row.inputs <= filter.inputs_to &&
                row.load >= filter.load_from && row.load <= filter.load_to) {
                wanted.push_back(row);
            }
        }
        RC_ASSERT(rows_in(store, filter) == wanted);
        RC_ASSERT(store.count(filter) == wanted.size());
    });
    CHECK(held);
}

TEST_CASE("the store may be used while its rows are gone through, and exceptions pass") {
    const Folder folder;
    ResultStore store(folder / "results.db");
    for (std::uint64_t i = 0; i < 300; ++i) store.put(row_of(i));
    std::uint64_t seen = 0;
    store.for_each({}, [&](const ResultRow& row) {
        CHECK(store.find(row.key) == row);
        if (seen++ == 0) store.put(row_of(1000));
    });
    CHECK(seen == 301);
    CHECK_THROWS_AS(store.for_each({}, [](const ResultRow&) { throw Error("enough"); }), Error);
    CHECK(store.put(row_of(1001)));
}

TEST_CASE("threads of one store lose no row and double none") {
    const Folder folder;
    ResultStore store(folder / "results.db");
    constexpr std::uint64_t count = 120, threads = 4;
    std::vector<std::uint64_t> added(threads);
    std::vector<std::thread> all;
    for (std::uint64_t t = 0; t < threads; ++t) {
        // Each row is put by two of them.
        all.emplace_back([&, t] {
            for (std::uint64_t i = 0; i < count; ++i) {
                if (i % threads == t || (i + 1) % threads == t) added[t] += store.put(row_of(i));
            }
        });
    }
    for (std::thread& thread : all) thread.join();
    CHECK(added[0] + added[1] + added[2] + added[3] == count);
    CHECK(holds_exactly(store, count));
}

TEST_CASE("processes on one file, which they make at once, lose no row and double none") {
    for (const auto journal : {StoreOptions::Journal::Auto, StoreOptions::Journal::Rollback}) {
        CAPTURE(static_cast<int>(journal));
        const Folder folder;
        const std::string path = folder / "results.db";
        constexpr std::uint64_t count = 60, processes = 4;
        std::vector<pid_t> all;
        for (std::uint64_t p = 0; p < processes; ++p) {
            all.push_back(start_process([&] {
                ResultStore store(path, {.journal = journal});
                int added = 0;
                for (std::uint64_t i = 0; i < count; ++i) {
                    if (i % processes == p || (i + 1) % processes == p) {
                        added += store.put(row_of(i));
                        if (store.find(row_of(i).key) != row_of(i)) return 98;
                    }
                }
                return added;
            }));
        }
        int added = 0;
        for (const pid_t process : all) {
            const int status = end_of(process);
            CHECK(status <= 60);
            added += status;
        }
        CHECK(added == count);
        const ResultStore store(path);
        CHECK(holds_exactly(store, count));
    }
}

TEST_CASE("a forked process does not use what it inherited") {
    const Folder folder;
    const std::string path = folder / "results.db";
    auto store = std::make_unique<ResultStore>(path);
    store->put(row_of(0));
    CHECK(in_process([&] {
              try {
                  store->put(row_of(1));
                  return 1;
              } catch (const Error&) {
              }
              store.reset();
              return 0;
          }) == 0);
    CHECK(store->put(row_of(1)));
    CHECK(store->count() == 2);
}

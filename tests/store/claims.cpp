#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>
#include <fcntl.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "rows.hpp"
#include "steppe/error.hpp"
#include "steppe/store/process.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;
using namespace std::chrono_literals;

namespace {

const RunKey key("run 1");

/// A claim as another process would have written it, whose heart beat so many seconds ago.
void write_claim(const std::string& path, const Process& process, std::int64_t ago) {
    SQLite::Database database(path, SQLite::OPEN_READWRITE, 10000);
    SQLite::Statement claim(database, "INSERT INTO claims VALUES (?, 'other', ?, ?, ?, ?, '', ?)");
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    claim.bind(1, key.hash());
    claim.bind(2, process.host);
    claim.bind(3, process.system);
    claim.bind(4, static_cast<std::int64_t>(process.pid));
    claim.bind(5, static_cast<std::int64_t>(process.started));
    claim.bind(6, static_cast<std::int64_t>(now.count() - 1000 * ago));
    claim.exec();
}

}  // namespace

TEST_CASE("a run is claimed once, until it is released, put, or its store is closed") {
    const Folder folder;
    const std::string path = folder / "results.db";
    ResultStore store(path);
    auto other = std::make_unique<ResultStore>(path);
    CHECK(store.claim(key));
    CHECK_FALSE(store.claim(key));
    CHECK_FALSE(other->claim(key));
    CHECK(other->claim(RunKey("run 2")));
    other->release(key);  // is not its own
    CHECK_FALSE(other->claim(key));
    store.release(key);
    CHECK(other->claim(key));
    other.reset();
    CHECK(store.claim(RunKey("run 2")));
    CHECK(store.claim(key));
    store.put(row_of(1));
    CHECK_FALSE(store.claim(key));
    CHECK(ResultStore(path).count() == 1);
    CHECK_FALSE(ResultStore(path).claim(key));
}

TEST_CASE("of several processes one has each run") {
    const Folder folder;
    const std::string path = folder / "results.db";
    std::vector<pid_t> processes;
    constexpr int count = 40;
    for (int p = 0; p < 4; ++p) {
        processes.push_back(start_process([&] {
            ResultStore store(path);
            int done = 0;
            for (int i = 0; i < count; ++i) {
                const ResultRow row = row_of(static_cast<std::uint64_t>(i));
                if (!store.claim(row.key)) continue;
                if (!store.put(row)) return 98;  // someone else did it as well
                ++done;
            }
            return done;
        }));
    }
    int done = 0;
    for (const pid_t process : processes) done += end_of(process);
    CHECK(done == count);
    CHECK(ResultStore(path).count() == count);
}

TEST_CASE("the claim of a process that was killed is taken over at once") {
    const Folder folder;
    const std::string path = folder / "results.db";
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t process = start_process([&] {
        ResultStore store(path);
        const char said = store.claim(key) ? 'y' : 'n';
        if (::write(ends[1], &said, 1) != 1) return 1;
        std::this_thread::sleep_for(60s);
        return 0;
    });
    ::close(ends[1]);
    char said = 0;
    CHECK(::read(ends[0], &said, 1) == 1);
    ::close(ends[0]);
    CHECK(said == 'y');
    CHECK_FALSE(ResultStore(path).claim(key));
    ::kill(process, SIGKILL);
    CHECK(end_of(process) == 128 + SIGKILL);
    CHECK(ResultStore(path).claim(key));
}

TEST_CASE("whose claim holds") {
    const Folder folder;
    const std::string path = folder / "results.db";
    { ResultStore store(path); }
    const Process self = Process::current();
    REQUIRE(self.state() == Process::State::Runs);
    Process process = self;
    std::int64_t ago = 0;
    bool held = true;
    SUBCASE("this process, however silent") {
        ago = 100000;
    }
    SUBCASE("a number that was used again") {
        --process.started;
        held = false;
    }
    SUBCASE("a process that ended") {
        process.pid = start_process([] { return 0; });
        end_of(process.pid);
        held = false;
    }
    SUBCASE("this machine before it was booted") {
        process.system =
            "00000000-0000-0000-0000-000000000000 " + self.system.substr(self.system.find(' ') + 1);
        held = false;
    }
    SUBCASE("another container, just now") {
        process.system += "1";
    }
    SUBCASE("another container, long ago") {
        process.system += "1";
        ago = 601;
        held = false;
    }
    SUBCASE("another machine, just now") {
        process.host = "elsewhere";
    }
    SUBCASE("another machine, a while ago") {
        process.host = "elsewhere";
        ago = 500;
    }
    SUBCASE("another machine, long ago") {
        process.host = "elsewhere";
        ago = 601;
        held = false;
    }
    SUBCASE("another machine with a clock that is far ahead") {
        process.host = "elsewhere";
        ago = -100000;
        held = false;
    }
    write_claim(path, process, ago);
    ResultStore store(path);
    CHECK(store.claim(key) == !held);
    CHECK_FALSE(store.claim(key));
}

TEST_CASE("while a claim is held its heart beats") {
    const Folder folder;
    const std::string path = folder / "results.db";
    ResultStore store(path, {.heartbeat = 20ms});
    REQUIRE(store.claim(key));
    SQLite::Database database(path, SQLite::OPEN_READONLY, 10000);
    const auto beat = [&] {
        return database.execAndGet("SELECT heartbeat FROM claims").getInt64();
    };
    const std::int64_t first = beat();
    for (int i = 0; i < 500 && beat() == first; ++i) std::this_thread::sleep_for(10ms);
    CHECK(beat() > first);
}

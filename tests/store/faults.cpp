// Stores of processes that were killed, on full disks, cut short and with bytes flipped: what put()
// confirmed is there, and a row is right or it is an error.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include "rows.hpp"
#include "steppe/error.hpp"
#include "support/damaged.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

namespace fs = std::filesystem;

std::uint64_t trials(const char* name, std::uint64_t usual) {
    const char* text = std::getenv(name);
    return text ? std::stoull(text) : usual;
}

/// Puts rows from `first` on and says of each that it is there, until the pipe or its life ends.
int put_rows(const std::string& path, const StoreOptions& options, std::uint64_t first, int pipe) {
    ResultStore store(path, options);
    for (std::uint64_t i = first;; ++i) {
        store.put(row_of(i));
        if (::write(pipe, &i, sizeof i) != sizeof i) return 1;
    }
}

/// The rows that a process had confirmed when it was killed at a random moment.
std::vector<std::uint64_t> put_until_killed(const std::string& path, const StoreOptions& options,
                                            std::uint64_t first, std::uint64_t microseconds) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t process = start_process([&] {
        ::close(ends[0]);
        return put_rows(path, options, first, ends[1]);
    });
    ::close(ends[1]);
    std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
    ::kill(process, SIGKILL);
    CHECK(end_of(process) == 128 + SIGKILL);
    std::vector<std::uint64_t> confirmed;
    for (std::uint64_t i = 0; ::read(ends[0], &i, sizeof i) == sizeof i;) confirmed.push_back(i);
    ::close(ends[0]);
    return confirmed;
}

/// What a look at a store, of rows that are known, comes to.
enum class Seen { Error, AllRight, SomeMissing, Wrong };

Seen look_at(const std::string& path, std::uint64_t rows) {
    std::set<std::string> seen;
    std::uint64_t missing = 0;
    try {
        ResultStore store(path);
        bool wrong = false;
        store.for_each({}, [&](const ResultRow& row) {
            const auto i = std::strtoull(row.key.text().c_str() + 4, nullptr, 10);
            wrong |= !(row == row_of(i)) || !seen.insert(row.key.text()).second;
        });
        for (std::uint64_t i = 0; i < rows; ++i) {
            const std::optional<ResultRow> row = store.find(row_of(i).key);
            if (!row) ++missing;
            wrong |= row && !(*row == row_of(i));
        }
        if (wrong) return Seen::Wrong;
    } catch (const Error& error) {
        // One sentence that names the file.
        const bool names = std::string(error.what()).find(path) != std::string::npos;
        return names ? Seen::Error : Seen::Wrong;
    }
    return missing == 0 && seen.size() == rows ? Seen::AllRight : Seen::SomeMissing;
}

/// A file system of so many bytes in memory, while it stands; there only for root.
class SmallDisk {
  public:
    SmallDisk(const std::string& path, const std::string& size) : path_(path) {
        fs::create_directory(path);
        is_there = ::mount("tmpfs", path.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
    }
    ~SmallDisk() {
        if (is_there) ::umount2(path_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    bool is_there = false;

  private:
    std::string path_;
};

/// Puts rows until one cannot be written, which is an error with these words; how many there are.
std::uint64_t fill(ResultStore& store, const std::string& words) {
    for (std::uint64_t i = store.count(); i < 100000; ++i) {
        try {
            store.put(row_of(i));
        } catch (const Error& error) {
            CHECK(std::string(error.what()).find(words) != std::string::npos);
            return i;
        }
    }
    return 100000;
}

}  // namespace

TEST_CASE("what put() confirmed is there after a kill") {
    for (const auto journal : {StoreOptions::Journal::Auto, StoreOptions::Journal::Rollback}) {
        const Folder folder;
        const std::string path = folder / "results.db";
        const StoreOptions options{.journal = journal};
        std::uint64_t next = 0, all = 0;
        for (std::uint64_t kill = 0; kill < trials("STEPPE_KILLS", 20); ++kill) {
            const std::uint64_t wait = Philox(kill, Stream::Test).bits(0) % 60000;
            const std::vector<std::uint64_t> confirmed =
                put_until_killed(path, options, next, wait);
            CAPTURE(kill);
            CAPTURE(wait);
            ResultStore store(path, options);
            for (const std::uint64_t i : confirmed) CHECK(store.find(row_of(i).key) == row_of(i));
            // One row more may have been written and not confirmed.
            all += confirmed.size();
            if (!confirmed.empty()) next = confirmed.back() + 1;
            if (store.has(row_of(next).key)) {
                ++next;
                ++all;
            }
            CHECK(store.count() == all);
        }
        CHECK(all > 0);
        CHECK(look_at(path, all) == Seen::AllRight);
    }
}

TEST_CASE("a store that was cut short or whose bytes were flipped is an error, or right") {
    constexpr std::uint64_t rows = 40;
    const Folder folder;
    const std::string path = folder / "results.db";
    {
        ResultStore store(path);
        for (std::uint64_t i = 0; i < rows; ++i) store.put(row_of(i));
        store.claim(RunKey("claimed"));
    }
    REQUIRE(folder.count() == 1);
    const std::string whole = contents(path);
    REQUIRE(look_at(path, rows) == Seen::AllRight);
    std::map<Seen, std::uint64_t> found;
    for (std::uint64_t trial = 0; trial < trials("STEPPE_DAMAGES", 600); ++trial) {
        CAPTURE(trial);
        const Folder other;
        const std::uint64_t random = Philox(trial, Stream::Test).bits(7);
        const std::string damaged_path = other.write(
            "results.db", trial % 3 == 0 ? whole.substr(0, 1 + random % (whole.size() - 1))
                                         : damaged(whole, trial));
        const Seen seen = look_at(damaged_path, rows);
        CHECK((seen == Seen::Error || seen == Seen::AllRight));
        ++found[seen];
    }
    MESSAGE(found[Seen::Error] << " errors, " << found[Seen::AllRight] << " unharmed");
    CHECK(found[Seen::Error] > 0);
}

TEST_CASE("of a damaged write-ahead log that a kill left behind, rows that are read are right") {
    const Folder folder;
    const std::string path = folder / "results.db";
    constexpr std::uint64_t confirmed = 30;
    const int end = in_process([&] {
        ResultStore store(path);
        for (std::uint64_t i = 0; i < confirmed; ++i) store.put(row_of(i));
        return ::kill(::getpid(), SIGKILL);
    });
    REQUIRE(end == 128 + SIGKILL);
    const std::string file = contents(path), log = contents(path + "-wal");
    REQUIRE(!log.empty());
    for (std::uint64_t trial = 0; trial < trials("STEPPE_DAMAGES", 600) / 10; ++trial) {
        CAPTURE(trial);
        const Folder other;
        const std::uint64_t random = Philox(trial, Stream::Test).bits(7);
        const std::string copy = other.write("results.db", file);
        other.write("results.db-wal",
                    trial % 3 == 0 ? log.substr(0, random % log.size()) : damaged(log, trial));
        // What follows the damage is taken for what was never finished.
        CHECK(look_at(copy, confirmed) != Seen::Wrong);
    }
}

TEST_CASE("a full disk is an error, and what was there stays") {
    const Folder folder;
    const SmallDisk disk(folder / "disk", "700k");
    if (!disk.is_there) {
        MESSAGE("skipped: only root can mount a small file system");
        return;
    }
    const std::string path = folder / "disk/results.db";
    std::uint64_t rows = 0;
    {
        ResultStore store(path);
        rows = fill(store, "the disk is full");
        CHECK(rows > 10);
        CHECK(rows < 1000);
        CHECK(store.count() == rows);
        CHECK(store.find(row_of(rows - 1).key) == row_of(rows - 1));
    }
    CHECK(look_at(path, rows) == Seen::AllRight);
    // Room for nothing at all, not even for what readers share.
    const std::string ballast = folder / "disk/ballast";
    std::ofstream(ballast) << std::string(1 << 20, 'x');
    {
        ResultStore store(path);
        CHECK(store.count() == rows);
        CHECK_THROWS_AS(store.put(row_of(rows)), Error);
    }
    CHECK_THROWS_AS(ResultStore(folder / "disk/new.db"), Error);
    CHECK(look_at(path, rows) == Seen::AllRight);
    fs::remove(ballast);
    fs::resize_file(folder / "disk/new.db", 0);
    ::mount("tmpfs", (folder / "disk").c_str(), "tmpfs", MS_REMOUNT, "size=10m");
    ResultStore store(path);
    CHECK(store.put(row_of(rows)));
    CHECK(store.count() == rows + 1);
}

TEST_CASE("a file that may not grow further is an error, and what was there stays") {
    const Folder folder;
    const std::string path = folder / "results.db";
    { ResultStore store(path); }
    const int rows = in_process([&] {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{200000, 200000};
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 99;
        ResultStore store(path);
        const std::uint64_t there = fill(store, path);
        return store.count() == there ? static_cast<int>(there) : 98;
    });
    CHECK(rows > 5);
    CHECK(rows < 98);
    CHECK(look_at(path, static_cast<std::uint64_t>(rows)) == Seen::AllRight);
}

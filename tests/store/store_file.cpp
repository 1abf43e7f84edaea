#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "rows.hpp"
#include "steppe/error.hpp"
#include "steppe/store/store_format.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;
using doctest::Contains;

namespace {

namespace fs = std::filesystem;

constexpr StoreOptions reading{.access = StoreOptions::Access::Read};

void sql(const std::string& path, const std::string& text) {
    SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 10000);
    database.exec(text);
}

std::string answer(const std::string& path, const std::string& query) {
    SQLite::Database database(path, SQLite::OPEN_READONLY, 10000);
    SQLite::Statement statement(database, query);
    std::string text;
    while (statement.executeStep()) text += statement.getColumn(0).getString() + "\n";
    return text;
}

std::string store_with(const Folder& folder, std::uint64_t rows) {
    const std::string path = folder / "results.db";
    ResultStore store(path);
    for (std::uint64_t i = 0; i < rows; ++i) store.put(row_of(i));
    return path;
}

/// Refused with these words and the file's name, for reading and for writing, and left as it was
/// with nothing beside it.
void check_refused(const Folder& folder, const std::string& path, const std::string& words) {
    const std::string before = contents(path);
    const std::size_t files = folder.count();
    CHECK_THROWS_WITH_AS(ResultStore{path}, Contains(words.c_str()), Error);
    CHECK_THROWS_WITH_AS(ResultStore{path}, Contains(path.c_str()), Error);
    CHECK_THROWS_WITH_AS(ResultStore(path, reading), Contains(words.c_str()), Error);
    CHECK(contents(path) == before);
    CHECK(folder.count() == files);
}

/// A store of format 1, as versions that had no claims would have left it.
std::string store_of_format_1(const Folder& folder, std::uint64_t rows) {
    const std::string path = folder / "old.db";
    SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec(
        "PRAGMA application_id = 1400137072; PRAGMA user_version = 1;"
        "CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);"
        "INSERT INTO meta VALUES ('format', 'steppe results');"
        "CREATE TABLE runs (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, checksum INTEGER "
        "NOT NULL, results INTEGER NOT NULL, status TEXT NOT NULL, solved INTEGER NOT NULL, errors "
        "INTEGER NOT NULL, iterations INTEGER NOT NULL, seconds REAL NOT NULL, inputs INTEGER NOT "
        "NULL, load REAL NOT NULL, solver TEXT NOT NULL, written TEXT NOT NULL, host TEXT NOT "
        "NULL, "
        "version TEXT NOT NULL, key TEXT NOT NULL, summary TEXT NOT NULL);");
    for (std::uint64_t i = 0; i < rows; ++i) {
        const ResultRow row = row_of(i);
        SQLite::Statement insert(
            database,
            "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        int column = 0;
        const auto bind = [&](const auto& value) { insert.bind(++column, value); };
        bind(static_cast<std::int64_t>(i + 1));
        bind(row.key.hash());
        bind(static_cast<std::int64_t>(checksum_of(row)));
        bind(row.results);
        bind(row.status);
        bind(row.solved ? 1 : 0);
        bind(static_cast<std::int64_t>(row.errors));
        bind(static_cast<std::int64_t>(row.iterations));
        bind(row.seconds);
        bind(static_cast<std::int64_t>(row.inputs));
        bind(row.load);
        for (const std::string* text :
             {&row.solver, &row.written, &row.host, &row.version, &row.key.text(), &row.summary}) {
            bind(*text);
        }
        insert.exec();
    }
    return path;
}

}  // namespace

TEST_CASE("what is no results store is refused and left as it was") {
    const Folder folder;
    SUBCASE("text") {
        check_refused(folder, folder.write("results.jsonl", "{\"key\":1}\n"),
                      "it is no SQLite database");
    }
    SUBCASE("long text") {
        check_refused(folder, folder.write("text", std::string(5000, 'x')),
                      "it is no SQLite database");
    }
    SUBCASE("a database of another program") {
        const std::string path = folder / "other.db";
        sql(path, "CREATE TABLE songs (title TEXT)");
        check_refused(folder, path, "it is a database of another program");
    }
    SUBCASE("another program's, with the number of ours") {
        const std::string path = folder / "other.db";
        sql(path,
            "PRAGMA application_id = 1400137072; PRAGMA user_version = 2;"
            "CREATE TABLE meta (name TEXT, value TEXT);"
            "INSERT INTO meta VALUES ('format', 'songs')");
        check_refused(folder, path, "it is a database of another program");
    }
    SUBCASE("another program's, with a write-ahead log that was left behind") {
        const std::string path = folder / "other.db";
        const int status = in_process([&]() -> int {
            SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            database.exec("PRAGMA journal_mode = WAL; CREATE TABLE songs (title TEXT)");
            ::_exit(7);
        });
        REQUIRE(status == 7);
        REQUIRE(folder.count() > 1);
        check_refused(folder, path, "");
    }
    SUBCASE("a folder") {
        CHECK_THROWS_WITH_AS(ResultStore(folder / ""), Contains("it is a folder"), Error);
    }
    SUBCASE("a FIFO") {
        REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
        CHECK_THROWS_WITH_AS(ResultStore(folder / "fifo"), Contains("no regular file"), Error);
    }
    SUBCASE("no name") {
        CHECK_THROWS_AS(ResultStore(""), Error);
    }
    SUBCASE("a folder that is not there") {
        CHECK_THROWS_WITH_AS(ResultStore(folder / "none/results.db"), Contains("No such file"),
                             Error);
    }
    SUBCASE("nothing, for reading") {
        CHECK_THROWS_WITH_AS(ResultStore(folder / "none.db", reading), Contains("none.db"), Error);
        CHECK(folder.count() == 0);
    }
}

TEST_CASE("a store of a newer format is refused and left as it was") {
    const Folder folder;
    const std::string path = store_with(folder, 3);
    SUBCASE("in the file") {
        sql(path, "PRAGMA user_version = 99");
    }
    SUBCASE("as yet in its log") {
        // The header in the file still has the older format.
        REQUIRE(in_process([&]() -> int {
                    SQLite::Database database(path, SQLite::OPEN_READWRITE);
                    database.exec("PRAGMA user_version = 99");
                    ::_exit(7);
                }) == 7);
        const std::string before = contents(path);
        CHECK_THROWS_WITH_AS(ResultStore{path}, Contains("format 99"), Error);
        CHECK(contents(path) == before);
        return;
    }
    check_refused(folder, path, "is a results store of format 99, and this version knows");
}

TEST_CASE("a store of an older format is brought forward with its rows") {
    const Folder folder;
    const std::string path = store_of_format_1(folder, 5);
    SUBCASE("for writing") {
        ResultStore store(path);
        CHECK(store.count() == 5);
        for (std::uint64_t i = 0; i < 5; ++i) CHECK(store.find(row_of(i).key) == row_of(i));
        CHECK(store.put(row_of(5)));
        CHECK(store.claim(row_of(6).key));
        CHECK(answer(path, "PRAGMA user_version") == std::to_string(store_format()) + "\n");
        // The same tables as those of a new one, but for how they are written.
        const std::string fresh = store_with(folder, 0);
        const std::string tables =
            "SELECT m.name || ' ' || c.cid || ' ' || c.name || ' ' || c.type || c.\"notnull\" || "
            "c.pk FROM sqlite_master m, pragma_table_info(m.name) c ORDER BY 1";
        CHECK(answer(path, tables) == answer(fresh, tables));
    }
    SUBCASE("for reading it stays as it is") {
        const std::string before = contents(path);
        const ResultStore store(path, reading);
        CHECK(store.count() == 5);
        CHECK(store.find(row_of(4).key) == row_of(4));
        CHECK(contents(path) == before);
    }
    SUBCASE("by several processes at once") {
        std::vector<pid_t> processes;
        for (int p = 0; p < 4; ++p) {
            processes.push_back(
                start_process([&] { return static_cast<int>(ResultStore(path).count()); }));
        }
        for (const pid_t process : processes) CHECK(end_of(process) == 5);
    }
    SUBCASE("or not at all") {
        sql(path, "CREATE TABLE claims (note TEXT)");
        CHECK_THROWS_WITH_AS(ResultStore{path}, Contains("is damaged"), Error);
        CHECK(answer(path, "PRAGMA user_version") == "1\n");
        CHECK(answer(path, "SELECT count(*) FROM runs") == "5\n");
    }
}

TEST_CASE("an empty file becomes a store, and names are only names") {
    const Folder folder;
    for (const std::string name :
         {"results.db", "a b?c%d#e.db", ":memory:", "file:x.db?mode=memory", "\xff.db"}) {
        CAPTURE(name);
        const std::string path = folder.write(name, "");
        { ResultStore(path).put(row_of(1)); }
        CHECK(contents(path).starts_with("SQLite format 3"));
        CHECK(ResultStore(path, reading).count() == 1);
    }
}

TEST_CASE("a symbolic link leads to the store") {
    const Folder folder;
    const std::string path = store_with(folder, 2);
    fs::create_symlink(path, folder / "link.db");
    ResultStore store(folder / "link.db");
    CHECK(store.put(row_of(2)));
    CHECK(ResultStore(path).count() == 3);
    CHECK(fs::is_symlink(folder / "link.db"));
}

TEST_CASE("what is opened for reading is not written") {
    const Folder folder;
    const std::string path = store_with(folder, 2);
    const std::string before = contents(path);
    {
        ResultStore store(path, reading);
        CHECK(store.read_only() != "");
        CHECK(store.count() == 2);
        CHECK_THROWS_WITH_AS(store.put(row_of(5)), Contains("cannot be written"), Error);
        CHECK_THROWS_WITH_AS(store.claim(row_of(5).key), Contains("cannot be written"), Error);
    }
    CHECK(contents(path) == before);
    CHECK(folder.count() == 1);
}

TEST_CASE("where nothing can be written rows are read, and putting says why not") {
    const Folder folder;
    fs::create_directory(folder / "a b?c%d#e");
    const std::string path = folder / "a b?c%d#e/results.db";
    for (const auto journal : {StoreOptions::Journal::Auto, StoreOptions::Journal::Rollback}) {
        for (const bool file_only : {false, true}) {
            fs::remove(path);
            {
                ResultStore store(path, {.journal = journal});
                store.put(row_of(0));
            }
            ::chmod((folder / "").c_str(), 0755);
            ::chmod((folder / "a b?c%d#e").c_str(), file_only ? 0777 : 0555);
            ::chmod(path.c_str(), 0444);
            CAPTURE(file_only);
            CHECK(in_process([&] {
                      // Root may write everything.
                      if (::geteuid() == 0 && ::setuid(65534) != 0) return 1;
                      ResultStore store(path);
                      if (store.read_only().empty()) return 2;
                      if (!store.note().empty()) return 3;
                      if (store.find(row_of(0).key) != row_of(0)) return 4;
                      if (store.count() != 1) return 5;
                      try {
                          store.put(row_of(1));
                      } catch (const Error& error) {
                          return std::string(error.what()).find("cannot be written") !=
                                         std::string::npos
                                     ? 0
                                     : 6;
                      }
                      return 7;
                  }) == 0);
            ::chmod((folder / "a b?c%d#e").c_str(), 0755);
        }
    }
}

TEST_CASE("with a rollback journal a store is the same, and either kind becomes the other") {
    const Folder folder;
    const std::string path = folder / "results.db";
    const StoreOptions rollback{.journal = StoreOptions::Journal::Rollback};
    { ResultStore(path, rollback).put(row_of(0)); }
    CHECK(answer(path, "PRAGMA journal_mode") == "delete\n");
    { ResultStore(path).put(row_of(1)); }
    CHECK(answer(path, "PRAGMA journal_mode") == "wal\n");
    { ResultStore(path, rollback).put(row_of(2)); }
    CHECK(answer(path, "PRAGMA journal_mode") == "delete\n");
    ResultStore store(path, rollback);
    for (std::uint64_t i = 0; i < 3; ++i) CHECK(store.find(row_of(i).key) == row_of(i));
    CHECK(folder.count() == 1);
}

TEST_CASE("who waits too long for others says so") {
    const Folder folder;
    const std::string path = store_with(folder, 1);
    SQLite::Database other(path, SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    ResultStore store(path, {.patience = std::chrono::milliseconds(50)});
    CHECK(store.count() == 1);
    CHECK_THROWS_WITH_AS(store.put(row_of(1)), Contains("is in use"), Error);
    other.exec("COMMIT");
    CHECK(store.put(row_of(1)));
}

TEST_CASE("opening and closing a store leaves the locks of another one of the same process") {
    // Locks of POSIX are lost when the process closes the file anywhere.
    const Folder folder;
    const std::string path = store_with(folder, 1);
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t process = start_process([&] {
        char ready = 0;
        if (::read(ends[0], &ready, 1) != 1) return 2;
        try {
            // Which the log of others must not let happen.
            const ResultStore store(path, {.journal = StoreOptions::Journal::Rollback,
                                           .patience = std::chrono::milliseconds(100)});
        } catch (const Error& error) {
            return std::string(error.what()).find("in use") != std::string::npos ? 0 : 3;
        }
        return 1;
    });
    {
        ResultStore store(path);
        store.put(row_of(1));
        { const ResultStore other(path); }
        { const ResultStore other(path, reading); }
        REQUIRE(::write(ends[1], "y", 1) == 1);
        CHECK(end_of(process) == 0);
    }
    ::close(ends[0]);
    ::close(ends[1]);
}

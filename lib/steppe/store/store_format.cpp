#include "steppe/store/store_format.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>

namespace steppe {

namespace {

// Each brings a store from the format before it to its own. They stay as they are: a new store goes
// through all of them, so that it has the tables of one that was brought forward.

/// The small columns come first: a row that is not wanted is left before its texts are read.
void add_runs(SQLite::Database& database) {
    database.exec("PRAGMA application_id = " + std::to_string(store_application));
    database.exec(R"(
        CREATE TABLE meta (
            name TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL);
        INSERT INTO meta VALUES ('format', 'steppe results');
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            hash TEXT NOT NULL UNIQUE,
            checksum INTEGER NOT NULL,
            results INTEGER NOT NULL,
            status TEXT NOT NULL,
            solved INTEGER NOT NULL,
            errors INTEGER NOT NULL,
            iterations INTEGER NOT NULL,
            seconds REAL NOT NULL,
            inputs INTEGER NOT NULL,
            load REAL NOT NULL,
            solver TEXT NOT NULL,
            written TEXT NOT NULL,
            host TEXT NOT NULL,
            version TEXT NOT NULL,
            key TEXT NOT NULL,
            summary TEXT NOT NULL);
    )");
}

void add_claims(SQLite::Database& database) {
    database.exec(R"(
        CREATE TABLE claims (
            hash TEXT NOT NULL PRIMARY KEY,
            owner TEXT NOT NULL,
            host TEXT NOT NULL,
            system TEXT NOT NULL,
            pid INTEGER NOT NULL,
            started INTEGER NOT NULL,
            claimed TEXT NOT NULL,
            heartbeat INTEGER NOT NULL) WITHOUT ROWID;
    )");
}

constexpr std::array migrations{add_runs, add_claims};

}  // namespace

std::int64_t store_format() {
    return static_cast<std::int64_t>(migrations.size());
}

void bring_forward(SQLite::Database& database, std::int64_t from) {
    for (auto format = static_cast<std::size_t>(from); format < migrations.size(); ++format) {
        migrations[format](database);
    }
    database.exec(fmt::format("PRAGMA user_version = {}", store_format()));
}

}  // namespace steppe

#include "steppe/store/store_error.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <new>

namespace steppe {

Error damaged_store(const std::string& path, const std::string& how) {
    return Error(
        fmt::format("'{}' is damaged ({}): restore a copy, or move it away and save "
                    "what can be read with `sqlite3 FILE .recover`",
                    path, how));
}

Error store_error(const std::string& path, const SQLite::Exception& exception) {
    switch (exception.getErrorCode()) {
        case SQLITE_NOMEM:
            throw std::bad_alloc();
        case SQLITE_NOTADB:
            return Error(fmt::format("'{}' is no results store: it is no SQLite database", path));
        case SQLITE_CORRUPT:
        // Statements of ours that the tables do not know.
        case SQLITE_ERROR:
        case SQLITE_SCHEMA:
        case SQLITE_MISMATCH:
        case SQLITE_CONSTRAINT:
            return damaged_store(path, exception.what());
        case SQLITE_FULL:
            return Error(fmt::format(
                "'{}' cannot be written: the disk is full; the rows that were there are kept",
                path));
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Error(
                fmt::format("'{}' is in use: other processes have kept it locked for as "
                            "long as this one waits; try again",
                            path));
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return Error(fmt::format(
                "'{}' cannot be written: the file, its folder or the file system is read-only",
                path));
        case SQLITE_CANTOPEN:
            return Error(fmt::format(
                "'{}' cannot be opened: the file, or those that SQLite keeps beside it ('-wal', "
                "'-shm', '-journal'), cannot be read or made",
                path));
        case SQLITE_TOOBIG:
            return Error(fmt::format(
                "'{}' cannot take the row: a text in it is longer than 10^9 bytes", path));
        default:
            return Error(fmt::format("'{}': {} (SQLite's code {})", path, exception.what(),
                                     exception.getExtendedErrorCode()));
    }
}

}  // namespace steppe

#include "steppe/store/store_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

#include "steppe/data/output.hpp"
#include "steppe/store/store_format.hpp"
#include "steppe/store/store_header.hpp"

namespace steppe {

namespace {

namespace fs = std::filesystem;

/// Below this size the whole database is looked through when it is opened, which takes some 10 ms.
constexpr std::uintmax_t small_store = std::uintmax_t{1} << 24;

/// Whether several machines may see it, which a write-ahead log does not stand.
bool of_network(const std::string& file) {
    struct statfs status {};
    if (::statfs(fs::path(file).parent_path().c_str(), &status) != 0) return false;
    constexpr std::array<std::uint32_t, 14> kinds{
        0x6969,      // NFS
        0x517b,      // SMB
        0xfe534d42,  // SMB 2
        0xff534d42,  // CIFS
        0x65735546,  // FUSE: sshfs and others
        0x00c36400,  // Ceph
        0x0bd00bd0,  // Lustre
        0x47504653,  // GPFS
        0x19830326,  // BeeGFS
        0x5346414f,  // AFS
        0x73757245,  // Coda
        0x01021997,  // 9p
        0x7461636f,  // OCFS2
        0x01161970   // GFS2
    };
    return std::ranges::find(kinds, static_cast<std::uint32_t>(status.f_type)) != kinds.end();
}

std::int64_t number_of_pragma(SQLite::Database& database, const char* name) {
    return database.execAndGet(fmt::format("PRAGMA {}", name)).getInt64();
}

/// Of every connection, before anything is read.
void harden(SQLite::Database& database) {
    database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
}

/// That of the database, once what it says of itself is found true.
std::int64_t format_of(const std::string& path, SQLite::Database& database) {
    if (number_of_pragma(database, "application_id") != store_application) {
        throw no_store(path, "it is a database of another program");
    }
    const std::int64_t format = number_of_pragma(database, "user_version");
    if (format > store_format()) throw newer_store(path, format);
    if (format < 1) throw damaged_store(path, fmt::format("its format is {}", format));
    const std::string said =
        database.execAndGet("SELECT value FROM meta WHERE name = 'format'").getString();
    if (said != "steppe results") throw no_store(path, "it is a database of another program");
    return format;
}

void look_through(const std::string& path, SQLite::Database& database) {
    const auto bytes =
        number_of_pragma(database, "page_count") * number_of_pragma(database, "page_size");
    if (static_cast<std::uintmax_t>(bytes) > small_store) return;
    const std::string found = database.execAndGet("PRAGMA integrity_check(1)").getString();
    if (found != "ok") throw damaged_store(path, found);
}

bool is_empty(SQLite::Database& database) {
    return number_of_pragma(database, "application_id") == 0 &&
           database.execAndGet("SELECT count(*) FROM sqlite_master").getInt64() == 0;
}

/// Makes the tables of an empty database; whoever comes second finds them.
void make_tables(SQLite::Database& database) {
    // Three rows of runs fit into a page.
    database.exec("PRAGMA page_size = 8192");
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    if (is_empty(database)) bring_forward(database, 0);
    transaction.commit();
}

void bring_forward_from_older(const std::string& path, SQLite::Database& database) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    // Another process may have been faster.
    const std::int64_t format = format_of(path, database);
    if (format < store_format()) bring_forward(database, format);
    transaction.commit();
}

/// The mode that the database has in the end. A change waits until no one else reads or writes.
std::string journal_mode(SQLite::Database& database, const std::string& wanted,
                         std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    for (;;) {
        try {
            return database.execAndGet("PRAGMA journal_mode = " + wanted).getString();
        } catch (const SQLite::Exception& exception) {
            if (exception.getErrorCode() != SQLITE_BUSY || std::chrono::steady_clock::now() > end) {
                throw;
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

bool may(const std::string& path, int what) {
    return ::faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0;
}

/// Nothing that a read could stumble upon later is left to the first one.
void try_to_read(SQLite::Database& database) {
    database.execAndGet("SELECT count(*) FROM sqlite_master");
}

/// Reasons for which a store that cannot be written may still be read.
bool forbids_writing(const SQLite::Exception& exception) {
    const int code = exception.getErrorCode();
    return code == SQLITE_READONLY || code == SQLITE_CANTOPEN || code == SQLITE_FULL ||
           code == SQLITE_IOERR || code == SQLITE_PERM;
}

/// Which SQLite takes for no name of its own, such as ":memory:".
std::string absolute_name(const std::string& path) {
    std::error_code error;
    const fs::path absolute = fs::absolute(path, error);
    if (error || path.find('\0') != std::string::npos) {
        throw Error(fmt::format("'{}' is no name of a results store", path));
    }
    return absolute.string();
}

}  // namespace

StoreFile::StoreFile(const std::string& path, const StoreOptions& options)
    : path_(path), absolute_(absolute_name(path)) {
    struct stat status {};
    const bool there = ::stat(absolute_.c_str(), &status) == 0;
    if (there && !S_ISREG(status.st_mode)) {
        throw Error(fmt::format("'{}' is no results store: it is {}; name a file", path,
                                S_ISDIR(status.st_mode) ? "a folder" : "no regular file"));
    }
    const bool reads = options.access == StoreOptions::Access::Read;
    if (!there && reads) {
        throw Error(fmt::format("'{}' cannot be read: {}", path, std::strerror(errno)));
    }
    if (!there) steppe::require_writable(path_);
    const bool empty = !there || status.st_size == 0;  // a store to be
    if (reads) {
        if (empty) throw no_store(path_, "it is empty");
        read_only_ = "it was opened for reading";
    } else if (!may(absolute_, W_OK) && errno != ENOENT) {
        read_only_ = std::strerror(errno);
    } else if (!may(fs::canonical(fs::path(absolute_).parent_path()).string(), W_OK | X_OK)) {
        read_only_ = fmt::format("no file can be made beside it: {}", std::strerror(errno));
    }
    try {
        if (!empty) require_store(path_, absolute_);
        if (read_only_.empty()) {
            try {
                open_for_writing(options);
                return;
            } catch (const SQLite::Exception& exception) {
                if (empty || !forbids_writing(exception)) throw;
                read_only_ =
                    exception.getErrorCode() == SQLITE_FULL ? "the disk is full" : exception.what();
            }
        }
        if (empty) throw Error(fmt::format("'{}' cannot be written: {}", path_, read_only_));
        open_for_reading(options);
    } catch (const SQLite::Exception& exception) {
        throw store_error(path_, exception);
    }
}

void StoreFile::open_for_writing(const StoreOptions& options) {
    database_ =
        std::make_unique<SQLite::Database>(absolute_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                                           static_cast<int>(options.patience.count()));
    // What is refused stays as it is: its write-ahead log is not moved into it.
    sqlite3_db_config(database_->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    harden(*database_);
    if (is_empty(*database_)) make_tables(*database_);
    const bool older = format_of(path_, *database_) < store_format();
    look_through(path_, *database_);
    if (older) bring_forward_from_older(path_, *database_);
    const bool network = of_network(absolute_);
    const bool rollback = network || options.journal == StoreOptions::Journal::Rollback;
    const std::string wanted = rollback ? "delete" : "wal";
    const std::string mode = journal_mode(*database_, wanted, options.patience);
    if (rollback && mode != wanted) {
        throw Error(
            fmt::format("'{}' has a write-ahead log, which others use: end them first", path_));
    }
    if (network) {
        note_ = fmt::format(
            "'{}' lies on a file system that machines may share: it is kept with a rollback "
            "journal, which is slower, and relies on that system's locks",
            path_);
    } else if (mode != wanted) {
        note_ = fmt::format(
            "'{}' lies on a file system without shared memory: it is kept with a rollback "
            "journal, which is slower",
            path_);
    }
    // A commit returns when it is on disk; with a rollback journal its folder as well.
    database_->exec("PRAGMA synchronous = EXTRA");
    sqlite3_db_config(database_->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

void StoreFile::open_for_reading(const StoreOptions& options) {
    const auto open = [&](const std::string& name, int flags) {
        database_ = std::make_unique<SQLite::Database>(name, flags,
                                                       static_cast<int>(options.patience.count()));
        sqlite3_db_config(database_->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        harden(*database_);
        database_->exec("PRAGMA query_only = ON");
        try_to_read(*database_);
    };
    const auto opens = [&](int flags) {
        try {
            open(absolute_, flags);
            return true;
        } catch (const SQLite::Exception& exception) {
            if (!forbids_writing(exception)) throw;
            return false;
        }
    };
    // Who may write removes the files beside the store that readers share, when the last one ends.
    if (!opens(SQLite::OPEN_READWRITE) && !opens(SQLite::OPEN_READONLY)) {
        // They cannot be made. Without a log there is no writer either.
        std::error_code none;
        const auto log = fs::file_size(fs::canonical(absolute_).string() + "-wal", none);
        if (!none && log > 0) {
            throw Error(fmt::format(
                "'{0}' cannot be read where nothing can be written: its last rows are in "
                "'{0}-wal'; copy both files to another folder",
                path_));
        }
        open(immutable_name(absolute_), SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    }
    format_of(path_, *database_);
    look_through(path_, *database_);
    sqlite3_db_config(database_->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

void StoreFile::require_writable() const {
    if (read_only_.empty()) return;
    throw Error(fmt::format("'{}' cannot be written: {}", path_, read_only_));
}

}  // namespace steppe

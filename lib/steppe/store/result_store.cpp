#include "steppe/store/result_store.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/store/claims.hpp"
#include "steppe/store/store_file.hpp"

namespace steppe {

namespace {

constexpr const char* columns =
    "id, hash, checksum, results, status, solved, errors, iterations, seconds, inputs, load, "
    "solver, written, host, version, key, summary";

struct StoredRow {
    std::int64_t id;
    ResultRow row;
};

/// Throws where what is read is not what was put.
StoredRow read_row(const std::string& path, SQLite::Statement& statement) {
    const auto number = [&](int column) { return statement.getColumn(column).getInt64(); };
    const auto count = [&](int column) { return static_cast<std::uint64_t>(number(column)); };
    const auto text = [&](int column) { return statement.getColumn(column).getString(); };
    StoredRow stored{number(0),
                     {.key = RunKey(text(15)),
                      .summary = text(16),
                      .results = static_cast<int>(number(3)),
                      .status = text(4),
                      .solved = number(5) != 0,
                      .errors = count(6),
                      .iterations = count(7),
                      .seconds = statement.getColumn(8).getDouble(),
                      .inputs = count(9),
                      .load = statement.getColumn(10).getDouble(),
                      .solver = text(11),
                      .written = text(12),
                      .host = text(13),
                      .version = text(14)}};
    if (text(1) != stored.row.key.hash() || number(2) != checksum_of(stored.row)) {
        throw damaged_store(path, fmt::format("row {} is not as it was written", stored.id));
    }
    return stored;
}

void bind_row(SQLite::Statement& statement, const ResultRow& row) {
    statement.bind(1, row.key.hash());
    statement.bind(2, static_cast<std::int64_t>(checksum_of(row)));
    statement.bind(3, row.results);
    statement.bind(4, row.status);
    statement.bind(5, row.solved ? 1 : 0);
    statement.bind(6, static_cast<std::int64_t>(row.errors));
    statement.bind(7, static_cast<std::int64_t>(row.iterations));
    statement.bind(8, row.seconds);
    statement.bind(9, static_cast<std::int64_t>(row.inputs));
    statement.bind(10, row.load);
    statement.bind(11, row.solver);
    statement.bind(12, row.written);
    statement.bind(13, row.host);
    statement.bind(14, row.version);
    statement.bind(15, row.key.text());
    statement.bind(16, row.summary);
}

/// With when, where and by what it is written.
ResultRow stamped(ResultRow row) {
    if (!std::isfinite(row.seconds) || !std::isfinite(row.load)) {
        throw Error(fmt::format("a row of a results store has finite numbers: seconds {}, load {}",
                                row.seconds, row.load));
    }
    // SQLite keeps no sign of 0.
    row.seconds += 0.0;
    row.load += 0.0;
    if (row.written.empty()) {
        const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(
            std::chrono::system_clock::now());
        row.written = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                                  fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                                  now.time_since_epoch().count() % 1000);
    }
    if (row.host.empty()) row.host = Process::current().host;
    if (row.version.empty()) row.version = version();
    return row;
}

/// The condition after WHERE; :after takes rows behind an id.
std::string condition(const RowFilter& filter) {
    std::string text = "id > :after";
    if (filter.solved) text += " AND solved = :solved";
    if (filter.solver) text += " AND solver = :solver";
    if (filter.results) text += " AND results = :results";
    if (filter.inputs_from > 0) text += " AND inputs >= :inputs_from";
    if (filter.inputs_to < RowFilter{}.inputs_to) text += " AND inputs <= :inputs_to";
    if (filter.load_from > RowFilter{}.load_from) text += " AND load >= :load_from";
    if (filter.load_to < RowFilter{}.load_to) text += " AND load <= :load_to";
    return text;
}

void bind_filter(SQLite::Statement& statement, const RowFilter& filter, std::int64_t after) {
    const RowFilter all;
    statement.bind(":after", after);
    if (filter.solved) statement.bind(":solved", *filter.solved ? 1 : 0);
    if (filter.solver) statement.bind(":solver", *filter.solver);
    if (filter.results) statement.bind(":results", *filter.results);
    if (filter.inputs_from > 0) {
        statement.bind(":inputs_from",
                       static_cast<std::int64_t>(std::min(filter.inputs_from, all.inputs_to)));
    }
    if (filter.inputs_to < all.inputs_to) {
        statement.bind(":inputs_to", static_cast<std::int64_t>(filter.inputs_to));
    }
    if (filter.load_from > all.load_from) statement.bind(":load_from", filter.load_from);
    if (filter.load_to < all.load_to) statement.bind(":load_to", filter.load_to);
}

constexpr std::int64_t before_all = std::numeric_limits<std::int64_t>::min();

}  // namespace

struct ResultStore::Open {
    Open(const std::string& path, const StoreOptions& options)
        : file(path, options), claims(file, options) {}

    pid_t process = ::getpid();
    StoreFile file;
    Claims claims;
};

ResultStore::ResultStore(const std::string& path, const StoreOptions& options)
    : open_(std::make_unique<Open>(path, options)) {}

ResultStore::~ResultStore() {
    // A forked process must not touch what it inherited: the locks are its parent's.
    if (open_->process != ::getpid()) static_cast<void>(open_.release());
}

ResultStore::Open& ResultStore::open() const {
    if (open_->process != ::getpid()) {
        throw Error(fmt::format("'{}' was opened before this process was forked: open it anew",
                                open_->file.path()));
    }
    return *open_;
}

const std::string& ResultStore::read_only() const {
    return open_->file.read_only();
}

const std::string& ResultStore::note() const {
    return open_->file.note();
}

bool ResultStore::has(const RunKey& key) const {
    return find(key).has_value();
}

std::optional<ResultRow> ResultStore::find(const RunKey& key) const {
    StoreFile& file = open().file;
    return file.with([&](SQLite::Database& database) -> std::optional<ResultRow> {
        SQLite::Statement statement(database,
                                    fmt::format("SELECT {} FROM runs WHERE hash = ?", columns));
        statement.bind(1, key.hash());
        if (!statement.executeStep()) return std::nullopt;
        ResultRow row = read_row(file.path(), statement).row;
        if (!(row.key == key)) {
            throw damaged_store(file.path(),
                                fmt::format("hash {} leads to a row of another key", key.hash()));
        }
        return row;
    });
}

bool ResultStore::put(const ResultRow& given) {
    const ResultRow row = stamped(given);
    return open().file.write([&](SQLite::Database& database) {
        SQLite::Statement insert(
            database,
            "INSERT OR IGNORE INTO runs (hash, checksum, results, status, solved, errors, "
            "iterations, seconds, inputs, load, solver, written, host, version, key, summary) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        bind_row(insert, row);
        const bool added = insert.exec() == 1;
        SQLite::Statement claim(database, "DELETE FROM claims WHERE hash = ?");
        claim.bind(1, row.key.hash());
        claim.exec();
        return added;
    });
}

void ResultStore::for_each(const RowFilter& filter,
                           const std::function<void(const ResultRow&)>& fn) const {
    StoreFile& file = open().file;
    // In pieces: nobody waits for fn, and fn may use the store. Rows are never changed or removed.
    constexpr int piece = 256;
    const std::string query = fmt::format("SELECT {} FROM runs WHERE {} ORDER BY id LIMIT {}",
                                          columns, condition(filter), piece);
    std::vector<StoredRow> rows;
    std::int64_t after = before_all;
    do {
        rows.clear();
        file.with([&](SQLite::Database& database) {
            SQLite::Statement statement(database, query);
            bind_filter(statement, filter, after);
            while (statement.executeStep()) rows.push_back(read_row(file.path(), statement));
        });
        for (const StoredRow& stored : rows) fn(stored.row);
        if (!rows.empty()) after = rows.back().id;
    } while (rows.size() == piece);
}

std::uint64_t ResultStore::count(const RowFilter& filter) const {
    return open().file.with([&](SQLite::Database& database) {
        SQLite::Statement statement(
            database, fmt::format("SELECT count(*) FROM runs WHERE {}", condition(filter)));
        bind_filter(statement, filter, before_all);
        statement.executeStep();
        return static_cast<std::uint64_t>(statement.getColumn(0).getInt64());
    });
}

bool ResultStore::claim(const RunKey& key) {
    return open().claims.claim(key);
}

void ResultStore::release(const RunKey& key) {
    open().claims.release(key);
}

}  // namespace steppe

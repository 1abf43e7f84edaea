#include "steppe/store/claims.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <atomic>
#include <cstdlib>

namespace steppe {

namespace {

/// Since 1970, by a clock that other machines have as well.
std::int64_t milliseconds_now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// Tells stores apart that one process has opened.
std::string owner_name(const Process& process) {
    static std::atomic<std::uint64_t> stores{0};
    return fmt::format("{} {} {} {} {}", process.host, process.system, process.pid, process.started,
                       ++stores);
}

}  // namespace

Claims::Claims(StoreFile& file, const StoreOptions& options)
    : file_(file), options_(options), self_(Process::current()), owner_(owner_name(self_)) {}

Claims::~Claims() {
    if (!heart_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    end_.notify_all();
    heart_.join();
    try {
        file_.write([&](SQLite::Database& database) {
            SQLite::Statement statement(database, "DELETE FROM claims WHERE owner = ?");
            statement.bind(1, owner_);
            return statement.exec();
        });
    } catch (...) {
        // They lapse.
    }
}

bool Claims::is_held(SQLite::Database& database, const RunKey& key) const {
    SQLite::Statement claim(
        database, "SELECT host, system, pid, started, heartbeat FROM claims WHERE hash = ?");
    claim.bind(1, key.hash());
    if (!claim.executeStep()) return false;
    const Process holder{claim.getColumn(0).getString(), claim.getColumn(1).getString(),
                         static_cast<pid_t>(claim.getColumn(2).getInt64()),
                         static_cast<std::uint64_t>(claim.getColumn(3).getInt64())};
    const Process::State state = holder.state();
    if (state != Process::State::Unknown) return state == Process::State::Runs;
    // A beat of the future is one of a clock that is wrong.
    const std::int64_t beat = claim.getColumn(4).getInt64(), now = milliseconds_now();
    const std::int64_t lapse = options_.claim_lapse.count();
    return beat > now - lapse && beat < now + lapse;
}

bool Claims::claim(const RunKey& key) {
    const bool claimed = file_.write([&](SQLite::Database& database) {
        SQLite::Statement run(database, "SELECT 1 FROM runs WHERE hash = ?");
        run.bind(1, key.hash());
        if (run.executeStep() || is_held(database, key)) return false;
        SQLite::Statement statement(database,
                                    "INSERT OR REPLACE INTO claims (hash, owner, host, system, "
                                    "pid, started, claimed, heartbeat) "
                                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        const std::int64_t now = milliseconds_now();
        statement.bind(1, key.hash());
        statement.bind(2, owner_);
        statement.bind(3, self_.host);
        statement.bind(4, self_.system);
        statement.bind(5, static_cast<std::int64_t>(self_.pid));
        statement.bind(6, static_cast<std::int64_t>(self_.started));
        statement.bind(7, fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                                      fmt::gmtime(static_cast<std::time_t>(now / 1000))));
        statement.bind(8, now);
        statement.exec();
        return true;
    });
    if (claimed) {
        const std::lock_guard lock(mutex_);
        if (!heart_.joinable()) heart_ = std::thread([this] { beat(); });
    }
    return claimed;
}

void Claims::release(const RunKey& key) {
    file_.write([&](SQLite::Database& database) {
        SQLite::Statement statement(database, "DELETE FROM claims WHERE hash = ? AND owner = ?");
        statement.bind(1, key.hash());
        statement.bind(2, owner_);
        return statement.exec();
    });
}

void Claims::beat() {
    std::unique_lock lock(mutex_);
    while (!end_.wait_for(lock, options_.heartbeat, [this] { return ends_; })) {
        lock.unlock();
        try {
            file_.write([&](SQLite::Database& database) {
                SQLite::Statement statement(database,
                                            "UPDATE claims SET heartbeat = ? WHERE owner = ?");
                statement.bind(1, milliseconds_now());
                statement.bind(2, owner_);
                return statement.exec();
            });
        } catch (...) {
            // The next one may succeed; what is put() says what is wrong.
        }
        lock.lock();
    }
}

}  // namespace steppe

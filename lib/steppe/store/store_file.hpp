#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "steppe/error.hpp"
#include "steppe/store/store_error.hpp"
#include "steppe/store/store_options.hpp"

namespace steppe {

/// The database of a results store: opened, known to be one and of today's format (internal; not
/// installed).
class StoreFile {
  public:
    /// Throws Error, with the file as it was, for one that is no results store or of a newer
    /// format, and for one that is damaged as far as that is cheap to see.
    StoreFile(const std::string& path, const StoreOptions& options);

    const std::string& path() const { return path_; }
    /// Why it cannot be written; "" where it can.
    const std::string& read_only() const { return read_only_; }
    /// What is to be known of how it is kept; mostly "".
    const std::string& note() const { return note_; }

    /// work(database), one thread at a time; what SQLite throws is thrown as Error.
    template <class Work>
    auto with(const Work& work) {
        const std::lock_guard lock(mutex_);
        try {
            return work(*database_);
        } catch (const SQLite::Exception& exception) {
            throw store_error(path_, exception);
        }
    }

    /// with(), in one transaction that other writers wait for. Throws Error where the store cannot
    /// be written.
    template <class Work>
    auto write(const Work& work) {
        require_writable();
        return with([&](SQLite::Database& database) {
            SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
            const auto result = work(database);
            transaction.commit();
            return result;
        });
    }

  private:
    void open_for_writing(const StoreOptions& options);
    void open_for_reading(const StoreOptions& options);
    void require_writable() const;

    std::string path_;  ///< as the caller named it
    std::string absolute_;
    std::string read_only_, note_;
    std::mutex mutex_;
    std::unique_ptr<SQLite::Database> database_;
};

}  // namespace steppe

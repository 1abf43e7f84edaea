#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "steppe/store/process.hpp"
#include "steppe/store/run_key.hpp"
#include "steppe/store/store_file.hpp"

namespace steppe {

/// Who computes what, in the table of claims, for one store that is open (internal; not installed).
/// While it has claims, a thread of its own says that they are alive.
class Claims {
  public:
    Claims(StoreFile& file, const StoreOptions& options);
    /// Gives up its claims.
    ~Claims();
    Claims(const Claims&) = delete;
    Claims& operator=(const Claims&) = delete;

    bool claim(const RunKey& key);
    void release(const RunKey& key);

  private:
    bool is_held(SQLite::Database& database, const RunKey& key) const;
    void beat();

    StoreFile& file_;
    StoreOptions options_;
    Process self_;
    std::string owner_;

    std::mutex mutex_;
    std::condition_variable end_;
    bool ends_ = false;
    std::thread heart_;
};

}  // namespace steppe

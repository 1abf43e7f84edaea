#pragma once

#include <chrono>

namespace steppe {

/// How a results store is opened.
struct StoreOptions {
    enum class Access {
        Write,  ///< made where it does not exist; reading alone where it cannot be written
        Read    ///< must exist, and is not changed
    };
    enum class Journal {
        Auto,     ///< write-ahead log; on file systems of networks a rollback journal
        Rollback  ///< as on file systems of networks
    };
    Access access = Access::Write;
    Journal journal = Journal::Auto;
    /// How long a call waits for other processes; then it throws Error.
    std::chrono::milliseconds patience = std::chrono::seconds(30);
    /// How often claims say that their process is alive, and after how long a silence of one that
    /// cannot be looked at (another machine's) they lapse.
    std::chrono::milliseconds heartbeat = std::chrono::seconds(30);
    std::chrono::milliseconds claim_lapse = std::chrono::minutes(10);
};

}  // namespace steppe

#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>

/// The tables of a results store, and how older ones become those of today (internal; not
/// installed).
namespace steppe {

/// Stands in the header of every store: "Step".
inline constexpr std::int64_t store_application = 0x53746570;

/// Of the tables, in the header too (user_version). 1: the runs; 2: claims.
std::int64_t store_format();

/// From an older format, 0 for an empty database, to that of today; within a transaction of the
/// caller's.
void bring_forward(SQLite::Database& database, std::int64_t from);

}  // namespace steppe

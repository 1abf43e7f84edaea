#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "steppe/store/result_row.hpp"
#include "steppe/store/run_key.hpp"
#include "steppe/store/store_options.hpp"

/// Results of many runs in one file, a SQLite database (docs/files.md, "Results stores").
namespace steppe {

/// Which rows; those that all of it holds for.
struct RowFilter {
    std::optional<bool> solved = {};
    std::optional<std::string> solver = {};
    std::optional<int> results = {};  ///< ResultRow::results
    std::uint64_t inputs_from = 0, inputs_to = std::numeric_limits<std::int64_t>::max();
    double load_from = -std::numeric_limits<double>::infinity(),
           load_to = std::numeric_limits<double>::infinity();
};

/// A results store that is open. Any number of threads may use one, and any number of processes
/// one file; a process that was forked opens it anew (what it inherited throws Error). While a
/// store is open its process must not open and close the file by other means, which would lose
/// SQLite's locks on it. All of it throws Error, naming the file, where the file cannot be read or
/// written or is damaged: a row is given as it was put, or not at all.
class ResultStore {
  public:
    /// Opens the file, or makes it. Throws Error, with the file untouched, for a file that is no
    /// SQLite database or another program's, and for a store of a newer format. One of an older
    /// format is brought forward. Where nothing can be written it is read (read_only()).
    explicit ResultStore(const std::string& path, const StoreOptions& options = {});
    /// Gives up the claims.
    ~ResultStore();
    ResultStore(const ResultStore&) = delete;
    ResultStore& operator=(const ResultStore&) = delete;

    /// Why it cannot be written; "" where it can.
    const std::string& read_only() const;
    /// What its user ought to know of how it is kept, a sentence; mostly "".
    const std::string& note() const;

    bool has(const RunKey& key) const;
    std::optional<ResultRow> find(const RunKey& key) const;

    /// Adds a row and ends the claim on it. When it returns the row is on disk: it stays through a
    /// kill of the process, and through a power loss if the disk keeps what it says it has
    /// written. Returns false, and changes no row, where one of this key is there. Throws Error for
    /// numbers that are not finite.
    bool put(const ResultRow& row);

    /// fn(row) of each row, in the order in which they were put; those put meanwhile may be among
    /// them. fn may use the store, and its exceptions pass.
    void for_each(const RowFilter& filter, const std::function<void(const ResultRow&)>& fn) const;
    std::uint64_t count(const RowFilter& filter = {}) const;

    /// Whether the run is this caller's to do: it has no row, and nobody else claims it. The claim
    /// holds until put(), release(), the end of this object or of the process, or, seen from
    /// another machine, until nothing was heard of it for StoreOptions::claim_lapse. It keeps work
    /// from being done twice; that nothing is stored twice does not rest on it.
    bool claim(const RunKey& key);
    /// Gives a claim up; nothing where there is none of this object's.
    void release(const RunKey& key);

  private:
    struct Open;
    Open& open() const;
    std::unique_ptr<Open> open_;
};

}  // namespace steppe

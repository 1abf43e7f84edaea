#pragma once

#include <sys/types.h>

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "steppe/landscape/measures.hpp"

namespace steppe {

/// Rows of results in a file, a JSON object a line, each of which is on disk when add() returns. A
/// last line that was cut short by a crash is dropped. Rows with an "error" tell of runs that
/// failed: they are kept, but what they name is still to be done (internal; not installed).
class Results {
  public:
    /// Reads what is there. Throws Error for a line that is no row, and where the file cannot be
    /// written.
    explicit Results(std::string path);
    ~Results();
    Results(const Results&) = delete;
    Results& operator=(const Results&) = delete;

    const std::vector<MeasureJson>& rows() const { return rows_; }
    /// Whether a row with this "key" and without an "error" is there.
    bool has(const std::string& key) const;
    /// From any thread. Throws Error where the row cannot be written; the file is then as it was.
    void add(MeasureJson row);

  private:
    void read();
    void keep(MeasureJson row);

    std::string path_;
    int descriptor_ = -1;
    off_t size_ = 0;  ///< of whole lines
    mutable std::mutex mutex_;
    std::vector<MeasureJson> rows_;
    std::set<std::string> done_;
};

}  // namespace steppe

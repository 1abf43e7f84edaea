#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "steppe/landscape/measures.hpp"

namespace steppe {

/// Rows of results in a file, a JSON object a line, each of which is on disk when add() returns. A
/// last line that was cut short by a crash is dropped (internal; not installed).
class Results {
  public:
    /// Reads what is there. Throws Error for a line that is no row, and where the file cannot be
    /// written.
    explicit Results(std::string path);
    ~Results();
    Results(const Results&) = delete;
    Results& operator=(const Results&) = delete;

    const std::vector<MeasureJson>& rows() const { return rows_; }
    /// Whether a row with this "key" is there.
    bool has(const std::string& key) const;
    /// From any thread.
    void add(MeasureJson row);

  private:
    std::string path_;
    int descriptor_ = -1;
    mutable std::mutex mutex_;
    std::vector<MeasureJson> rows_;
};

}  // namespace steppe

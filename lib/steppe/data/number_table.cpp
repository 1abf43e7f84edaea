#include "steppe/data/number_table.hpp"

#include <fmt/format.h>

#include <cmath>

#include "steppe/data/content.hpp"
#include "steppe/data/row_sink.hpp"

namespace steppe {

namespace {

/// Any finite numbers.
class NumberRows final : public RowSink {
  public:
    explicit NumberRows(const char* what) : what_(what) {}
    const char* what() const override { return what_; }
    void numbers(Numbers kind) override { booleans_ = kind == Numbers::Booleans; }
    List list() const override { return List::Row; }
    void add(std::span<const signed char> signs, const RowPlace&) override {
        table.values.insert(table.values.end(), signs.begin(), signs.end());
        table.columns = signs.size();
        ++table.rows;
    }
    void add(std::span<const double> values, const RowPlace& place) override {
        if (booleans_) throw place.refused(0, fmt::format("{}s must be numbers", what_));
        for (std::size_t c = 0; c < values.size(); ++c) {
            if (!std::isfinite(values[c])) {
                throw place.refused(c, fmt::format("{}s must be finite", what_));
            }
        }
        table.values.insert(table.values.end(), values.begin(), values.end());
        table.columns = values.size();
        ++table.rows;
    }
    NumberTable table;

  private:
    const char* what_;
    bool booleans_ = false;
};

}  // namespace

NumberTable read_numbers(ByteSource& source, const std::string& path, const char* what) {
    NumberRows rows(what);
    const Content content = content_of(source);
    read_table(source, path, content, rows, {what, "", "its name", {}}, DigitWords::Number);
    return std::move(rows.table);
}

}  // namespace steppe

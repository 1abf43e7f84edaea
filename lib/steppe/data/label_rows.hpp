#pragma once

#include "steppe/data/label_list.hpp"
#include "steppe/data/row_sink.hpp"

namespace steppe {

/// Labels of a table of their own: one a row, or all in one row (internal; not installed).
class LabelRows final : public RowSink {
  public:
    const char* what() const override { return "label"; }
    const char* allowed() const override { return "+1 or -1"; }
    List list() const override { return List::Column; }
    void add(std::span<const signed char> signs, const RowPlace& place) override {
        add_row(signs, place);
    }
    void add(std::span<const double> values, const RowPlace& place) override {
        add_row(values, place);
    }

    std::vector<signed char> take() { return labels_.take(); }

  private:
    template <class Number>
    void add_row(std::span<const Number> row, const RowPlace& place) {
        if (rows_ > 0 && row.size() != 1) {
            throw place.refused(std::to_string(row.size()) +
                                " numbers where one label a line is wanted");
        }
        for (std::size_t c = 0; c < row.size(); ++c) {
            if (const auto why = labels_.add(row[c])) throw place.refused(c, *why);
        }
        ++rows_;
    }

    LabelList labels_;
    std::size_t rows_ = 0;
};

}  // namespace steppe

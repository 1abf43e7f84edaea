#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "steppe/data/label_list.hpp"
#include "steppe/data/pattern_hdf5.hpp"
#include "steppe/data/read_options.hpp"
#include "steppe/data/row_sink.hpp"

namespace steppe {

/// Makes a pattern set of the rows of a table, as ReadOptions say (internal; not installed). Rows
/// are kept as bits for as long as all inputs are +-1, then as real numbers in single precision;
/// there is never a second copy of them.
class InputRows final : public RowSink {
  public:
    enum class Labels { Unknown, Elsewhere };
    enum class Inputs { Any, SignsOnly };

    /// Labels::Elsewhere: the labels are known to stand in another place, so that no column is
    /// taken for them. Inputs::SignsOnly refuses all but +-1.
    InputRows(const ReadOptions& options, Labels labels, Inputs inputs = Inputs::Any);

    const char* what() const override { return "input"; }
    const char* allowed() const override { return signs_only_ ? "+1 or -1" : "numbers"; }
    void numbers(Numbers kind) override { kind_ = kind; }
    void header(std::span<const std::string> names) override;
    void expect(std::size_t rows, std::size_t columns) override;
    void add(std::span<const signed char> signs, const RowPlace& place) override;
    void add(std::span<const double> values, const RowPlace& place) override;

    /// The set, with the labels of its column; name: of the file, in errors. Throws Error where
    /// what the inputs or labels are has to be asked.
    AnyPatterns take(const std::string& name);

  private:
    /// Which values occur.
    struct Seen {
        bool plus = false, minus = false, zero = false, other = false;
        void add(double value);
        /// Whether these are labels by their looks: two values, and no others.
        bool two() const { return !other && plus && minus != zero; }
    };

    template <class Number>
    std::span<const Number> without_label(std::span<const Number> row, std::vector<Number>& room,
                                          const RowPlace& place);
    void begin(std::size_t columns, const RowPlace& place);
    std::size_t column_named(const RowPlace& place) const;
    void add_signs(std::span<const signed char> signs);
    void add_reals(std::span<const double> values, const RowPlace& place);
    void add_zero_one(std::span<const double> values, const RowPlace& place);
    void add_packed(std::span<const double> values, const RowPlace& place);
    void become_real();
    std::size_t column_of(std::size_t input) const;
    void refuse_questions(const std::string& name) const;

    ReadOptions options_;
    bool labels_elsewhere_, signs_only_;
    Numbers kind_ = Numbers::Any;
    std::vector<std::string> header_;

    bool has_label_column_ = false;
    std::size_t label_column_ = 0;
    LabelList labels_;

    std::size_t inputs_ = 0, patterns_ = 0, expected_ = 0;
    bool real_ = false;
    std::vector<std::uint16_t> words_;  ///< layout of PatternSet
    std::vector<float> values_;         ///< layout of RealPatterns, where real_
    double largest_ = 0.0;              ///< magnitude, where real_
    Seen seen_, first_, last_;          ///< in all columns, and in these
    std::vector<signed char> signs_, sign_room_;
    std::vector<double> doubles_, double_room_;
};

}  // namespace steppe

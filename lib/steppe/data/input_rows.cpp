#include "steppe/data/input_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include "steppe/error.hpp"

namespace steppe {

namespace {

constexpr std::size_t word_bits = PatternSet::word_bits;
constexpr std::size_t group = PatternSet::group_patterns;

/// Where the largest input is smaller, others lose digits in single precision.
constexpr double smallest_scale = 1e-31;

bool names_labels(std::string name) {
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    constexpr std::array<const char*, 6> usual{"label", "labels", "y", "target", "class", "output"};
    return std::ranges::find(usual, name) != usual.end();
}

bool all_signs(std::span<const double> values) {
    // No early end: a row is short, and the loop runs on vectors.
    bool all = true;
    for (const double value : values) all &= value == 1.0 || value == -1.0;
    return all;
}

}  // namespace

void InputRows::Seen::add(double value) {
    plus |= value == 1.0;
    minus |= value == -1.0;
    zero |= value == 0.0;
    other |= value != 1.0 && value != -1.0 && value != 0.0;
}

InputRows::InputRows(const ReadOptions& options, Labels labels, Inputs inputs)
    : options_(options),
      labels_elsewhere_(labels == Labels::Elsewhere),
      signs_only_(inputs == Inputs::SignsOnly) {
    real_ = options.values == InputValues::Numbers;
}

void InputRows::header(std::span<const std::string> names) {
    header_.assign(names.begin(), names.end());
}

void InputRows::expect(std::size_t rows, std::size_t /*columns*/) {
    expected_ = rows;
}

std::size_t InputRows::column_named(const RowPlace& place) const {
    const std::string& name = options_.labels_column;
    if (header_.empty()) {
        throw place.refused(
            fmt::format("--labels-column {} names a column, and the table has no line of names; "
                        "first and last need none",
                        name));
    }
    const auto at = std::ranges::find(header_, name);
    if (at == header_.end()) {
        throw place.refused(fmt::format("no column is named '{}'; the names are {}", name,
                                        fmt::join(header_, ", ")));
    }
    return static_cast<std::size_t>(at - header_.begin());
}

void InputRows::begin(std::size_t columns, const RowPlace& place) {
    const std::string& column = options_.labels_column;
    has_label_column_ = !labels_elsewhere_ && !column.empty() && column != "none";
    inputs_ = columns;
    if (has_label_column_) {
        if (columns == 1) {
            throw place.refused("a single column cannot hold both inputs and labels");
        }
        label_column_ = column == "first"  ? 0
                        : column == "last" ? columns - 1
                                           : column_named(place);
        inputs_ = columns - 1;
    }
    if (options_.values == InputValues::PackedLittle || options_.values == InputValues::PackedBig) {
        const std::size_t bytes = inputs_, wanted = options_.packed_inputs;
        if (wanted != 0 && wanted / 8 + (wanted % 8 != 0) != bytes) {
            throw place.refused(
                fmt::format("{} bytes a pattern hold {} to {} packed inputs, and {} are asked for",
                            bytes, 8 * bytes - 7, 8 * bytes, wanted));
        }
        inputs_ = wanted != 0 ? wanted : 8 * bytes;
    }
    const bool booleans = kind_ == Numbers::Booleans;
    if (booleans && options_.values == InputValues::AsFound) options_.values = InputValues::ZeroOne;
}

/// The row less its label, which is kept.
template <class Number>
std::span<const Number> InputRows::without_label(std::span<const Number> row,
                                                 std::vector<Number>& room, const RowPlace& place) {
    if (patterns_ == 0) begin(row.size(), place);
    first_.add(row.front());
    last_.add(row.back());
    if (!has_label_column_) return row;
    if (const auto why = labels_.add(row[label_column_])) {
        throw place.refused(label_column_, *why);
    }
    if (label_column_ == 0) return row.subspan(1);
    if (label_column_ + 1 == row.size()) return row.first(label_column_);
    room.assign(row.begin(), row.end());
    room.erase(room.begin() + static_cast<std::ptrdiff_t>(label_column_));
    return room;
}

/// The column of the file that an input stands in.
std::size_t InputRows::column_of(std::size_t input) const {
    return input + (has_label_column_ && input >= label_column_ ? 1 : 0);
}

void InputRows::add(std::span<const signed char> row, const RowPlace& place) {
    const bool plain = options_.values == InputValues::AsFound && !real_;
    if (!plain) {
        doubles_.assign(row.begin(), row.end());
        add(std::span<const double>(doubles_), place);
        return;
    }
    const std::span<const signed char> signs = without_label(row, sign_room_, place);
    // Without a branch for each: the least is -1 where one is.
    signed char least = 1;
    for (const signed char sign : signs) least = std::min(least, sign);
    seen_.minus |= least < 0;
    add_signs(signs);
}

void InputRows::add(std::span<const double> row, const RowPlace& place) {
    const std::span<const double> values = without_label(row, double_room_, place);
    switch (options_.values) {
        case InputValues::ZeroOne:
        case InputValues::Digits:
            return add_zero_one(values, place);
        case InputValues::PackedLittle:
        case InputValues::PackedBig:
            return add_packed(values, place);
        case InputValues::AsFound:
        case InputValues::Numbers:
            break;
    }
    if (!real_ && all_signs(values)) {
        signs_.assign(values.begin(), values.end());
        for (const double value : values) seen_.minus |= value < 0.0;
        return add_signs(signs_);
    }
    add_reals(values, place);
}

void InputRows::add_signs(std::span<const signed char> signs) {
    const std::size_t words = (inputs_ + word_bits - 1) / word_bits;
    if (patterns_ == 0) words_.reserve((expected_ + group - 1) / group * group * words);
    if (patterns_ % group == 0) words_.resize(words_.size() + words * group, 0);
    std::uint16_t* row = words_.data() + patterns_ / group * words * group + patterns_ % group;
    for (std::size_t w = 0; w < words; ++w) {
        const std::size_t begin = w * word_bits, end = std::min(inputs_, begin + word_bits);
        unsigned bits = 0;
        for (std::size_t i = begin; i < end; ++i) bits |= (signs[i] > 0 ? 1u : 0u) << (i - begin);
        row[w * group] = static_cast<std::uint16_t>(bits);
    }
    ++patterns_;
}

void InputRows::add_zero_one(std::span<const double> values, const RowPlace& place) {
    signs_.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] != 0.0 && values[i] != 1.0) {
            throw place.refused(column_of(i), "with these --input-values inputs must be 0 or 1");
        }
        signs_[i] = values[i] > 0.0 ? 1 : -1;
    }
    add_signs(signs_);
}

void InputRows::add_packed(std::span<const double> values, const RowPlace& place) {
    const bool little = options_.values == InputValues::PackedLittle;
    signs_.resize(8 * values.size());
    for (std::size_t j = 0; j < values.size(); ++j) {
        if (!(values[j] >= 0.0 && values[j] <= 255.0) || values[j] != std::floor(values[j])) {
            throw place.refused(column_of(j), "packed inputs are bytes, 0 to 255");
        }
        const unsigned byte = static_cast<unsigned>(values[j]);
        for (std::size_t b = 0; b < 8; ++b) {
            const bool set = (byte >> (little ? b : 7 - b) & 1u) != 0;
            if (set && 8 * j + b >= inputs_) {
                throw place.refused(
                    column_of(j),
                    fmt::format("bits behind input {} must be 0: the order of the bits, or the "
                                "number of inputs, is another",
                                inputs_));
            }
            signs_[8 * j + b] = set ? 1 : -1;
        }
    }
    add_signs(signs_);
}

void InputRows::add_reals(std::span<const double> values, const RowPlace& place) {
    if (!real_) become_real();
    if (patterns_ == 0) values_.reserve(expected_ * inputs_);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double value = values[i];
        seen_.add(value);
        if (signs_only_ && value != 1.0 && value != -1.0) {
            throw place.refused(column_of(i), "inputs must be +1 or -1");
        }
        if (!(std::abs(value) <= std::numeric_limits<float>::max())) {
            throw place.refused(column_of(i),
                                std::isfinite(value)
                                    ? "inputs are kept in single precision and must be below 3.4e38"
                                    : "inputs must be finite");
        }
        values_.push_back(static_cast<float>(value));
        largest_ = std::max(largest_, std::abs(value));
    }
    ++patterns_;
}

/// Rows of bits so far become rows of numbers.
void InputRows::become_real() {
    real_ = true;
    if (patterns_ == 0) return;
    seen_.plus = true;  // perhaps not; what it would tell does not depend on it
    const std::size_t words = (inputs_ + word_bits - 1) / word_bits;
    values_.reserve(std::max(expected_, patterns_ + 1) * inputs_);
    for (std::size_t a = 0; a < patterns_; ++a) {
        const std::uint16_t* row = words_.data() + a / group * words * group + a % group;
        for (std::size_t i = 0; i < inputs_; ++i) {
            const bool plus = (row[i / word_bits * group] >> (i % word_bits) & 1u) != 0;
            values_.push_back(plus ? 1.0f : -1.0f);
        }
    }
    words_ = {};
}

/// What could be meant in two ways is asked, not guessed.
void InputRows::refuse_questions(const std::string& name) const {
    const bool found = options_.values == InputValues::AsFound;
    if (largest_ > 0.0 && largest_ < smallest_scale) {
        throw Error(fmt::format(
            "{}: its inputs are {:.3g} at most: they are kept in single precision, which "
            "loses digits below 1.2e-38; multiply all by a number (and a margin as "
            "well), which changes no answer",
            name, largest_));
    }
    if (found && real_ && !seen_.minus && !seen_.other) {
        throw Error(
            fmt::format("{}: its inputs are all 0 or 1: take 0 for -1 with --input-values "
                        "zero-one, or both as real numbers with --input-values numbers",
                        name));
    }
    if (found && real_ && kind_ == Numbers::Bytes) {
        throw Error(
            fmt::format("{}: its inputs are unsigned bytes: take them as real numbers (grey "
                        "values) with --input-values numbers, or unpack eight inputs from each "
                        "with --input-values packed-big (NumPy's packbits) or packed-little",
                        name));
    }
    if (labels_elsewhere_ || !options_.labels_column.empty()) return;
    for (const std::string& column : header_) {
        if (names_labels(column)) {
            throw Error(fmt::format(
                "{}: the column '{}' holds labels, by its name: take them with --labels-column {}, "
                "or the column as an input with --labels-column none",
                name, column, column));
        }
    }
    // Beside real inputs a column of two values only is rarely an input.
    if (!real_ || !seen_.other || inputs_ < 2) return;
    for (const bool last : {true, false}) {
        const Seen& column = last ? last_ : first_;
        if (!column.two()) continue;
        throw Error(fmt::format(
            "{}: the {} column holds only {}, as labels do: take them with --labels-column {}, or "
            "the column as an input with --labels-column none",
            name, last ? "last" : "first", column.minus ? "+1 and -1" : "0 and 1",
            last ? "last" : "first"));
    }
}

AnyPatterns InputRows::take(const std::string& name) {
    refuse_questions(name);
    if (real_) {
        return RealPatterns::from_values(inputs_, patterns_, std::move(values_), labels_.take());
    }
    return PatternSet::from_words(inputs_, patterns_, std::move(words_), labels_.take());
}

}  // namespace steppe

#include "steppe/data/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <vector>

#include "steppe/data/text_lines.hpp"
#include "steppe/numeric/number.hpp"

namespace steppe {

namespace {

/// Separator of numbers that stand apart by spaces and tabs.
constexpr char blank = ' ';

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// A word as it may stand in a message: unprintable characters shown as \xNN, long words cut.
std::string quote(std::string_view word) {
    std::string out;
    for (const char c : word.substr(0, 24)) {
        if (c >= 0x20 && c < 0x7f) {
            out += c;
        } else {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        }
    }
    return "'" + out + (word.size() > 24 ? "...'" : "'");
}

std::optional<double> value_of(std::string_view word) {
    // Of "+-1" the sign stays, and it is no number.
    const bool plus = word.size() > 1 && word[0] == '+' && word[1] != '-' && word[1] != '+';
    const std::string_view digits = word.substr(plus ? 1 : 0);
    double value = 0.0;
    const char* end = digits.data() + digits.size();
    const auto [stop, code] = std::from_chars(digits.data(), end, value);
    if (code == std::errc() && stop == end) return value;
    // Numbers out of range, which become 0 or infinite; hexadecimal ones.
    return number_of(std::string(word));
}

bool is_digit_word(std::string_view word) {
    return !word.empty() && word.find_first_not_of("01") == std::string_view::npos;
}

/// The numbers of a line that has nothing but +-1 and single separators (up to two blanks), which
/// files of patterns have; false for any other line. One character behind the line may be read.
template <bool Blanks>
bool signs_of(std::string_view line, char separator, std::vector<signed char>& signs) {
    signs.resize(line.size() / 2 + 1);
    signed char* out = signs.data();
    const char *at = line.data(), *end = at + line.size();
    // Signs of patterns are random: nothing here branches on them.
    for (;;) {
        const bool minus = *at == '-';
        at += minus;
        if (*at != '1' || at >= end) return false;
        ++at;
        *out++ = static_cast<signed char>(1 - 2 * minus);
        if (at == end) break;
        if (Blanks ? !is_blank(*at) : *at != separator) return false;
        ++at;
        at += *at == ' ';
    }
    signs.resize(static_cast<std::size_t>(out - signs.data()));
    return true;
}

/// Walks a text line by line.
class TextTable final : public RowPlace {
  public:
    TextTable(ByteSource& source, RowSink& sink, DigitWords digits)
        : source_(source), lines_(source), sink_(sink), digits_(digits) {}

    void read();

    Error refused(std::size_t column, const std::string& why) const override;
    Error refused(const std::string& why) const override {
        return Error(fmt::format("{}: {}", lines_.place(), why));
    }

  private:
    template <class Number>
    void add(const std::vector<Number>& row);
    bool fast_signs() {
        if (digits_ == DigitWords::Split) return false;
        return separator_ == blank ? signs_of<true>(line_, separator_, signs_)
                                   : signs_of<false>(line_, separator_, signs_);
    }
    void cut_cells() const;
    bool take_header();
    void take_values();
    double number(std::string_view cell);
    Error no_number(std::string_view cell) const;
    void judge_digit_word(std::string_view word);
    void require_rows() const;

    std::string place_of(std::string_view cell) const {
        return lines_.place(static_cast<std::size_t>(cell.data() - whole_line_.data()));
    }

    ByteSource& source_;
    TextLines lines_;
    RowSink& sink_;
    DigitWords digits_;

    std::string_view whole_line_, line_;  ///< as it is; without comment and blanks at its ends
    char separator_ = '\0';               ///< not known before the first row or header
    mutable std::vector<std::string_view> cells_;  ///< of the line, cut when they are wanted
    std::vector<signed char> signs_;
    std::vector<double> values_;

    std::size_t rows_ = 0, columns_ = 0, empty_line_ = 0, header_line_ = 0, header_columns_ = 0;
    std::string digit_word_;        ///< "PLACE: 'WORD'" of the first of two digits or more
    bool only_digit_words_ = true;  ///< so far
};

void TextTable::read() {
    while (lines_.next(whole_line_)) {
        line_ = trimmed(whole_line_);
        if (separator_ != '\0' && fast_signs()) {
            add(signs_);
            continue;
        }
        const std::size_t comment = line_.find('#');
        line_ = trimmed(line_.substr(0, comment));
        if (line_.empty()) {
            if (comment == std::string_view::npos && rows_ > 0 && empty_line_ == 0) {
                empty_line_ = lines_.number();
            }
            continue;
        }
        if (separator_ == '\0') {
            const auto has = [&](char c) { return line_.find(c) != std::string_view::npos; };
            separator_ = has(';') ? ';' : has(',') ? ',' : blank;
        }
        cut_cells();
        if (rows_ == 0 && header_line_ == 0 && take_header()) continue;
        take_values();
        add(values_);
    }
    require_rows();
}

void TextTable::require_rows() const {
    if (rows_ == 0) {
        throw Error(fmt::format("{}: the file holds no {}{}", source_.name(), sink_.what(),
                                header_line_ > 0 ? " behind the names of its columns" : ""));
    }
    if (columns_ == 1 && only_digit_words_ && !digit_word_.empty() &&
        digits_ == DigitWords::Refused) {
        throw Error(
            fmt::format("{} is one number: write spaces between inputs, or read each digit "
                        "as one with --input-values digits (numbers, if they are numbers)",
                        digit_word_));
    }
}

template <class Number>
void TextTable::add(const std::vector<Number>& row) {
    if (empty_line_ != 0) {
        throw Error(fmt::format("{}, line {}: the line is empty, and patterns follow in line {}",
                                source_.name(), empty_line_, lines_.number()));
    }
    if (rows_ == 0) {
        columns_ = row.size();
        if (header_line_ > 0 && header_columns_ != columns_ && digits_ != DigitWords::Split) {
            throw refused(fmt::format("{} numbers, and line {} names {} columns", columns_,
                                      header_line_, header_columns_));
        }
        if (const auto left = source_.left()) {
            sink_.expect(*left / (whole_line_.size() + 1) * 21 / 20 + 8, columns_);
        }
    }
    if (row.size() != columns_) {
        throw refused(
            fmt::format("{} numbers, and the lines before have {}", row.size(), columns_));
    }
    if (columns_ == 1 && row[0] < 0) only_digit_words_ = false;
    sink_.add(row, *this);
    ++rows_;
}

void TextTable::cut_cells() const {
    cells_.clear();
    std::string_view rest = line_;
    if (separator_ == blank) {
        while (!rest.empty()) {
            std::size_t end = 0;
            while (end < rest.size() && !is_blank(rest[end])) ++end;
            cells_.push_back(rest.substr(0, end));
            while (end < rest.size() && is_blank(rest[end])) ++end;
            rest.remove_prefix(end);
        }
        return;
    }
    // A name of the first line may hold a separator within quotes.
    for (bool more = true; more;) {
        std::size_t end = 0;
        for (bool quoted = false; end < rest.size() && (quoted || rest[end] != separator_); ++end) {
            if (rest[end] == '"') quoted = !quoted;
        }
        cells_.push_back(trimmed(rest.substr(0, end)));
        more = end < rest.size();
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

/// Takes the line as names of columns where no cell of it is a number.
bool TextTable::take_header() {
    const auto is_name = [](std::string_view cell) {
        return !cell.empty() && !value_of(cell) &&
               (std::isalpha(static_cast<unsigned char>(cell[0])) != 0 || cell[0] == '_' ||
                cell[0] == '"' || cell[0] == '\'');
    };
    if (cells_.size() > 1 && (cells_[0].empty() || cells_[0] == "\"\"") && is_name(cells_[1])) {
        throw Error(
            fmt::format("{}: the first column has no name, as row numbers have none: write the "
                        "table without them (pandas: index=False)",
                        lines_.place()));
    }
    if (!std::ranges::all_of(cells_, is_name)) return false;
    std::vector<std::string> names;
    for (std::string_view cell : cells_) {
        const bool quoted =
            cell.size() > 1 && (cell[0] == '"' || cell[0] == '\'') && cell.back() == cell[0];
        names.emplace_back(quoted ? cell.substr(1, cell.size() - 2) : cell);
    }
    header_line_ = lines_.number();
    header_columns_ = names.size();
    sink_.header(names);
    return true;
}

void TextTable::take_values() {
    values_.clear();
    for (const std::string_view cell : cells_) {
        const bool digits = is_digit_word(cell);
        if (digits && digits_ == DigitWords::Split) {
            for (const char digit : cell) values_.push_back(digit - '0');
            continue;
        }
        if (digits) {
            judge_digit_word(cell);
        } else {
            only_digit_words_ = false;
        }
        values_.push_back(number(cell));
    }
}

void TextTable::judge_digit_word(std::string_view word) {
    if (word.size() < 2 || digits_ != DigitWords::Refused) return;
    // No number is written with a 0 before it, or with so many digits.
    if (word[0] == '0' || word.size() > 15) {
        throw Error(
            fmt::format("{}: {} looks like several inputs: write spaces between them, or read each "
                        "digit as one with --input-values digits (numbers, if it is a number)",
                        place_of(word), quote(word)));
    }
    if (digit_word_.empty()) digit_word_ = fmt::format("{}: {}", place_of(word), quote(word));
}

double TextTable::number(std::string_view cell) {
    if (const std::optional<double> value = value_of(cell)) return *value;
    throw no_number(cell);
}

Error TextTable::no_number(std::string_view cell) const {
    const auto error = [&](std::size_t at, const std::string& why) {
        return Error(fmt::format("{}: {}", place_of(cell.substr(at)), why));
    };
    if (cell.empty()) {
        return error(0, fmt::format("a '{}' with no number {} it: every cell must hold one",
                                    separator_, cell.data() == line_.data() ? "before" : "behind"));
    }
    const std::size_t mark = cell.find_first_of(",;");
    if (mark != std::string_view::npos) {
        return error(mark, separator_ == ';'
                               ? "',' in a number: write decimals with a point"
                               : fmt::format("'{}' between numbers: those of the first line are "
                                             "separated by {}",
                                             cell[mark], separator_ == ',' ? "','" : "spaces"));
    }
    return error(
        0, fmt::format("{} is no number; {}s are {}", quote(cell), sink_.what(), sink_.allowed()));
}

/// Of the row that is being added: of signs, whose line was not cut yet, too.
Error TextTable::refused(std::size_t column, const std::string& why) const {
    cut_cells();
    std::size_t cell = column;
    if (digits_ == DigitWords::Split) {
        // Cells of many digits stand for as many columns.
        for (cell = 0; cell + 1 < cells_.size(); ++cell) {
            const std::size_t width = is_digit_word(cells_[cell]) ? cells_[cell].size() : 1;
            if (column < width) break;
            column -= width;
        }
    }
    return Error(
        fmt::format("{}: {} is not allowed: {}", place_of(cells_[cell]), quote(cells_[cell]), why));
}

}  // namespace

void read_text_table(ByteSource& source, RowSink& sink, DigitWords digits) {
    TextTable(source, sink, digits).read();
}

}  // namespace steppe

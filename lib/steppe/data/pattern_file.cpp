#include "steppe/data/pattern_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <type_traits>
#include <vector>

#include "steppe/data/file.hpp"
#include "steppe/data/hdf5.hpp"
#include "steppe/data/pattern_hdf5.hpp"
#include "steppe/error.hpp"
#include "steppe/numeric/number.hpp"

namespace steppe {

namespace {

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

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/// Walks the numbers of a text line by line and knows where it is.
class Scanner {
  public:
    Scanner(const std::string& path, const std::string& text) : path_(path), rest_(text) {}

    /// The numbers of the next line (+-1 where they are signed char), appended; false at the end of
    /// the text. Lines that hold no number append nothing.
    template <class Number>
    bool next_line(std::vector<Number>& numbers, const char* what) {
        if (rest_.empty()) return false;
        ++line_;
        const std::size_t end = rest_.find('\n');
        const std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        for (std::size_t at = 0;;) {
            while (at < line.size() && is_blank(line[at])) ++at;
            if (at == line.size()) return true;
            std::size_t stop = at;
            while (stop < line.size() && !is_blank(line[stop])) ++stop;
            const std::string_view word = line.substr(at, stop - at);
            if constexpr (std::is_same_v<Number, signed char>) {
                numbers.push_back(sign(word, at + 1, what));
            } else {
                numbers.push_back(static_cast<Number>(finite(word, at + 1, what)));
            }
            at = stop;
        }
    }

    std::size_t line() const { return line_; }

    Error error(std::size_t column, const std::string& why) const {
        return Error(fmt::format("{}, line {}, column {}: {}", path_, line_, column, why));
    }
    Error error(const std::string& why) const {
        return Error(fmt::format("{}, line {}: {}", path_, line_, why));
    }

  private:
    signed char sign(std::string_view word, std::size_t column, const char* what) const {
        const double value = number(word, column, what, "+1 or -1");
        if (value == 1.0) return 1;
        if (value == -1.0) return -1;
        throw error(column,
                    fmt::format("{} is not allowed: {}s must be +1 or -1", quote(word), what));
    }

    double finite(std::string_view word, std::size_t column, const char* what) const {
        const double value = number(word, column, what, "numbers");
        if (std::isfinite(value)) return value;
        throw error(column,
                    fmt::format("{} is not allowed: {}s must be finite", quote(word), what));
    }

    double number(std::string_view word, std::size_t column, const char* what,
                  const char* wanted) const {
        // Files of +-1 are the large ones.
        if (word == "1" || word == "+1") return 1.0;
        if (word == "-1") return -1.0;
        const std::size_t mark = word.find_first_of(",;");
        if (mark != std::string_view::npos) {
            throw error(
                column + mark,
                fmt::format("'{}' between numbers: separate them by spaces or tabs", word[mark]));
        }
        const std::optional<double> value = number_of(std::string(word));
        if (!value)
            throw error(column,
                        fmt::format("{} is no number; {}s are {}", quote(word), what, wanted));
        return *value;
    }

    std::string path_;
    std::string_view rest_;
    std::size_t line_ = 0;
};

/// Lines of numbers, all of one length (any when length is 0), with no gap between them.
template <class Number>
struct Lines {
    std::size_t count = 0;
    std::size_t length = 0;
    std::vector<Number> numbers;
};

template <class Number>
Lines<Number> read_lines(const std::string& path, std::size_t length, const char* what) {
    const std::string text = read_text(path);
    Lines<Number> lines;
    lines.length = length;
    Scanner scanner(path, text);
    std::size_t empty_line = 0;
    for (;;) {
        const std::size_t before = lines.numbers.size();
        if (!scanner.next_line(lines.numbers, what)) break;
        const std::size_t found = lines.numbers.size() - before;
        if (found == 0) {
            if (empty_line == 0) empty_line = scanner.line();
            continue;
        }
        if (empty_line != 0) {
            throw Error(
                fmt::format("{}, line {}: the line is empty, and patterns follow in line {}", path,
                            empty_line, scanner.line()));
        }
        if (lines.length == 0) lines.length = found;
        if (found != lines.length) {
            throw scanner.error(
                length != 0
                    ? fmt::format("{} numbers where one {} a line is wanted", found, what)
                    : fmt::format("{} numbers, and the lines before have {}", found, lines.length));
        }
        ++lines.count;
    }
    if (lines.count == 0) throw Error(fmt::format("{}: the file holds no {}", path, what));
    return lines;
}

std::string text_of(const PatternSet& patterns) {
    std::string text;
    text.reserve(patterns.patterns() * patterns.inputs() * 3);
    for (std::size_t a = 0; a < patterns.patterns(); ++a) {
        for (std::size_t i = 0; i < patterns.inputs(); ++i) {
            if (i > 0) text += ' ';
            text += patterns.sign(a, i) > 0 ? "1" : "-1";
        }
        text += '\n';
    }
    return text;
}

std::string text_of(const RealPatterns& patterns) {
    std::string text;
    for (std::size_t a = 0; a < patterns.patterns(); ++a) {
        for (std::size_t i = 0; i < patterns.inputs(); ++i) {
            text += fmt::format("{}{:.9g}", i > 0 ? " " : "",
                                patterns.values()[a * patterns.inputs() + i]);
        }
        text += '\n';
    }
    return text;
}

/// Labels of so many patterns of the file at `path`; none where no file is named.
std::vector<signed char> read_labels(const std::string& labels_path, const std::string& path,
                                     std::size_t patterns) {
    if (labels_path.empty()) return {};
    auto lines = read_lines<signed char>(labels_path, 1, "label");
    if (lines.count != patterns) {
        throw Error(fmt::format("{} holds {} labels, and {} holds {} patterns", labels_path,
                                lines.count, path, patterns));
    }
    return std::move(lines.numbers);
}

void write_labels(std::span<const signed char> labels, const std::string& path) {
    if (labels.empty()) return;
    if (path.empty()) {
        throw Error("these patterns carry labels: name a file for them, or fold them in first");
    }
    std::string text;
    for (const signed char label : labels) text += label > 0 ? "1\n" : "-1\n";
    write_text(path, text);
}

}  // namespace

PatternSet read_patterns(const std::string& path, const std::string& labels_path) {
    const auto inputs = read_lines<signed char>(path, 0, "input");
    return PatternSet::from_signs(inputs.length, inputs.count, inputs.numbers,
                                  read_labels(labels_path, path, inputs.count));
}

namespace {

AnyPatterns read_text_patterns(const std::string& path, const std::string& labels_path) {
    auto inputs = read_lines<float>(path, 0, "input");
    std::vector<signed char> labels = read_labels(labels_path, path, inputs.count);
    if (!std::ranges::all_of(inputs.numbers, [](float x) { return x == 1.0f || x == -1.0f; })) {
        return RealPatterns::from_values(inputs.length, inputs.count, std::move(inputs.numbers),
                                         std::move(labels));
    }
    const std::vector<signed char> signs(inputs.numbers.begin(), inputs.numbers.end());
    return PatternSet::from_signs(inputs.length, inputs.count, signs, labels);
}

}  // namespace

Patterns read_any_patterns(const std::string& path, const std::string& labels_path, LabelUse labels,
                           const ReadOptions& options) {
    AnyPatterns read =
        hdf5::is_file(path)
            ? read_hdf5_patterns(
                  path,
                  labels_path.empty()
                      ? std::vector<signed char>()
                      : std::move(read_lines<signed char>(labels_path, 1, "label").numbers),
                  options)
            : read_text_patterns(path, labels_path);
    return std::visit(
        [&](auto& set) {
            using Set = std::decay_t<decltype(set)>;
            return Patterns(std::make_shared<const Set>(
                labels == LabelUse::Fold ? std::move(set).fold_labels() : std::move(set)));
        },
        read);
}

NumberTable read_numbers(const std::string& path, const char* what) {
    auto lines = read_lines<double>(path, 0, what);
    return {lines.count, lines.length, std::move(lines.numbers)};
}

bool is_hdf5_path(const std::string& path) {
    return hdf5::is_name(path);
}

void write_patterns(const Patterns& patterns, const std::string& path,
                    const std::string& labels_path, const std::string& provenance) {
    patterns.visit([&](const auto& set) {
        if (is_hdf5_path(path)) {
            write_hdf5_patterns(*set, path, provenance);
        } else {
            write_labels(set->labels(), labels_path);
            write_text(path, text_of(*set));
        }
    });
}

}  // namespace steppe

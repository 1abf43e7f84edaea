#include "steppe/data/npy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>

#include "steppe/error.hpp"

namespace steppe {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
/// Bytes that are read and turned into numbers together.
constexpr std::size_t block_bytes = std::size_t{1} << 20;

struct Head {
    char kind = 0;  ///< b boolean, i signed, u unsigned, f real
    std::size_t bytes = 0;
    bool swapped = false, fortran = false;
    std::vector<std::size_t> shape;
};

Error damaged(const std::string& name, const std::string& why) {
    return Error(fmt::format("{}: no .npy array: {}", name, why));
}

/// The next bytes, taken in pieces: a size that the file promises and does not hold takes no
/// memory.
void read_whole(ByteStream& stream, const std::string& name, std::size_t size, std::string& out) {
    out.clear();
    while (out.size() < size) {
        const std::size_t before = out.size(), part = std::min(size - before, 4 * block_bytes);
        out.resize(before + part);
        if (stream.read(out.data() + before, part) != part) {
            throw Error(fmt::format("{}: the array is cut short", name));
        }
    }
}

/// The head's text, a Python dictionary: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4)}.
class HeadText {
  public:
    HeadText(std::string_view text, const std::string& name) : text_(text), name_(name) {}

    Head parse() {
        Head head;
        bool descr = false, order = false, shape = false;
        expect('{');
        while (!accept('}')) {
            const std::string_view key = quoted();
            expect(':');
            if (key == "descr") {
                set_type(head);
                descr = true;
            } else if (key == "fortran_order") {
                head.fortran = truth();
                order = true;
            } else if (key == "shape") {
                head.shape = numbers();
                shape = true;
            } else {
                throw damaged(name_, fmt::format("its head has a key '{}'", key));
            }
            if (accept('}')) break;
            expect(',');
        }
        if (!descr || !order || !shape) {
            throw damaged(name_, "its head lacks 'descr', 'fortran_order' or 'shape'");
        }
        return head;
    }

  private:
    void skip() {
        const std::size_t at = text_.find_first_not_of(" \t\r\n");
        text_.remove_prefix(std::min(at, text_.size()));
    }
    bool accept(char c) {
        skip();
        if (text_.empty() || text_[0] != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    void expect(char c) {
        if (!accept(c)) throw damaged(name_, fmt::format("its head lacks a '{}'", c));
    }
    std::string_view quoted() {
        skip();
        const char mark = text_.empty() ? '\0' : text_[0];
        const std::size_t end =
            mark == '\'' || mark == '"' ? text_.find(mark, 1) : std::string_view::npos;
        if (end == std::string_view::npos) throw damaged(name_, "its head lacks a quoted word");
        const std::string_view word = text_.substr(1, end - 1);
        text_.remove_prefix(end + 1);
        return word;
    }
    bool truth() {
        skip();
        for (const std::string_view word : {"True", "False"}) {
            if (text_.substr(0, word.size()) != word) continue;
            text_.remove_prefix(word.size());
            return word == "True";
        }
        throw damaged(name_, "its 'fortran_order' is neither True nor False");
    }
    std::vector<std::size_t> numbers() {
        std::vector<std::size_t> all;
        expect('(');
        while (!accept(')')) {
            skip();
            std::size_t value = 0, digits = 0;
            for (; digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9';
                 ++digits) {
                const std::size_t digit = static_cast<std::size_t>(text_[digits] - '0');
                if (value > (std::numeric_limits<std::size_t>::max() - digit) / 10) {
                    throw damaged(name_, "a number of its 'shape' is too large");
                }
                value = 10 * value + digit;
            }
            if (digits == 0) throw damaged(name_, "its 'shape' is no list of numbers");
            all.push_back(value);
            text_.remove_prefix(digits);
            accept('L');  // a long integer of Python 2
            if (accept(')')) break;
            expect(',');
        }
        return all;
    }
    /// '<f8': byte order, kind, bytes.
    void set_type(Head& head) {
        skip();
        if (!text_.empty() && text_[0] == '[') {
            throw Error(
                fmt::format("{}: its elements are records; save an array of numbers", name_));
        }
        const std::string_view type = quoted();
        const auto refuse = [&]() {
            return Error(
                fmt::format("{}: its elements are of NumPy's type '{}'; booleans, integers and "
                            "reals of 2, 4 or 8 bytes are read",
                            name_, type));
        };
        if (type.size() != 3) throw refuse();
        head.kind = type[1];
        head.bytes = static_cast<std::size_t>(type[2] - '0');
        const std::string_view sizes = head.kind == 'b'                       ? "1"
                                       : head.kind == 'f'                     ? "248"
                                       : head.kind == 'i' || head.kind == 'u' ? "1248"
                                                                              : "";
        if (sizes.find(type[2]) == std::string_view::npos ||
            std::string_view("<>|=").find(type[0]) == std::string_view::npos) {
            throw refuse();
        }
        const bool little = std::endian::native == std::endian::little;
        head.swapped = type[0] == (little ? '>' : '<');
    }

    std::string_view text_;
    const std::string& name_;
};

Head read_head(ByteStream& stream, const std::string& name) {
    std::string start;
    read_whole(stream, name, magic.size() + 2, start);
    if (!begins_npy(start)) throw damaged(name, "it does not begin with NumPy's mark");
    const unsigned version = static_cast<unsigned char>(start[magic.size()]);
    if (version < 1 || version > 3) {
        throw damaged(name, fmt::format("version {} of the format is not known", version));
    }
    std::string length_bytes, text;
    read_whole(stream, name, version == 1 ? 2 : 4, length_bytes);
    std::size_t length = 0;
    for (std::size_t b = length_bytes.size(); b-- > 0;) {
        length = length << 8 | static_cast<unsigned char>(length_bytes[b]);
    }
    read_whole(stream, name, length, text);
    return HeadText(text, name).parse();
}

double half(std::uint16_t bits) {
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double size =
        exponent == 0    ? std::ldexp(fraction, -24)
        : exponent == 31 ? (fraction == 0 ? std::numeric_limits<double>::infinity() : std::nan(""))
                         : std::ldexp(1024 + fraction, exponent - 25);
    return bits >> 15 != 0 ? -size : size;
}

/// Calls work with a number that has the type of the elements.
template <class Work>
void with_type(const Head& head, const Work& work) {
    switch (head.kind == 'f' ? 16 + head.bytes : head.kind == 'i' ? head.bytes : 8 + head.bytes) {
        case 1:
            return work(std::int8_t{});
        case 2:
            return work(std::int16_t{});
        case 4:
            return work(std::int32_t{});
        case 8:
            return work(std::int64_t{});
        case 9:
            return work(std::uint8_t{});
        case 10:
            return work(std::uint16_t{});
        case 12:
            return work(std::uint32_t{});
        case 16:
            return work(std::uint64_t{});
        case 20:
            return work(float{});
        default:
            return work(double{});
    }
}

/// Element e of the row is at `first + e * step` bytes.
void decode(const Head& head, const char* first, std::size_t step, std::span<double> row) {
    if (head.kind == 'f' && head.bytes == 2) {
        for (std::size_t e = 0; e < row.size(); ++e) {
            std::uint16_t bits = 0;
            std::memcpy(&bits, first + e * step, 2);
            row[e] = half(head.swapped ? static_cast<std::uint16_t>(bits << 8 | bits >> 8) : bits);
        }
        return;
    }
    with_type(head, [&](auto zero) {
        using Number = decltype(zero);
        for (std::size_t e = 0; e < row.size(); ++e) {
            std::array<char, sizeof(Number)> bytes{};
            std::memcpy(bytes.data(), first + e * step, sizeof(Number));
            if (head.swapped) std::ranges::reverse(bytes);
            row[e] = static_cast<double>(std::bit_cast<Number>(bytes));
        }
    });
}

class Place final : public RowPlace {
  public:
    Place(const std::string& name, const std::vector<double>& row) : name_(name), row_(row) {}
    Error refused(std::size_t column, const std::string& why) const override {
        return Error(fmt::format("{}: element [{}, {}] is {}, which is not allowed: {}", name_,
                                 number, column, row_[column], why));
    }
    Error refused(const std::string& why) const override {
        return Error(fmt::format("{}, row {}: {}", name_, number, why));
    }
    std::size_t number = 0;

  private:
    const std::string& name_;
    const std::vector<double>& row_;
};

/// Rows and columns of the array as the sink takes it.
void make_table(Head& head, const std::string& name, const RowSink& sink) {
    const std::string shape =
        fmt::format("({}{})", fmt::join(head.shape, ", "), head.shape.size() == 1 ? "," : "");
    if (head.shape.size() == 1 && sink.list() != RowSink::List::Refused) {
        const bool column = sink.list() == RowSink::List::Column;
        head.shape.insert(column ? head.shape.end() : head.shape.begin(), 1);
        head.fortran = false;
    }
    if (head.shape.size() != 2) {
        throw Error(
            fmt::format("{}: the array's shape is {}, and one of rows and columns is "
                        "wanted{}",
                        name, shape, head.shape.size() > 2 ? ": reshape it to (len(x), -1)" : ""));
    }
    if (head.shape[0] == 0 || head.shape[1] == 0) {
        throw Error(
            fmt::format("{}: the array, of shape {}, holds no {}", name, shape, sink.what()));
    }
}

void require_size(const Head& head, const std::string& name, const ByteStream& stream) {
    const std::size_t most = std::numeric_limits<std::ptrdiff_t>::max();
    const bool fits = head.shape[1] <= most / head.bytes / head.shape[0];
    const std::size_t size = fits ? head.shape[0] * head.shape[1] * head.bytes : most;
    const std::optional<std::size_t> left = stream.left();
    if (fits && (!left || *left == size)) return;
    if (fits && *left > size) throw Error(fmt::format("{}: it is longer than it says", name));
    throw Error(fmt::format("{}: it is cut short: it promises an array of shape ({}, {})", name,
                            head.shape[0], head.shape[1]));
}

/// Rows stored one after another.
void read_rows(ByteStream& stream, const std::string& name, const Head& head, RowSink& sink) {
    const std::size_t rows = head.shape[0], row_bytes = head.shape[1] * head.bytes;
    const std::size_t block = std::max<std::size_t>(1, block_bytes / row_bytes);
    std::string raw;
    std::vector<double> row;
    Place place(name, row);
    for (std::size_t first = 0; first < rows; first += block) {
        const std::size_t count = std::min(block, rows - first);
        read_whole(stream, name, count * row_bytes, raw);
        row.resize(head.shape[1]);
        for (std::size_t r = 0; r < count; ++r) {
            place.number = first + r;
            decode(head, raw.data() + r * row_bytes, head.bytes, row);
            sink.add(std::span<const double>(row), place);
        }
    }
}

/// Columns stored one after another: no row is whole before all is read.
void read_columns(ByteStream& stream, const std::string& name, const Head& head, RowSink& sink) {
    const std::size_t rows = head.shape[0];
    std::string raw;
    read_whole(stream, name, rows * head.shape[1] * head.bytes, raw);
    std::vector<double> row(head.shape[1]);
    Place place(name, row);
    for (std::size_t a = 0; a < rows; ++a) {
        place.number = a;
        decode(head, raw.data() + a * head.bytes, rows * head.bytes, row);
        sink.add(std::span<const double>(row), place);
    }
}

}  // namespace

bool begins_npy(std::string_view start) {
    return start.substr(0, magic.size()) == magic;
}

void read_npy(ByteStream& stream, const std::string& name, RowSink& sink) {
    Head head = read_head(stream, name);
    make_table(head, name, sink);
    require_size(head, name, stream);
    if (head.kind == 'b') sink.numbers(RowSink::Numbers::Booleans);
    if (head.kind == 'u' && head.bytes == 1) sink.numbers(RowSink::Numbers::Bytes);
    if (stream.left()) sink.expect(head.shape[0], head.shape[1]);
    const auto read = head.fortran ? read_columns : read_rows;
    read(stream, name, head, sink);
    char more = 0;
    if (stream.read(&more, 1) != 0) throw Error(fmt::format("{}: it is longer than it says", name));
}

}  // namespace steppe

#include "steppe/data/hdf5_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "steppe/data/hdf5_answers.hpp"
#include "steppe/error.hpp"

namespace steppe::hdf5 {

namespace {

/// Bytes that are asked for together.
constexpr std::size_t block_bytes = std::size_t{1} << 22;

std::string question(Question kind, const std::string& object, const std::string& name = {}) {
    return Packed().put(kind).put(object).put(name).bytes();
}

/// An element of a row, by its name in errors.
class Place final : public RowPlace {
  public:
    Place(const std::string& path, const RowSink& sink, const char* row_name)
        : path_(path), sink_(sink), row_name_(row_name) {}
    Error refused(std::size_t column, const std::string& why) const override {
        return Error(fmt::format("{}: {} {} of {} {} is {}: {}", path_, sink_.what(), column,
                                 row_name_, number, row[column], why));
    }
    Error refused(const std::string& why) const override {
        return Error(fmt::format("{}, {} {}: {}", path_, row_name_, number, why));
    }
    std::size_t number = 0;
    std::vector<double> row;

  private:
    const std::string& path_;
    const RowSink& sink_;
    const char* row_name_;
};

template <class Number>
void copy(const char* bytes, std::vector<double>& out) {
    for (std::size_t e = 0; e < out.size(); ++e) {
        Number number;
        std::memcpy(&number, bytes + e * sizeof number, sizeof number);
        out[e] = static_cast<double>(number);
    }
}

void decode(char type, const char* bytes, std::vector<double>& out) {
    switch (type) {
        case 'i':
            return copy<signed char>(bytes, out);
        case 'u':
            return copy<unsigned char>(bytes, out);
        case 'f':
            return copy<float>(bytes, out);
        default:
            return copy<double>(bytes, out);
    }
}

/// The smallest of the types that blocks come in which holds all numbers of a dataset.
char type_of(const Reader::Dataset& set) {
    using Kind = Reader::Dataset::Kind;
    if (set.kind == Kind::Byte) return 'u';
    if (set.kind == Kind::Boolean || (set.kind == Kind::Whole && set.element_bytes == 1)) {
        return 'i';
    }
    return set.kind == Kind::Real && set.element_bytes <= 4 ? 'f' : 'd';
}

std::size_t bytes_of(char type) {
    return type == 'd' || type == 'w' ? 8 : type == 'f' ? 4 : 1;
}

}  // namespace

Reader::Reader(const std::string& path, const char* what)
    : path_(path), child_(answers_on(path, what)) {}

template <class Number>
Number Reader::ask_number(const std::string& question) {
    Packed answer(ask(question));
    if (answer.bytes().size() != sizeof(Number)) {
        throw refused("this HDF5 file is damaged: the HDF5 library gave an answer of no sense");
    }
    return answer.take<Number>();
}

std::string Reader::ask(const std::string& question) {
    try {
        return child_.ask(question);
    } catch (const ChildProcess::Died& died) {
        throw refused(
            fmt::format("this HDF5 file is damaged: reading it, the HDF5 library {}", died.what()));
    } catch (const Error& error) {
        throw refused(error.what());
    }
}

bool Reader::has(const std::string& dataset) {
    return ask(question(Question::Has, dataset)) == std::string(1, '\1');
}

bool Reader::has_attribute(const std::string& object, const std::string& name) {
    return ask(question(Question::HasAttribute, object, name)) == std::string(1, '\1');
}

std::string Reader::text(const std::string& object, const std::string& name) {
    return ask(question(Question::Text, object, name));
}

double Reader::number(const std::string& object, const std::string& name) {
    return ask_number<double>(question(Question::Number, object, name));
}

std::uint64_t Reader::whole_number(const std::string& object, const std::string& name) {
    return ask_number<std::uint64_t>(question(Question::WholeNumber, object, name));
}

Reader::Dataset Reader::dataset(const std::string& name) {
    const auto answer = ask_number<DatasetAnswer>(question(Question::Dataset, name));
    Dataset set{static_cast<Dataset::Kind>(answer.kind), answer.element_bytes, answer.dimensions,
                answer.shape[0], answer.shape[1]};
    if (set.kind >= Dataset::Kind::Other || set.element_bytes == 0) {
        throw refused(fmt::format("dataset `{}` holds no numbers", name));
    }
    if (set.dimensions == 0) {
        throw refused(fmt::format("dataset `{}` is one number where a table is wanted", name));
    }
    if (set.rows == 0 || set.columns == 0) {
        throw refused(fmt::format("dataset `{}` is empty", name));
    }
    if (set.columns > answer.most_bytes / set.element_bytes / set.rows) {
        throw refused(
            fmt::format("dataset `{}` is cut short or damaged: it promises {} x {} numbers, and "
                        "the file holds fewer",
                        name, set.rows, set.columns));
    }
    return set;
}

/// Rows that are longer than a block come in parts.
void Reader::read_blocks(const std::string& name, const Dataset& set, char type, std::size_t bytes,
                         const std::function<void(std::size_t row, const char*)>& work) {
    const std::size_t columns = std::min(set.columns, block_bytes / bytes);
    const std::size_t rows = std::max<std::size_t>(1, block_bytes / bytes / set.columns);
    std::string row;
    for (std::size_t first = 0; first < set.rows; first += rows) {
        const std::size_t count = std::min(rows, set.rows - first);
        row.clear();
        for (std::size_t c = 0; c < set.columns; c += columns) {
            const std::size_t width = std::min(columns, set.columns - c);
            const std::string block =
                ask(Packed()
                        .put(Question::Rows)
                        .put(name)
                        .put(std::string())
                        .put(RowsQuestion{static_cast<std::uint32_t>(set.dimensions),
                                          static_cast<std::uint32_t>(type), first, count, c, width})
                        .bytes());
            if (block.size() != count * width * bytes) {
                throw refused("this HDF5 file is damaged: a block of it has another size");
            }
            row += block;
        }
        for (std::size_t r = 0; r < count; ++r) {
            work(first + r, row.data() + r * set.columns * bytes);
        }
    }
}

void Reader::read_rows(const std::string& name, const Dataset& set, const char* row_name,
                       RowSink& sink) {
    if (set.kind == Dataset::Kind::Boolean) sink.numbers(RowSink::Numbers::Booleans);
    if (set.kind == Dataset::Kind::Byte) sink.numbers(RowSink::Numbers::Bytes);
    sink.expect(set.rows, set.columns);
    const char type = type_of(set);
    Place place(path_, sink, row_name);
    std::vector<signed char> signs(type == 'i' ? set.columns : 0);
    read_blocks(name, set, type, bytes_of(type), [&](std::size_t row, const char* bytes) {
        place.number = row;
        place.row.resize(set.columns);
        decode(type, bytes, place.row);
        if (type == 'i') {
            std::ranges::copy(place.row, signs.begin());
            const bool all = std::ranges::all_of(signs, [](int x) { return x == 1 || x == -1; });
            // The short way for what our own programs write.
            if (all) return sink.add(std::span<const signed char>(signs), place);
        }
        sink.add(std::span<const double>(place.row), place);
    });
}

void Reader::read_bytes(
    const std::string& name, const Dataset& set,
    const std::function<void(std::size_t row, std::span<const std::uint8_t>)>& work) {
    read_blocks(name, set, 'u', 1, [&](std::size_t row, const char* bytes) {
        work(row, {reinterpret_cast<const std::uint8_t*>(bytes), set.columns});
    });
}

template <class Number>
std::vector<Number> Reader::numbers(const std::string& name) {
    const char type = std::is_same_v<Number, double>          ? 'd'
                      : std::is_same_v<Number, float>         ? 'f'
                      : std::is_same_v<Number, std::uint64_t> ? 'w'
                                                              : 'i';
    const Dataset set = dataset(name);
    if (set.dimensions != 1 || set.element_bytes != sizeof(Number)) {
        throw refused(
            fmt::format("dataset `{}` is no list of numbers of {} bytes", name, sizeof(Number)));
    }
    std::vector<Number> all(set.rows);
    read_blocks(name, set, type, sizeof(Number), [&](std::size_t row, const char* bytes) {
        std::memcpy(&all[row], bytes, sizeof(Number));
    });
    return all;
}

template std::vector<double> Reader::numbers<double>(const std::string&);
template std::vector<float> Reader::numbers<float>(const std::string&);
template std::vector<std::uint64_t> Reader::numbers<std::uint64_t>(const std::string&);
template std::vector<signed char> Reader::numbers<signed char>(const std::string&);

void Reader::require_format(const char* wanted, const char* what) {
    const std::string format = has_attribute("", "format") ? text("", "format") : "";
    if (format == wanted) return;
    throw refused(
        fmt::format("this HDF5 file is no {}: its attribute `format` is '{}' where '{}' is wanted",
                    what, format, wanted));
}

}  // namespace steppe::hdf5

#include "steppe/data/hdf5_answers.hpp"

#include <H5Cpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory>

#include "steppe/data/hdf5_reader.hpp"
#include "steppe/error.hpp"

namespace steppe::hdf5 {

namespace {

/// Chunks that are unpacked are kept until all their rows are read.
constexpr std::size_t chunk_cache = std::size_t{1} << 28;
/// The longest text is the summary of a run.
constexpr std::size_t most_text = std::size_t{1} << 24;
constexpr std::uint64_t any_size = std::numeric_limits<std::uint64_t>::max();

/// A text of a fixed length may end in zeros.
std::string without_zeros(const std::string& text) {
    return text.substr(0, text.find('\0'));
}

/// NumPy's booleans: an enumeration of two, in one byte.
bool is_boolean(const H5::DataSet& set) {
    if (set.getTypeClass() != H5T_ENUM) return false;
    const H5::EnumType type = set.getEnumType();
    if (type.getSize() != 1 || type.getNmembers() != 2) return false;
    signed char no = -1, yes = -1;
    type.valueOf("FALSE", &no);
    type.valueOf("TRUE", &yes);
    return no == 0 && yes == 1;
}

Reader::Dataset::Kind kind_of(const H5::DataSet& set) {
    using Kind = Reader::Dataset::Kind;
    switch (set.getTypeClass()) {
        case H5T_FLOAT:
            return Kind::Real;
        case H5T_INTEGER:
            return set.getIntType().getSign() == H5T_SGN_NONE && set.getIntType().getSize() == 1
                       ? Kind::Byte
                       : Kind::Whole;
        case H5T_ENUM:
            return is_boolean(set) ? Kind::Boolean : Kind::Other;
        default:
            return Kind::Other;
    }
}

/// How many bytes of numbers the storage can be unpacked to.
std::uint64_t most_bytes_of(const H5::DataSet& set) {
    const H5::DSetCreatPropList how = set.getCreatePlist();
    // Parts of other files are looked for when they are read.
    if (how.getLayout() == H5D_VIRTUAL) return any_size;
    const std::uint64_t stored = set.getStorageSize();
    if (how.getLayout() != H5D_CHUNKED) return stored;
    std::uint64_t factor = 1;
    for (int f = 0; f < how.getNfilters(); ++f) {
        unsigned flags = 0, config = 0;
        std::size_t values = 0;
        char name[1] = {0};
        const H5Z_filter_t filter =
            how.getFilter(f, flags, values, nullptr, sizeof name, name, config);
        if (filter == H5Z_FILTER_SHUFFLE || filter == H5Z_FILTER_FLETCHER32) continue;
        // Deflation shrinks by 1032 at most; what others do is not known.
        if (filter != H5Z_FILTER_DEFLATE || factor != 1) return any_size;
        factor = 1032;
    }
    return stored > any_size / factor ? any_size : stored * factor;
}

class Answers {
  public:
    Answers(std::string path, const char* what) : path_(std::move(path)), what_(what) {}

    std::string answer(const std::string& question) {
        H5::Exception::dontPrint();
        try {
            return look_up(Packed(question));
        } catch (const H5::Exception& error) {
            throw Error(
                fmt::format("the HDF5 file cannot be read as {}: {}", what_, error.getDetailMsg()));
        }
    }

  private:
    std::string look_up(Packed question) {
        const auto kind = question.take<Question>();
        const std::string object = question.take_text();
        const std::string name = question.take_text();
        switch (kind) {
            case Question::Has:
                return flag(has(object));
            case Question::HasAttribute:
                return flag(object.empty() ? file().attrExists(name)
                                           : open(object).attrExists(name));
            case Question::Text:
                return text(attribute(object, name), name);
            case Question::Number:
                return number<double>(attribute(object, name), name, H5::PredType::NATIVE_DOUBLE);
            case Question::WholeNumber:
                return number<std::uint64_t>(attribute(object, name), name,
                                             H5::PredType::NATIVE_UINT64);
            case Question::Dataset:
                return describe(open(object), object);
            case Question::Rows:
                return rows(open(object), question.take<RowsQuestion>());
        }
        throw Error("no such question");
    }

    static std::string flag(bool holds) { return std::string(1, holds ? '\1' : '\0'); }

    const H5::H5File& file() {
        if (!file_) file_ = std::make_unique<H5::H5File>(path_, H5F_ACC_RDONLY);
        return *file_;
    }

    H5::DataSet& open(const std::string& name) {
        if (name != open_name_ || name.empty()) {
            H5::DSetAccPropList how;
            how.setChunkCache(521, chunk_cache, H5D_CHUNK_CACHE_W0_DEFAULT);
            set_ = file().openDataSet(name, how);
            open_name_ = name;
        }
        return set_;
    }

    bool has(const std::string& name) {
        const H5::H5File& in = file();
        try {
            return in.nameExists(name);
        } catch (const H5::Exception&) {
            return false;  // of a group that is not there
        }
    }

    H5::Attribute attribute(const std::string& object, const std::string& name) {
        H5::Attribute found =
            object.empty() ? file().openAttribute(name) : open(object).openAttribute(name);
        const hssize_t count = found.getSpace().getSimpleExtentNpoints();
        if (count == 1) return found;
        throw Error(fmt::format("attribute `{}` holds {} values where one is wanted", name, count));
    }

    static std::string text(const H5::Attribute& from, const std::string& name) {
        if (from.getTypeClass() != H5T_STRING) {
            throw Error(fmt::format("attribute `{}` is no text", name));
        }
        const H5::StrType type = from.getStrType();
        if (type.getSize() > most_text) {
            throw Error(fmt::format("attribute `{}` is a text of {} bytes, more than is read", name,
                                    type.getSize()));
        }
        std::string text;
        from.read(type, text);
        return without_zeros(text.substr(0, most_text));
    }

    template <class Number>
    static std::string number(const H5::Attribute& from, const std::string& name,
                              const H5::PredType& type) {
        if (from.getTypeClass() != H5T_INTEGER && from.getTypeClass() != H5T_FLOAT) {
            throw Error(fmt::format("attribute `{}` is no number", name));
        }
        Number value{};
        from.read(type, &value);
        return Packed().put(value).bytes();
    }

    static std::string describe(const H5::DataSet& set, const std::string& name) {
        const H5::DataSpace space = set.getSpace();
        std::array<hsize_t, H5S_MAX_RANK> shape{};
        const int dimensions = space.getSimpleExtentNdims();
        if (dimensions > 0) space.getSimpleExtentDims(shape.data());
        const bool list = dimensions == 1;
        if (dimensions > 2) {
            throw Error(
                fmt::format("dataset `{}` has {} dimensions, and two are wanted: reshape "
                            "it to (len(x), -1)",
                            name, dimensions));
        }
        return Packed()
            .put(DatasetAnswer{static_cast<std::uint32_t>(kind_of(set)),
                               static_cast<std::uint32_t>(dimensions),
                               set.getDataType().getSize(),
                               {shape[0], list ? 1 : shape[1]},
                               most_bytes_of(set)})
            .bytes();
    }

    static std::string rows(const H5::DataSet& set, const RowsQuestion& wanted) {
        const bool eight = wanted.type == 'd' || wanted.type == 'w';
        const std::size_t bytes = eight ? 8 : wanted.type == 'f' ? 4 : 1;
        if (wanted.columns == 0 ||
            wanted.rows > ChildProcess::most_bytes / bytes / wanted.columns) {
            throw Error("a block of no size, or too large a one");
        }
        std::string block(wanted.rows * wanted.columns * bytes, '\0');
        const std::array<hsize_t, 2> start{wanted.row, wanted.column};
        const std::array<hsize_t, 2> count{wanted.rows, wanted.columns};
        const H5::DataSpace space = set.getSpace();
        if (space.getSimpleExtentNdims() != static_cast<int>(wanted.dimensions)) {
            throw Error("a block of another shape");
        }
        space.selectHyperslab(H5S_SELECT_SET, count.data(), start.data());
        const H5::DataSpace memory(static_cast<int>(wanted.dimensions), count.data());
        if (set.getTypeClass() == H5T_ENUM) {
            set.read(block.data(), set.getDataType(), memory, space);
        } else {
            set.read(block.data(), type_of(wanted.type), memory, space);
        }
        return block;
    }

    static const H5::PredType& type_of(std::uint32_t type) {
        return type == 'd'   ? H5::PredType::NATIVE_DOUBLE
               : type == 'f' ? H5::PredType::NATIVE_FLOAT
               : type == 'w' ? H5::PredType::NATIVE_UINT64
               : type == 'u' ? H5::PredType::NATIVE_UINT8
                             : H5::PredType::NATIVE_INT8;
    }

    std::string path_;
    const char* what_;
    std::unique_ptr<H5::H5File> file_;
    H5::DataSet set_;
    std::string open_name_;
};

}  // namespace

void Packed::take_bytes(void* out, std::uint64_t size) {
    if (size > bytes_.size() - at_) throw ChildProcess::Died("gave an answer of no sense");
    if (size > 0) std::memcpy(out, bytes_.data() + at_, size);
    at_ += size;
}

std::string Packed::take_text() {
    const auto size = take<std::uint64_t>();
    std::string text(std::min<std::uint64_t>(size, bytes_.size()), '\0');
    take_bytes(text.data(), size);
    return text;
}

ChildProcess::Answer answers_on(const std::string& path, const char* what) {
    const auto answers = std::make_shared<Answers>(path, what);
    return [answers](const std::string& question) { return answers->answer(question); };
}

}  // namespace steppe::hdf5

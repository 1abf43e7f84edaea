#include "steppe/data/npz.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

#include "steppe/error.hpp"

namespace steppe {

class ArchiveBytes {
  public:
    ArchiveBytes(ByteSource& source, const std::string& path) : name_(source.name()) {
        if (source.reopens()) {
            descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
            const off_t end = descriptor_ < 0 ? -1 : ::lseek(descriptor_, 0, SEEK_END);
            if (end >= 0) {
                size_ = static_cast<std::uint64_t>(end);
                return;
            }
        }
        // What comes through a pipe is kept: the directory stands at the end.
        kept_ = source.rest();
        size_ = kept_.size();
    }
    ~ArchiveBytes() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    ArchiveBytes(const ArchiveBytes&) = delete;
    ArchiveBytes& operator=(const ArchiveBytes&) = delete;

    std::uint64_t size() const { return size_; }

    /// Throws Error where the place is not inside the archive.
    void read(std::uint64_t at, char* out, std::size_t count) const {
        if (at > size_ || count > size_ - at) throw damaged("it ends too early");
        if (descriptor_ < 0) {
            std::memcpy(out, kept_.data() + at, count);
            return;
        }
        for (std::size_t got = 0; got < count;) {
            const ssize_t part =
                ::pread(descriptor_, out + got, count - got, static_cast<off_t>(at + got));
            if (part < 0 && errno == EINTR) continue;
            if (part <= 0) throw damaged(part == 0 ? "it ends too early" : std::strerror(errno));
            got += static_cast<std::size_t>(part);
        }
    }
    std::string read(std::uint64_t at, std::uint64_t count) const {
        if (at > size_ || count > size_ - at) throw damaged("it ends too early");
        std::string bytes(count, '\0');
        read(at, bytes.data(), bytes.size());
        return bytes;
    }

    Error damaged(const std::string& why) const {
        return Error(fmt::format("{}: the archive cannot be read: {}", name_, why));
    }

  private:
    std::string name_, kept_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
};

namespace {

/// Marks and lengths of the parts of a zip archive (PKWARE's APPNOTE, 4.3).
constexpr std::string_view local_mark = "PK\3\4", entry_mark = "PK\1\2", end_mark = "PK\5\6",
                           locator_mark = "PK\6\7", end64_mark = "PK\6\6";
constexpr std::size_t local_length = 30, entry_length = 46, end_length = 22, locator_length = 20,
                      end64_length = 56, longest_comment = 65535;
constexpr unsigned method_stored = 0, method_deflated = 8, flag_encrypted = 1;

/// A number of so many bytes, lowest first.
std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t b = count; b-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(bytes[at + b]);
    }
    return value;
}

/// A name as it may stand in a message.
std::string printable(std::string name) {
    for (char& c : name) {
        if (c < 0x20 || c > 0x7e) c = '?';
    }
    return name;
}

/// The bytes of a stored or deflated member.
class MemberStream final : public ByteStream {
  public:
    MemberStream(const ArchiveBytes& bytes, std::string name, std::uint64_t at,
                 std::uint64_t packed, std::uint64_t size, std::uint32_t checksum, bool deflated)
        : bytes_(bytes),
          name_(std::move(name)),
          at_(at),
          packed_(packed),
          left_(size),
          wanted_(checksum),
          deflated_(deflated) {
        if (deflated_ && ::inflateInit2(&inflater_, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
    }
    ~MemberStream() override {
        if (deflated_) ::inflateEnd(&inflater_);
    }

    std::optional<std::size_t> left() const override { return left_; }

    std::size_t read(char* out, std::size_t size) override {
        const std::size_t count = std::min<std::uint64_t>(size, left_);
        std::size_t got = 0;
        while (got < count) {
            const std::size_t part = std::min(count - got, std::size_t{1} << 30);
            deflated_ ? inflate(out + got, part) : copy(out + got, part);
            checksum_ = ::crc32(checksum_, reinterpret_cast<const Bytef*>(out + got),
                                static_cast<uInt>(part));
            got += part;
            left_ -= part;
        }
        if (left_ == 0 && checksum_ != wanted_) {
            throw Error(fmt::format("{}: its checksum is wrong: the file is damaged", name_));
        }
        return got;
    }

  private:
    void copy(char* out, std::size_t size) {
        if (size > packed_) throw cut_short();
        bytes_.read(at_, out, size);
        at_ += size;
        packed_ -= size;
    }
    void inflate(char* out, std::size_t size) {
        inflater_.next_out = reinterpret_cast<Bytef*>(out);
        inflater_.avail_out = static_cast<uInt>(size);
        while (inflater_.avail_out > 0) {
            if (inflater_.avail_in == 0 && packed_ > 0) {
                const std::size_t part = std::min<std::uint64_t>(packed_, room_.size());
                bytes_.read(at_, room_.data(), part);
                at_ += part;
                packed_ -= part;
                inflater_.next_in = reinterpret_cast<Bytef*>(room_.data());
                inflater_.avail_in = static_cast<uInt>(part);
            }
            const int code = ::inflate(&inflater_, Z_NO_FLUSH);
            if (code == Z_MEM_ERROR) throw std::bad_alloc();
            if (code == Z_OK || (code == Z_STREAM_END && inflater_.avail_out == 0)) continue;
            throw cut_short();
        }
    }
    Error cut_short() const {
        return Error(fmt::format("{}: its packed data are damaged or cut short", name_));
    }

    const ArchiveBytes& bytes_;
    std::string name_;
    std::uint64_t at_, packed_, left_;
    std::uint32_t wanted_;
    bool deflated_;
    uLong checksum_ = ::crc32(0, nullptr, 0);
    z_stream inflater_{};
    std::array<char, std::size_t{1} << 16> room_{};
};

}  // namespace

bool begins_zip(std::string_view start) {
    return start.substr(0, 4) == local_mark || start.substr(0, 4) == end_mark;
}

NpzArchive::NpzArchive(ByteSource& source, const std::string& path)
    : name_(source.name()), bytes_(std::make_unique<ArchiveBytes>(source, path)) {
    read_directory();
}

NpzArchive::~NpzArchive() = default;

void NpzArchive::read_directory() {
    const std::uint64_t size = bytes_->size();
    const std::uint64_t tail_length = std::min<std::uint64_t>(size, end_length + longest_comment);
    const std::string tail = bytes_->read(size - tail_length, tail_length);
    const std::size_t end = tail.rfind(end_mark);
    if (end == std::string::npos || tail.size() - end < end_length) {
        throw bytes_->damaged("it is cut short");
    }
    std::uint64_t entries = number(tail, end + 10, 2), length = number(tail, end + 12, 4),
                  begin = number(tail, end + 16, 4);
    if (end >= locator_length && tail.compare(end - locator_length, 4, locator_mark) == 0) {
        const std::string end64 =
            bytes_->read(number(tail, end - locator_length + 8, 8), end64_length);
        if (end64.compare(0, 4, end64_mark) != 0) throw bytes_->damaged("its end is damaged");
        entries = number(end64, 32, 8);
        length = number(end64, 40, 8);
        begin = number(end64, 48, 8);
    }
    const std::string directory = bytes_->read(begin, length);
    for (std::size_t at = 0; entries > 0; --entries) {
        Member member = read_entry(directory, at);
        if (!member.name.ends_with(".npy")) {
            throw Error(fmt::format("{}: this zip archive is no .npz: '{}' in it is no .npy array",
                                    name_, printable(member.name)));
        }
        member.name.resize(member.name.size() - 4);
        members_.push_back(std::move(member));
    }
    if (members_.empty()) {
        throw Error(fmt::format("{}: this zip archive holds no .npy array", name_));
    }
}

NpzArchive::Member NpzArchive::read_entry(const std::string& directory, std::size_t& at) const {
    const auto require = [&](bool good) {
        if (!good) throw bytes_->damaged("its directory is damaged");
    };
    require(directory.size() - at >= entry_length && directory.compare(at, 4, entry_mark) == 0);
    Member member;
    member.flags = static_cast<unsigned>(number(directory, at + 8, 2));
    member.method = static_cast<unsigned>(number(directory, at + 10, 2));
    member.checksum = static_cast<std::uint32_t>(number(directory, at + 16, 4));
    member.packed = number(directory, at + 20, 4);
    member.size = number(directory, at + 24, 4);
    member.head = number(directory, at + 42, 4);
    const std::size_t name = number(directory, at + 28, 2), extra = number(directory, at + 30, 2),
                      comment = number(directory, at + 32, 2);
    at += entry_length;
    require(directory.size() - at >= name + extra + comment);
    member.name = directory.substr(at, name);
    // Numbers that do not fit four bytes stand in the extra field 1, in this order.
    for (std::size_t field = at + name; field + 4 <= at + name + extra;) {
        const std::size_t length = number(directory, field + 2, 2);
        std::size_t inside = field + 4;
        require(inside + length <= at + name + extra);
        if (number(directory, field, 2) == 1) {
            for (std::uint64_t* value : {&member.size, &member.packed, &member.head}) {
                if (*value != 0xffffffffu) continue;
                require(inside + 8 <= field + 4 + length);
                *value = number(directory, inside, 8);
                inside += 8;
            }
        }
        field += 4 + length;
    }
    at += name + extra + comment;
    // Deflation shrinks by 1032 at most; no more memory than that is ever taken on its word.
    require(member.packed <= bytes_->size() && member.size <= 1032 * (member.packed + 1));
    return member;
}

std::vector<std::string> NpzArchive::names() const {
    std::vector<std::string> all;
    for (const Member& member : members_) all.push_back(member.name);
    return all;
}

std::unique_ptr<ByteStream> NpzArchive::open(const std::string& array) const {
    const auto member = std::ranges::find(members_, array, &Member::name);
    if (member == members_.end()) throw bytes_->damaged(fmt::format("no array '{}'", array));
    const std::string name = fmt::format("{}, array '{}'", name_, array);
    if ((member->flags & flag_encrypted) != 0 ||
        (member->method != method_stored && member->method != method_deflated)) {
        throw Error(
            fmt::format("{}: it is encrypted or packed in another way than NumPy does", name));
    }
    const std::string head = bytes_->read(member->head, local_length);
    const std::string file = array + ".npy";
    if (head.compare(0, 4, local_mark) != 0 || number(head, 26, 2) != file.size() ||
        bytes_->read(member->head + local_length, file.size()) != file) {
        throw bytes_->damaged("its directory is damaged");
    }
    const std::uint64_t data =
        member->head + local_length + number(head, 26, 2) + number(head, 28, 2);
    return std::make_unique<MemberStream>(*bytes_, name, data, member->packed, member->size,
                                          member->checksum, member->method == method_deflated);
}

}  // namespace steppe

#include "steppe/data/byte_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "steppe/error.hpp"

namespace steppe {

namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 20;

Error unreadable(const std::string& name, const char* why) {
    return Error(fmt::format("file '{}' cannot be read: {}", name, why));
}

}  // namespace

ByteSource::ByteSource(const std::string& path)
    : name_(path == "-" ? "standard input" : path), file_(nullptr, gzclose) {
    const int descriptor =
        path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) throw unreadable(name_, std::strerror(errno));
    struct stat status {};
    const bool known = ::fstat(descriptor, &status) == 0;
    if (known && S_ISDIR(status.st_mode)) {
        ::close(descriptor);
        throw Error(fmt::format("'{}' is a folder; a file is wanted", name_));
    }
    // Standard input may stand in the middle of a file.
    if (known && S_ISREG(status.st_mode) && path != "-" && path != "/dev/stdin") {
        file_size_ = static_cast<std::size_t>(status.st_size);
    }
    // zlib reads plain files as they are.
    file_.reset(::gzdopen(descriptor, "rb"));
    if (!file_) {
        ::close(descriptor);
        throw unreadable(name_, "there is not enough memory");
    }
    ::gzbuffer(file_.get(), 1 << 18);
}

std::size_t ByteSource::read_stream(char* out, std::size_t size) {
    std::size_t got = 0;
    while (got < size) {
        const auto part = static_cast<unsigned>(std::min(size - got, chunk_bytes));
        errno = 0;
        const int count = ::gzread(file_.get(), out + got, part);
        if (count > 0) got += static_cast<std::size_t>(count);
        if (count == static_cast<int>(part)) continue;
        int code = Z_OK;
        const char* why = ::gzerror(file_.get(), &code);
        if (code == Z_OK || code == Z_STREAM_END) break;
        throw unreadable(name_, code == Z_BUF_ERROR ? "its gzip data are cut short"
                                : code == Z_ERRNO   ? std::strerror(errno)
                                                    : why);
    }
    taken_ += got;
    return got;
}

std::string_view ByteSource::peek(std::size_t size) {
    ahead_.erase(0, ahead_begin_);
    ahead_begin_ = 0;
    if (ahead_.size() < size) {
        const std::size_t before = ahead_.size();
        ahead_.resize(size);
        ahead_.resize(before + read_stream(ahead_.data() + before, size - before));
    }
    return std::string_view(ahead_).substr(0, size);
}

std::size_t ByteSource::read(char* out, std::size_t size) {
    const std::size_t ready = std::min(size, ahead_.size() - ahead_begin_);
    std::memcpy(out, ahead_.data() + ahead_begin_, ready);
    ahead_begin_ += ready;
    return ready == size ? size : ready + read_stream(out + ready, size - ready);
}

std::string ByteSource::rest() {
    std::string all;
    for (std::size_t got = chunk_bytes; got == chunk_bytes;) {
        const std::size_t before = all.size();
        all.resize(before + chunk_bytes);
        got = read(all.data() + before, chunk_bytes);
        all.resize(before + got);
    }
    return all;
}

bool ByteSource::reopens() {
    peek(1);  // zlib knows what the file is once it has read from it
    return file_size_ && ::gzdirect(file_.get()) != 0;
}

std::optional<std::size_t> ByteSource::left() const {
    if (!file_size_ || ::gzdirect(file_.get()) == 0) return {};
    const std::size_t read = taken_ - (ahead_.size() - ahead_begin_);
    return *file_size_ - std::min(*file_size_, read);
}

NamedFile::NamedFile(ByteSource& source, const std::string& path)
    : path_(path), name_(source.name()) {
    if (source.reopens()) return;
    path_ = (std::filesystem::temp_directory_path() / "steppe-read-XXXXXX").string();
    const int descriptor = ::mkstemp(path_.data());
    if (descriptor < 0) {
        throw Error(fmt::format("{}: no temporary copy can be made in {}: {}", name_,
                                std::filesystem::temp_directory_path().string(),
                                std::strerror(errno)));
    }
    temporary_ = true;
    std::string chunk(chunk_bytes, '\0');
    bool written = true;
    try {
        for (std::size_t got = chunk_bytes; got == chunk_bytes && written;) {
            got = source.read(chunk.data(), chunk_bytes);
            for (std::size_t begin = 0; begin < got && written;) {
                const ssize_t count = ::write(descriptor, chunk.data() + begin, got - begin);
                written = count > 0;
                begin += written ? static_cast<std::size_t>(count) : 0;
            }
        }
    } catch (...) {
        ::close(descriptor);
        ::unlink(path_.c_str());
        throw;
    }
    const int why = errno;
    ::close(descriptor);
    if (!written) {
        ::unlink(path_.c_str());
        throw Error(fmt::format("{}: its temporary copy {} cannot be written: {}", name_, path_,
                                std::strerror(why)));
    }
}

NamedFile::~NamedFile() {
    if (temporary_) ::unlink(path_.c_str());
}

std::string NamedFile::renamed(std::string message) const {
    if (!temporary_) return message;
    for (std::size_t at; (at = message.find(path_)) != std::string::npos;) {
        message.replace(at, path_.size(), name_);
    }
    return message;
}

}  // namespace steppe

#include "steppe/data/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "steppe/error.hpp"

namespace steppe {

namespace {

namespace fs = std::filesystem;

Error failure(const std::string& path, const std::string& why) {
    return Error(fmt::format("file '{}' cannot be written: {}", path, why));
}

Error failure(const std::string& path, int code) {
    return failure(path, std::strerror(code));
}

/// An open file, closed at the end.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int get() const { return number_; }
    /// 0, or the errno of closing.
    int close() {
        const int failed = ::close(number_);
        number_ = -1;
        return failed == 0 ? 0 : errno;
    }

  private:
    int number_;
};

/// 0, or the errno of what stopped it.
int write_all(int descriptor, const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t written = ::write(descriptor, data, size);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        data += written;
        size -= static_cast<std::size_t>(written);
    }
    return 0;
}

fs::path folder_of(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// N of /proc/PID/fd/N of this process, which is where /dev/stdout and /dev/fd lead; or -1.
int descriptor_of(const fs::path& folder, const fs::path& name) {
    if (folder != fmt::format("/proc/{}/fd", ::getpid())) return -1;
    const std::string text = name.string();
    int number = -1;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    return code == std::errc() && end == text.data() + text.size() ? number : -1;
}

/// Follows links to their end, which need not exist.
OutputTarget follow(const std::string& name) {
    constexpr int most_links = 40;
    fs::path path = name;
    for (int links = 0; links <= most_links; ++links) {
        std::error_code code;
        const fs::path folder = fs::canonical(folder_of(path), code);
        if (code) {
            throw Error(
                fmt::format("'{}' cannot be written: no file can be made in folder '{}': {}", name,
                            folder_of(path).string(), code.message()));
        }
        const int descriptor = descriptor_of(folder, path.filename());
        if (descriptor >= 0) return {OutputTarget::Kind::Descriptor, "", descriptor};
        const fs::path here = folder / path.filename();
        if (!fs::is_symlink(fs::symlink_status(here, code))) {
            return {OutputTarget::Kind::File, here.string(), -1};
        }
        const fs::path to = fs::read_symlink(here, code);
        if (code) throw failure(name, code.message());
        path = to.is_absolute() ? to : folder / to;
    }
    throw failure(name, ELOOP);
}

/// Of the folder of a target: a name that no other file has.
std::string temporary_name(const fs::path& target) {
    // A name may have 255 characters.
    const std::string stem = target.filename().string().substr(0, 200);
    return (target.parent_path() / fmt::format("{}.part{}", stem, ::getpid())).string();
}

/// Makes an empty file there; one that a killed run left is replaced. Returns 0 or errno.
int make_file(const std::string& path) {
    ::unlink(path.c_str());
    const Descriptor made(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    return made.get() < 0 ? errno : 0;
}

/// Owner and permissions of the file that is replaced, as far as they may be given.
void keep_permissions(const std::string& from, const std::string& to) {
    struct stat old {};
    if (::stat(from.c_str(), &old) != 0) return;
    if (::chown(to.c_str(), old.st_uid, old.st_gid) != 0) errno = 0;
    ::chmod(to.c_str(), old.st_mode & 07777);
}

void flush_to_disk(const std::string& path, const std::string& name) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    // A file that its owner may not read was written all the same.
    if (file.get() < 0 && errno == EACCES) return;
    if (file.get() < 0) throw failure(name, errno);
    // Folders of some file systems cannot be flushed; the file itself was.
    if (::fsync(file.get()) != 0 && !fs::is_directory(path)) throw failure(name, errno);
}

/// An open descriptor of its own for a target; the file at a path is emptied.
int open_target(const OutputTarget& target, const std::string& name) {
    int descriptor = -1;
    switch (target.kind) {
        case OutputTarget::Kind::Descriptor:
            descriptor = ::fcntl(target.descriptor, F_DUPFD_CLOEXEC, 3);
            break;
        case OutputTarget::Kind::Stream:
            descriptor = ::open(target.path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC);
            break;
        case OutputTarget::Kind::File:
            descriptor =
                ::open(target.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
            break;
    }
    if (descriptor < 0) throw failure(name, errno);
    return descriptor;
}

/// Copies a file into a stream.
void pour(const std::string& from, const OutputTarget& target, const std::string& name) {
    const Descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (source.get() < 0) throw failure(name, errno);
    Descriptor out(open_target(target, name));
    std::string block(std::size_t{1} << 18, '\0');
    for (;;) {
        const ssize_t got = ::read(source.get(), block.data(), block.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw failure(name, errno);
        if (got == 0) break;
        const int failed = write_all(out.get(), block.data(), static_cast<std::size_t>(got));
        if (failed != 0) throw failure(name, failed);
    }
    const int failed = out.close();
    if (failed != 0) throw failure(name, failed);
}

/// A file of its own, removed at the end.
class Temporary {
  public:
    explicit Temporary(std::string path) : path_(std::move(path)) {}
    ~Temporary() {
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;

    const std::string& path() const { return path_; }
    void keep() { path_.clear(); }

  private:
    std::string path_;
};

void require_open_for_writing(int descriptor, const std::string& path) {
    const int flags = ::fcntl(descriptor, F_GETFL);
    if (flags < 0) {
        throw Error(
            fmt::format("'{}' cannot be written: descriptor {} is not open", path, descriptor));
    }
    if ((flags & O_ACCMODE) == O_RDONLY) {
        throw Error(fmt::format("'{}' cannot be written: descriptor {} is open for reading only",
                                path, descriptor));
    }
}

}  // namespace

OutputTarget output_target(const std::string& path) {
    if (path == "-") return {OutputTarget::Kind::Descriptor, "", STDOUT_FILENO};
    struct stat status {};
    const bool there = ::stat(path.c_str(), &status) == 0;
    if (path.empty() || path.back() == '/' || (there && S_ISDIR(status.st_mode))) {
        throw Error(fmt::format("'{}' cannot be written: it is a folder; name a file", path));
    }
    OutputTarget target = follow(path);
    if (target.kind == OutputTarget::Kind::Descriptor || !there || S_ISREG(status.st_mode)) {
        return target;
    }
    if (!S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode)) {
        throw Error(fmt::format("'{}' cannot be written: it is a {}", path,
                                S_ISBLK(status.st_mode) ? "block device" : "socket"));
    }
    target.kind = OutputTarget::Kind::Stream;
    return target;
}

void require_writable(const std::string& path) {
    const OutputTarget target = output_target(path);
    if (target.kind == OutputTarget::Kind::Descriptor) {
        return require_open_for_writing(target.descriptor, path);
    }
    const auto refuse = [&](int code) {
        return Error(fmt::format("'{}' cannot be written: {}", path, std::strerror(code)));
    };
    const bool there = ::access(target.path.c_str(), F_OK) == 0;
    if (there && ::faccessat(AT_FDCWD, target.path.c_str(), W_OK, AT_EACCESS) != 0) {
        throw refuse(errno);
    }
    if (target.kind == OutputTarget::Kind::Stream) return;
    // Whether a new file can appear beside it is what matters: files are renamed into place.
    const Temporary probe(temporary_name(target.path));
    const int failed = make_file(probe.path());
    if (failed != 0) {
        throw Error(fmt::format("'{}' cannot be written: no file can be made in folder '{}': {}",
                                path, fs::path(target.path).parent_path().string(),
                                std::strerror(failed)));
    }
}

void write_whole(const std::string& path,
                 const std::function<void(const std::string& temporary)>& fill) {
    const OutputTarget target = output_target(path);
    const bool replaces = target.kind == OutputTarget::Kind::File;
    Temporary temporary(
        temporary_name(replaces ? fs::path(target.path) : fs::temp_directory_path() / "steppe"));
    const int failed = make_file(temporary.path());
    if (failed != 0) throw failure(path, failed);
    if (!replaces) {
        ::chmod(temporary.path().c_str(), 0600);
        fill(temporary.path());
        pour(temporary.path(), target, path);
        return;
    }
    keep_permissions(target.path, temporary.path());
    fill(temporary.path());
    flush_to_disk(temporary.path(), path);
    if (std::rename(temporary.path().c_str(), target.path.c_str()) != 0) throw failure(path, errno);
    temporary.keep();
    flush_to_disk(fs::path(target.path).parent_path().string(), path);
}

void write_text(const std::string& path, const std::string& text) {
    write_whole(path, [&](const std::string& temporary) {
        // Mode T writes without compression.
        const char* mode = path.ends_with(".gz") ? "wb6" : "wbT";
        errno = 0;
        gzFile file = gzopen(temporary.c_str(), mode);
        if (!file) throw failure(path, errno);
        bool written = true;
        constexpr std::size_t chunk = std::size_t{1} << 24;
        for (std::size_t begin = 0; begin < text.size() && written; begin += chunk) {
            const auto size = static_cast<unsigned>(std::min(chunk, text.size() - begin));
            written = gzwrite(file, text.data() + begin, size) == static_cast<int>(size);
        }
        if (gzclose(file) != Z_OK || !written) throw failure(path, errno);
    });
}

OutputStream::OutputStream(const std::string& path)
    : path_(path), descriptor_(open_target(output_target(path), path)) {}

OutputStream::~OutputStream() {
    if (descriptor_ < 0) return;
    flush();
    ::close(descriptor_);
}

void OutputStream::write(std::string_view text) {
    buffer_ += text;
    // Readers of a log see it grow.
    constexpr std::size_t enough = std::size_t{1} << 16;
    const auto now = std::chrono::steady_clock::now();
    if (buffer_.size() < enough && now - last_flush_ < std::chrono::milliseconds(200)) return;
    last_flush_ = now;
    flush();
}

void OutputStream::flush() {
    if (failure_ == 0) failure_ = write_all(descriptor_, buffer_.data(), buffer_.size());
    buffer_.clear();
}

void OutputStream::close() {
    if (descriptor_ < 0) return;
    flush();
    const int closed = ::close(descriptor_) == 0 ? 0 : errno;
    descriptor_ = -1;
    if (failure_ == 0) failure_ = closed;
    if (failure_ != 0) throw failure(path_, failure_);
}

}  // namespace steppe

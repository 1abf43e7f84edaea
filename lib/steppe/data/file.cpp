#include "steppe/data/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "steppe/data/byte_source.hpp"
#include "steppe/error.hpp"

namespace steppe {

namespace {

Error failure(const std::string& path, const char* what) {
    return Error(fmt::format("file '{}' cannot be {}: {}", path, what, std::strerror(errno)));
}

void flush_to_disk(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY);
    if (descriptor < 0) throw failure(path, "flushed to disk");
    const int failed = ::fsync(descriptor);
    ::close(descriptor);
    // Folders of some file systems cannot be flushed; the file itself was.
    if (failed != 0 && !std::filesystem::is_directory(path)) throw failure(path, "flushed to disk");
}

}  // namespace

std::string read_text(const std::string& path) {
    return ByteSource(path).rest();
}

void write_whole(const std::string& path,
                 const std::function<void(const std::string& temporary)>& fill) {
    const std::string temporary = fmt::format("{}.part{}", path, ::getpid());
    try {
        fill(temporary);
        flush_to_disk(temporary);
        if (std::rename(temporary.c_str(), path.c_str()) != 0) throw failure(path, "written");
    } catch (...) {
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        throw;
    }
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    flush_to_disk(folder.empty() ? "." : folder.string());
}

void write_text(const std::string& path, const std::string& text) {
    write_whole(path, [&](const std::string& temporary) {
        // Mode T writes without compression.
        const char* mode = path.ends_with(".gz") ? "wb6" : "wbT";
        errno = 0;
        gzFile file = gzopen(temporary.c_str(), mode);
        if (!file) throw failure(path, "written");
        bool written = true;
        constexpr std::size_t chunk = std::size_t{1} << 24;
        for (std::size_t begin = 0; begin < text.size() && written; begin += chunk) {
            const auto size = static_cast<unsigned>(std::min(chunk, text.size() - begin));
            written = gzwrite(file, text.data() + begin, size) == static_cast<int>(size);
        }
        if (gzclose(file) != Z_OK || !written) throw failure(path, "written");
    });
}

}  // namespace steppe

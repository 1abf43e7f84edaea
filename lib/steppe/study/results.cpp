#include "steppe/study/results.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "steppe/error.hpp"

namespace steppe {

namespace {

[[noreturn]] void fail(const std::string& path) {
    throw Error(fmt::format("{}: {}", path, std::strerror(errno)));
}

}  // namespace

Results::Results(std::string path) : path_(std::move(path)) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail(path_);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor_);
        throw Error(
            fmt::format("{} is in use by another run of the study: let it end, or name "
                        "another folder",
                        path_));
    }
    std::ifstream file(path_, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    const std::string text = content.str();
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
        MeasureJson row = MeasureJson::parse(text.substr(begin, end - begin), nullptr, false);
        if (!row.is_object() || !row.contains("key")) {
            ::close(descriptor_);
            throw Error(
                fmt::format("{}, line {}: this is no result of a study; move the file away, "
                            "or name another folder",
                            path_, rows_.size() + 1));
        }
        rows_.push_back(std::move(row));
    }
    // What follows the last whole line was cut short.
    if (::ftruncate(descriptor_, static_cast<off_t>(begin)) != 0 ||
        ::lseek(descriptor_, 0, SEEK_END) < 0) {
        ::close(descriptor_);
        fail(path_);
    }
}

Results::~Results() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool Results::has(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    for (const MeasureJson& row : rows_) {
        if (row["key"] == key) return true;
    }
    return false;
}

void Results::add(MeasureJson row) {
    const std::string line = row.dump() + "\n";
    const std::lock_guard lock(mutex_);
    for (std::size_t done = 0; done < line.size();) {
        const ssize_t wrote = ::write(descriptor_, line.data() + done, line.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) fail(path_);
        done += static_cast<std::size_t>(wrote);
    }
    if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) fail(path_);
    rows_.push_back(std::move(row));
}

}  // namespace steppe

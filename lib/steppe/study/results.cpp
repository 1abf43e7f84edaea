#include "steppe/study/results.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>

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
    try {
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            throw Error(
                fmt::format("{} is in use by another run of the study: let it end, or name "
                            "another folder",
                            path_));
        }
        read();
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

void Results::read() {
    std::ifstream file(path_, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    const std::string text = content.str();
    const auto refuse = [&] {
        throw Error(
            fmt::format("{}, line {}: this is no result of a study; move the file away, "
                        "or name another folder",
                        path_, rows_.size() + 1));
    };
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
        MeasureJson row = MeasureJson::parse(text.substr(begin, end - begin), nullptr, false);
        if (!row.is_object() || !row.contains("key") || !row["key"].is_string()) refuse();
        keep(std::move(row));
    }
    // What follows the last whole line was cut short, if it is ours at all.
    const std::string_view row_begin = "{\"key\":", rest = std::string_view(text).substr(begin);
    if (!rest.starts_with(row_begin) && !row_begin.starts_with(rest)) refuse();
    size_ = static_cast<off_t>(begin);
    if (::ftruncate(descriptor_, size_) != 0 || ::lseek(descriptor_, 0, SEEK_END) < 0) fail(path_);
}

Results::~Results() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void Results::keep(MeasureJson row) {
    if (!row.contains("error")) done_.insert(row["key"].get<std::string>());
    rows_.push_back(std::move(row));
}

bool Results::has(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    return done_.contains(key);
}

void Results::add(MeasureJson row) {
    const std::string line = row.dump(-1, ' ', false, MeasureJson::error_handler_t::replace) + "\n";
    const std::lock_guard lock(mutex_);
    for (std::size_t done = 0; done < line.size();) {
        const ssize_t wrote = ::write(descriptor_, line.data() + done, line.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) {
            // No half of a line may stand before the next one.
            const int why = errno;
            if (::ftruncate(descriptor_, size_) == 0) ::lseek(descriptor_, size_, SEEK_SET);
            errno = why;
            fail(path_);
        }
        done += static_cast<std::size_t>(wrote);
    }
    size_ += static_cast<off_t>(line.size());
    if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) fail(path_);
    keep(std::move(row));
}

}  // namespace steppe

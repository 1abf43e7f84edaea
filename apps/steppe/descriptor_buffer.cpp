#include "descriptor_buffer.hpp"

#include <unistd.h>

#include <cerrno>

namespace steppe::cli {

int DescriptorBuffer::overflow(int c) {
    if (c == traits_type::eof()) return 0;
    const char letter = static_cast<char>(c);
    return xsputn(&letter, 1) == 1 ? c : traits_type::eof();
}

std::streamsize DescriptorBuffer::xsputn(const char* text, std::streamsize size) {
    constexpr std::size_t enough = std::size_t{1} << 16;
    waiting_.append(text, static_cast<std::size_t>(size));
    return waiting_.size() < enough || sync() == 0 ? size : 0;
}

int DescriptorBuffer::sync() {
    std::size_t done = 0;
    while (failure_ == 0 && done < waiting_.size()) {
        const ssize_t written =
            ::write(descriptor_, waiting_.data() + done, waiting_.size() - done);
        if (written >= 0) {
            done += static_cast<std::size_t>(written);
        } else if (errno != EINTR) {
            failure_ = errno;
        }
    }
    waiting_.clear();
    if (failure_ == 0) return 0;
    errno = failure_;
    return -1;
}

}  // namespace steppe::cli

#include "steppe/data/text_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "steppe/error.hpp"

namespace steppe {

namespace {

constexpr std::size_t first_room = std::size_t{1} << 18;

bool begins(std::string_view text, std::string_view with) {
    return text.substr(0, with.size()) == with;
}

std::size_t skipped_mark(ByteSource& source) {
    using namespace std::string_view_literals;
    const std::string_view start = source.peek(64);
    if (begins(start, "\xff\xfe"sv) || begins(start, "\xfe\xff"sv)) {
        throw Error(fmt::format(
            "{}: the text is UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)", source.name()));
    }
    if (start.find('\0') != std::string_view::npos) {
        throw Error(
            fmt::format("{}: this is no text: it holds zero bytes, as binary data and UTF-16 do",
                        source.name()));
    }
    return begins(start, "\xef\xbb\xbf") ? 3 : 0;
}

}  // namespace

TextLines::TextLines(ByteSource& source) : source_(source) {
    std::size_t mark = skipped_mark(source);
    std::string skipped(mark, '\0');
    source_.read(skipped.data(), mark);
}

/// Reads more behind what is not yet given; false at the end of the source.
bool TextLines::fill() {
    if (whole_) return false;
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    line_feed_known_ = false;
    // A line longer than the buffer doubles it; one character of room stays behind the text.
    if (buffer_.size() < std::max(first_room, 2 * end_)) {
        buffer_.resize(std::max(first_room, 2 * end_));
    }
    const std::size_t room = buffer_.size() - 1 - end_;
    const std::size_t got = source_.read(buffer_.data() + end_, room);
    whole_ = got < room;
    end_ += got;
    buffer_[end_] = '\0';
    return got > 0;
}

/// Where the line at begin_ ends, and the next one begins, if the buffer shows both.
bool TextLines::end_of_line(std::size_t& end, std::size_t& following) {
    const char* text = buffer_.data();
    const auto find = [&](char c, std::size_t from, std::size_t to) {
        const void* at = std::memchr(text + from, c, to - from);
        return at ? static_cast<std::size_t>(static_cast<const char*>(at) - text) : to;
    };
    // Looked for once, not once a line: a text of CR alone may have none.
    if (!line_feed_known_ || line_feed_ < begin_) line_feed_ = find('\n', begin_, end_);
    line_feed_known_ = true;
    end = find('\r', begin_, line_feed_);
    if (end == line_feed_) {
        following = end + 1;
        return end < end_;
    }
    // CR LF, also CR CR LF (of texts that were converted twice), is one end; other CRs are one
    // each.
    std::size_t behind = end;
    while (behind < end_ && text[behind] == '\r') ++behind;
    if (behind == end_ && !whole_) return false;
    following = behind < end_ && text[behind] == '\n' ? behind + 1 : end + 1;
    return true;
}

bool TextLines::next(std::string_view& line) {
    std::size_t end = 0, following = 0;
    while (!end_of_line(end, following)) {
        if (fill()) continue;
        if (begin_ == end_) return false;
        // The last line has no end, or ends in CRs.
        if (end_of_line(end, following)) break;
        end = following = end_;
        break;
    }
    line = std::string_view(buffer_).substr(begin_, end - begin_);
    begin_ = following;
    ++number_;
    return true;
}

std::string TextLines::place(std::size_t position) const {
    return fmt::format("{}, line {}, column {}", source_.name(), number_, position + 1);
}

std::string TextLines::place() const {
    return fmt::format("{}, line {}", source_.name(), number_);
}

}  // namespace steppe

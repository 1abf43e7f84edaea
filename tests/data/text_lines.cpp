#include "steppe/data/text_lines.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "steppe/error.hpp"
#include "support/files.hpp"

using namespace steppe;
using namespace steppe::test;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    const Folder folder;
    ByteSource source(folder.write("f", text));
    TextLines lines(source);
    std::vector<std::string> all;
    for (std::string_view line; lines.next(line);) {
        all.emplace_back(line);
        CHECK(lines.number() == all.size());
    }
    return all;
}

std::string refusal(const std::string& text) {
    try {
        lines_of(text);
    } catch (const Error& error) {
        const std::string why = error.what();
        return why.substr(why.find(": ") + 2);
    }
    return "accepted";
}

}  // namespace

TEST_CASE("lines end with LF, CR LF or CR") {
    using Lines = std::vector<std::string>;
    CHECK(lines_of("").empty());
    CHECK(lines_of("a") == Lines{"a"});
    CHECK(lines_of("a\nb\n") == Lines{"a", "b"});
    CHECK(lines_of("a\r\nb\r\n") == Lines{"a", "b"});
    CHECK(lines_of("a\rb\r") == Lines{"a", "b"});
    CHECK(lines_of("a\rb") == Lines{"a", "b"});
    CHECK(lines_of("a\r\r\nb\r\r\n") == Lines{"a", "b"});
    CHECK(lines_of("a\n\nb") == Lines{"a", "", "b"});
    CHECK(lines_of("a\r\rb") == Lines{"a", "", "b"});
    CHECK(lines_of("a\rb\nc\r\nd") == Lines{"a", "b", "c", "d"});
    CHECK(lines_of("\xef\xbb\xbf"
                   "a\nb") == Lines{"a", "b"});
}

TEST_CASE("lines of any length come whole, whatever ends them") {
    CHECK(rc::check("lines", [] {
        const std::string end = *rc::gen::element<std::string>("\n", "\r\n", "\r");
        // Around the size of the reader's buffer, too.
        const auto lengths = *rc::gen::container<std::vector<std::size_t>>(rc::gen::oneOf(
            rc::gen::inRange<std::size_t>(1, 50), rc::gen::inRange<std::size_t>(262100, 262200)));
        std::vector<std::string> lines;
        std::string text;
        for (std::size_t l = 0; l < std::min<std::size_t>(lengths.size(), 12); ++l) {
            lines.emplace_back(lengths[l], static_cast<char>('a' + l));
            text += lines.back() + end;
        }
        RC_ASSERT(lines_of(text) == lines);
    }));
}

TEST_CASE("texts of two bytes a character are refused with what to do") {
    using namespace std::string_literals;
    const std::string utf16 = "the text is UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)";
    CHECK(refusal("\xff\xfe"
                  "1\0 \0"s) == utf16);
    CHECK(refusal("\xfe\xff\0"
                  "1\0 "s) == utf16);
    CHECK(refusal("1\0 \0"s) ==
          "this is no text: it holds zero bytes, as binary data and UTF-16 do");
}

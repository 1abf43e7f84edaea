#include "steppe/store/store_header.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <cstring>
#include <string_view>

#include "steppe/store/store_format.hpp"

namespace steppe {

Error no_store(const std::string& path, const std::string& why) {
    return Error(fmt::format("'{}' is no results store: {}; name another file", path, why));
}

Error newer_store(const std::string& path, std::int64_t format) {
    return Error(
        fmt::format("'{}' is a results store of format {}, and this version knows formats "
                    "1 to {}: use the version of steppe that wrote it, or a later one",
                    path, format, store_format()));
}

std::string immutable_name(const std::string& file) {
    std::string name = "file:";
    for (const char c : file) {
        const bool plain = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') ||
                           ('0' <= c && c <= '9') || std::strchr("/-_.~", c);
        name += plain
                    ? std::string(1, c)
                    : fmt::format("%{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    return name + "?immutable=1";
}

namespace {

std::uint32_t big_endian(std::string_view bytes) {
    std::uint32_t value = 0;
    for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

/// The header of a database, as it is in the file; zeros behind the end of the file. By SQLite's
/// own means: closing the file by others would lose the locks that this process may have on it.
std::array<char, 100> read_header(const std::string& file) {
    SQLite::Database database(immutable_name(file), SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    sqlite3_file* opened = nullptr;
    int code = sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER,
                                    static_cast<void*>(&opened));
    std::array<char, 100> header{};
    if (code == SQLITE_OK) {
        code = opened->pMethods->xRead(opened, header.data(), static_cast<int>(header.size()), 0);
    }
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) {
        throw SQLite::Exception("its header cannot be read", code);
    }
    return header;
}

}  // namespace

void require_store(const std::string& path, const std::string& file) {
    const std::array<char, 100> bytes = read_header(file);
    const std::string_view header(bytes.data(), bytes.size());
    constexpr std::string_view magic("SQLite format 3\0", 16);
    if (!header.starts_with(magic)) throw no_store(path, "it is no SQLite database");
    if (big_endian(header.substr(68, 4)) != store_application) {
        throw no_store(path, "it is a database of another program");
    }
    const std::int64_t format = big_endian(header.substr(60, 4));
    if (format > store_format()) throw newer_store(path, format);
}

}  // namespace steppe

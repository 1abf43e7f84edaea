#pragma once

#include <cstdint>
#include <string>

#include "steppe/error.hpp"

/// Whether a file is a results store at all (internal; not installed). path: as the caller named
/// it; file: absolute.
namespace steppe {

/// 'path' is no results store: why.
Error no_store(const std::string& path, const std::string& why);

/// It is one of a format that is not known yet.
Error newer_store(const std::string& path, std::int64_t format);

/// Name of a file that is read as it lies there, without locks and journals, for
/// SQLite::OPEN_URI: "file:/tmp/a%3fb?immutable=1".
std::string immutable_name(const std::string& file);

/// Looks at the header of a file that is not empty before SQLite does, which would see to a journal
/// beside the file, whoever's it is. Throws Error where it is not that of a store.
void require_store(const std::string& path, const std::string& file);

}  // namespace steppe

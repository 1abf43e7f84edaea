#pragma once

#include <SQLiteCpp/Exception.h>

#include <string>

#include "steppe/error.hpp"

namespace steppe {

/// What SQLite said of a store, as a sentence that names the file (internal; not installed).
Error store_error(const std::string& path, const SQLite::Exception& exception);

/// The store is damaged: how that shows.
Error damaged_store(const std::string& path, const std::string& how);

}  // namespace steppe

#include "steppe/numeric/archive.hpp"

#include <fmt/format.h>

#include "steppe/error.hpp"

namespace steppe {

Record& Archive::record(std::string_view name) {
    if (next_ < records_.size() && records_[next_].name == prefix_ + std::string(name)) {
        return records_[next_++];
    }
    throw_missing(name);
}

void Archive::throw_missing(std::string_view name) const {
    throw Error(
        fmt::format("the saved state is of another run: it has no numbers '{}{}' where "
                    "they belong",
                    prefix_, name));
}

void Archive::throw_unlike(std::string_view name, std::size_t size, std::size_t wanted) const {
    throw Error(
        fmt::format("the saved state is of another problem: it has {} numbers '{}{}', and "
                    "{} are wanted",
                    size, prefix_, name, wanted));
}

}  // namespace steppe

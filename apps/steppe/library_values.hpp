#pragma once

#include "steppe/options/values.hpp"
#include "values.hpp"

namespace steppe::cli {

/// Which plain numbers the values of the library are.
inline Values::Numbers numbers_in(const steppe::Values& values) {
    if (values.type == steppe::Values::Type::Count) return Values::Numbers::Whole;
    if (values.type == steppe::Values::Type::Number) return Values::Numbers::Real;
    return Values::Numbers::None;
}

}  // namespace steppe::cli

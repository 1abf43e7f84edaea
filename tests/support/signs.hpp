#pragma once

#include <vector>

#include "steppe/data/pattern_set.hpp"

namespace steppe::test {

/// The inputs of a set, row by row, through sign() alone.
inline std::vector<signed char> signs_of(const PatternSet& patterns) {
    std::vector<signed char> signs;
    signs.reserve(patterns.patterns() * patterns.inputs());
    for (std::size_t a = 0; a < patterns.patterns(); ++a) {
        for (std::size_t i = 0; i < patterns.inputs(); ++i) {
            signs.push_back(static_cast<signed char>(patterns.sign(a, i)));
        }
    }
    return signs;
}

}  // namespace steppe::test

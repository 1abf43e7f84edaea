#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace steppe {

/// Notes which patterns are turned when these labels are folded in; a pattern that is turned twice
/// is as it was given. turned: empty (none), or 0 or 1 for each pattern (internal; not installed).
inline void note_turned(std::span<const signed char> labels, std::vector<unsigned char>& turned) {
    for (std::size_t a = 0; a < labels.size(); ++a) {
        if (labels[a] > 0) continue;
        turned.resize(labels.size(), 0);
        turned[a] ^= 1;
    }
}

}  // namespace steppe

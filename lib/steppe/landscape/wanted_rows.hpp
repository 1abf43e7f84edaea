#pragma once

#include <cstddef>
#include <vector>

#include "steppe/model/network.hpp"

/// What is asked of some patterns, as count_errors asks it (internal; not installed).
namespace steppe {

struct WantedRows {
    std::size_t first = 0;      ///< of the patterns
    std::vector<float> turn;    ///< what folds the label into the inputs: +1 or -1
    std::vector<float> answer;  ///< of the network on the folded pattern, +1 or -1
    std::vector<char> tie;      ///< whether a unit whose sum is at the threshold answers +1

    WantedRows() = default;
    template <class Set>
    WantedRows(const Network& network, const Set& patterns, std::size_t first_row,
               std::size_t count)
        : first(first_row), turn(count, 1.0f), answer(count, 1.0f), tie(count, 0) {
        const bool folds = network.folds_labels();
        for (std::size_t r = 0; r < count; ++r) {
            const bool minus = !patterns.labels().empty() && patterns.labels()[first + r] < 0;
            const bool was_turned = !patterns.turned().empty() && patterns.turned()[first + r] != 0;
            if (folds && minus) turn[r] = -1.0f;
            if (!folds && minus) answer[r] = -1.0f;
            tie[r] = network.tie_is_positive(was_turned != (folds && minus)) ? 1 : 0;
        }
    }

    std::size_t size() const { return turn.size(); }
};

}  // namespace steppe

#pragma once

#include <cstddef>
#include <functional>

namespace steppe {

/// Called several times a second by work that takes long, from the thread that asked for it; what
/// it throws ends the work (internal; not installed).
using Poll = std::function<void()>;

/// parallel_for of the same pieces, in groups after each of which poll is called; plain
/// parallel_for where there is no poll. What the loop computes does not depend on the groups.
void polled_for(std::size_t count, std::size_t grain, const Poll& poll,
                const std::function<void(std::size_t begin, std::size_t end)>& body);

}  // namespace steppe

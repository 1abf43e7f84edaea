#pragma once

#include <functional>

#include "trace.hpp"

namespace steppe::sequences {

using Fails = std::function<bool(const Trace&)>;

/// The shortest sequence found that still fails: calls are dropped in chunks, words made simpler,
/// and the problem shrunk as the campaign does it.
Trace shrink(const Trace& trace, const Fails& fails);

}  // namespace steppe::sequences

#pragma once

#include <functional>

#include "steppe/error.hpp"

namespace steppe {

/// Called between pieces of a measure with the part that is done, from 0 to 1; false ends it with
/// an Error.
using LandscapeObserver = std::function<bool(double done)>;

inline void tell_observer(const LandscapeObserver& observer, double done) {
    if (observer && !observer(done)) throw Error("the measure was interrupted");
}

}  // namespace steppe

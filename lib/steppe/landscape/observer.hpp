#pragma once

#include <functional>

#include "steppe/error.hpp"

namespace steppe {

/// Called between pieces of a measure with the part that is done, from 0 to 1; false ends it with
/// Interrupted.
using LandscapeObserver = std::function<bool(double done)>;

/// A measure that its observer ended.
class Interrupted : public Error {
  public:
    Interrupted() : Error("the measure was interrupted") {}
};

inline void tell_observer(const LandscapeObserver& observer, double done) {
    if (observer && !observer(done)) throw Interrupted();
}

}  // namespace steppe

#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "steppe/error.hpp"

namespace steppe {

/// The external field of a prior: nothing, or a number for every weight of its plate (internal; not
/// installed).
class ExternalField {
  public:
    /// Throws Error naming an entry that is not finite.
    explicit ExternalField(std::vector<double> field) : field_(std::move(field)) {
        for (std::size_t i = 0; i < field_.size(); ++i) {
            if (!std::isfinite(field_[i])) {
                throw Error(fmt::format("external field of weight {} is {}: it must be finite", i,
                                        field_[i]));
            }
        }
    }

    /// Why it does not fit a plate of that size, or "".
    std::string refuse(std::size_t size) const {
        if (field_.empty() || field_.size() == size) return "";
        return fmt::format("its external field has {} entries for {} weights", field_.size(), size);
    }

    const std::vector<double>& values() const { return field_; }
    double operator()(std::size_t i) const { return field_.empty() ? 0.0 : field_[i]; }

  private:
    std::vector<double> field_;
};

}  // namespace steppe

#pragma once

#include <cstddef>

#include "steppe/figures/figure.hpp"

namespace steppe {

/// How a series of a figure looks (internal; not installed).
struct Look {
    const char* colour;
    const char* dashes;
    int points;
};

/// The looks of the series of a figure, in order: with theory beside them the measured ones are
/// coloured. Theory alone looks as other lines do.
class Looks {
  public:
    explicit Looks(const Figure& figure);

    Look next(const Series& series);

  private:
    bool theory_ = false, measured_ = false;
    std::size_t theories_ = 0, others_ = 0, bounds_ = 0;
    Look last_;
};

}  // namespace steppe

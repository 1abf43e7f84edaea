#pragma once

#include <cstddef>
#include <string>
#include <vector>

/// Grids of runs, and in which order they are run (internal; not installed).
namespace steppe {

/// An option and the values that it takes, in the order in which they were given.
struct Axis {
    std::string name;  ///< of the option
    std::vector<std::string> values;
};

/// One of several parts of a grid, for jobs that do not know of each other.
struct Shard {
    std::size_t index = 1;  ///< from 1 to count
    std::size_t count = 1;
};

/// All combinations of the values of some axes: cells, which are numbered from 0.
class Grid {
  public:
    static constexpr std::size_t most_cells = 1'000'000;

    /// Throws Error for an axis without values, one that has a value twice, and for more than
    /// most_cells.
    explicit Grid(std::vector<Axis> axes);

    const std::vector<Axis>& axes() const { return axes_; }
    std::size_t cells() const { return cells_; }
    /// Of each axis which of its values the cell has.
    std::vector<std::size_t> places(std::size_t cell) const;
    /// The cell beside this one that has the first value of an axis; itself where there is no such
    /// axis.
    std::size_t first_along(const std::string& axis, std::size_t cell) const;
    /// "--load 0.5 --solver amp"; "with default options" where there are no axes.
    std::string name(std::size_t cell) const;

    /// The cells of a shard, each once: those of the first value of the axis `outermost` come
    /// first, then those of its second, and so on. Within one of them the other axes are halved
    /// again and again, in turn (ends, middle, middles of the halves, ...), so that the first cells
    /// of any number lie all over the grid. Shards are equally large, or by one cell, and each lies
    /// all over the grid as well. Throws Error for a shard that there is not.
    std::vector<std::size_t> order(const std::string& outermost, const Shard& shard = {}) const;

  private:
    std::vector<std::size_t> halved(const std::vector<bool>& fixed) const;

    std::vector<Axis> axes_;
    std::vector<std::size_t> strides_;
    std::size_t cells_ = 1;
};

}  // namespace steppe

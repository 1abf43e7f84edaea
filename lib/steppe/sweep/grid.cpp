#include "steppe/sweep/grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <deque>
#include <set>
#include <utility>

#include "steppe/error.hpp"

namespace steppe {

namespace {

/// The places 0 to n - 1: the ends, the middle, the middles of both halves, and so on.
std::vector<std::size_t> halvings(std::size_t n) {
    std::vector<std::size_t> places{0};
    if (n == 1) return places;
    places.push_back(n - 1);
    std::deque<std::pair<std::size_t, std::size_t>> gaps{{0, n - 1}};
    while (!gaps.empty()) {
        const auto [from, to] = gaps.front();
        gaps.pop_front();
        const std::size_t middle = (from + to) / 2;
        if (middle == from) continue;
        places.push_back(middle);
        gaps.push_back({from, middle});
        gaps.push_back({middle, to});
    }
    return places;
}

}  // namespace

Grid::Grid(std::vector<Axis> axes) : axes_(std::move(axes)) {
    for (const Axis& axis : axes_) {
        if (axis.values.empty()) throw Error(fmt::format("--{} has no values", axis.name));
        std::set<std::string> seen;
        for (const std::string& value : axis.values) {
            if (seen.insert(value).second) continue;
            throw Error(fmt::format("--{}: {} stands there twice", axis.name, value));
        }
        strides_.push_back(cells_);
        if (axis.values.size() > most_cells / cells_) {
            throw Error(fmt::format("the axes have more than {} combinations: sweep over fewer",
                                    most_cells));
        }
        cells_ *= axis.values.size();
    }
}

std::vector<std::size_t> Grid::places(std::size_t cell) const {
    std::vector<std::size_t> places;
    for (std::size_t a = 0; a < axes_.size(); ++a) {
        places.push_back(cell / strides_[a] % axes_[a].values.size());
    }
    return places;
}

std::size_t Grid::first_along(const std::string& axis, std::size_t cell) const {
    for (std::size_t a = 0; a < axes_.size(); ++a) {
        if (axes_[a].name == axis) return cell - places(cell)[a] * strides_[a];
    }
    return cell;
}

std::string Grid::name(std::size_t cell) const {
    const std::vector<std::size_t> at = places(cell);
    std::string name;
    for (std::size_t a = 0; a < axes_.size(); ++a) {
        name += fmt::format("{}--{} {}", name.empty() ? "" : " ", axes_[a].name,
                            axes_[a].values[at[a]]);
    }
    return name.empty() ? "with default options" : name;
}

std::vector<std::size_t> Grid::halved(const std::vector<bool>& fixed) const {
    // Bits of a counter, from the lowest up, are dealt in turn to the axes: to their ranks, from
    // the lowest bit up. Counters with a rank that an axis has not are left out: fewer than half of
    // them for each axis.
    struct Bit {
        std::size_t axis, value;
    };
    std::vector<Bit> bits;
    std::vector<std::vector<std::size_t>> ranked;
    for (const Axis& axis : axes_) ranked.push_back(halvings(axis.values.size()));
    for (std::size_t round = 0, dealt = 1; dealt > 0; ++round) {
        dealt = 0;
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            const auto width = static_cast<std::size_t>(std::bit_width(ranked[a].size() - 1));
            if (fixed[a] || round >= width) continue;
            bits.push_back({a, std::size_t{1} << round});
            ++dealt;
        }
    }
    std::vector<std::size_t> cells, ranks(axes_.size());
    for (std::uint64_t counter = 0; counter < std::uint64_t{1} << bits.size(); ++counter) {
        std::ranges::fill(ranks, 0);
        for (std::size_t b = 0; b < bits.size(); ++b) {
            if ((counter >> b & 1) != 0) ranks[bits[b].axis] += bits[b].value;
        }
        std::size_t cell = 0;
        bool inside = true;
        for (std::size_t a = 0; a < axes_.size() && inside; ++a) {
            inside = ranks[a] < ranked[a].size();
            if (inside) cell += ranked[a][ranks[a]] * strides_[a];
        }
        if (inside) cells.push_back(cell);
    }
    return cells;
}

std::vector<std::size_t> Grid::order(const std::string& outermost, const Shard& shard) const {
    if (shard.index < 1 || shard.index > shard.count) {
        throw Error(fmt::format("there is no shard {} of {}", shard.index, shard.count));
    }
    std::vector<bool> fixed;
    std::size_t rounds = 1, stride = 0;
    for (std::size_t a = 0; a < axes_.size(); ++a) {
        fixed.push_back(axes_[a].name == outermost);
        if (!fixed.back()) continue;
        rounds = axes_[a].values.size();
        stride = strides_[a];
    }
    const std::vector<std::size_t> inner = halved(fixed);
    std::vector<std::size_t> cells;
    for (std::size_t round = 0; round < rounds; ++round) {
        // Where the parts divide a round evenly, a shard would have all seeds of some cells and
        // none of others, which may take longer.
        const std::size_t shift = inner.size() % shard.count == 0 ? round : round * inner.size();
        for (std::size_t i = 0; i < inner.size(); ++i) {
            if ((i + shift) % shard.count != shard.index - 1) continue;
            cells.push_back(inner[i] + round * stride);
        }
    }
    return cells;
}

}  // namespace steppe

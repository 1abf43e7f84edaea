#include "steppe/sweep/grid.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "steppe/error.hpp"

using namespace steppe;

namespace {

Axis axis_of(const std::string& name, std::size_t values) {
    Axis axis{name, {}};
    for (std::size_t v = 0; v < values; ++v) axis.values.push_back(std::to_string(v));
    return axis;
}

const Grid grid({axis_of("load", 16), axis_of("seed", 5), axis_of("solver", 3)});

}  // namespace

TEST_CASE("a grid is the product of its axes; cells say which values they have") {
    CHECK(grid.cells() == 240);
    std::set<std::vector<std::size_t>> all;
    for (std::size_t cell = 0; cell < grid.cells(); ++cell) all.insert(grid.places(cell));
    CHECK(all.size() == 240);
    for (const auto& places : all) {
        CHECK((places[0] < 16 && places[1] < 5 && places[2] < 3));
    }
    CHECK(grid.name(0) == "--load 0 --seed 0 --solver 0");
    CHECK(grid.name(239) == "--load 15 --seed 4 --solver 2");
    for (const std::size_t cell : {0, 100, 239}) {
        std::vector<std::size_t> places = grid.places(cell);
        places[1] = 0;
        CHECK(grid.places(grid.first_along("seed", cell)) == places);
        CHECK(grid.first_along("beta", cell) == cell);
    }
    CHECK(Grid(std::vector<Axis>()).cells() == 1);
    CHECK(Grid(std::vector<Axis>()).order("seed") == std::vector<std::size_t>{0});
}

TEST_CASE("axes that cannot be swept over are refused") {
    CHECK_THROWS_WITH_AS(Grid({axis_of("load", 0)}), "--load has no values", Error);
    CHECK_THROWS_WITH_AS(Grid({Axis{"load", {"0.5", "0.6", "0.5"}}}),
                         "--load: 0.5 stands there twice", Error);
    CHECK_NOTHROW(Grid({axis_of("a", 1000), axis_of("b", 1000)}));
    CHECK_THROWS_WITH_AS(Grid({axis_of("a", 1000), axis_of("b", 1001)}),
                         "the axes have more than 1000000 combinations: sweep over fewer", Error);
    CHECK_THROWS_AS(grid.order("seed", {0, 3}), Error);
    CHECK_THROWS_AS(grid.order("seed", {4, 3}), Error);
}

TEST_CASE("the order has every cell once, all of a seed before the next") {
    std::vector<std::size_t> order = grid.order("seed");
    for (std::size_t i = 0; i < order.size(); ++i) CHECK(grid.places(order[i])[1] == i / 48);
    std::ranges::sort(order);
    std::vector<std::size_t> all(240);
    std::iota(all.begin(), all.end(), std::size_t{0});
    CHECK(order == all);
    // Without the axis nothing is outermost, and still there is every cell.
    CHECK(grid.order("beta").size() == 240);
}

TEST_CASE("the first cells of any number lie all over the grid") {
    const std::vector<std::size_t> order = grid.order("seed");
    std::set<std::pair<std::size_t, std::size_t>> corners;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::vector<std::size_t> places = grid.places(order[i]);
        corners.insert({places[0], places[2]});
    }
    CHECK(corners ==
          std::set<std::pair<std::size_t, std::size_t>>{{0, 0}, {0, 2}, {15, 0}, {15, 2}});
    std::set<std::size_t> solvers;
    for (std::size_t i = 0; i < 12; ++i) solvers.insert(grid.places(order[i])[2]);
    CHECK(solvers.size() == 3);
    // The widest gap between loads, the ends included, is no more than twice that of as many
    // loads at equal distances (they are shared with three solvers).
    for (std::size_t first = 4; first <= 48; ++first) {
        std::set<std::size_t> loads;
        for (std::size_t i = 0; i < first; ++i) loads.insert(grid.places(order[i])[0]);
        std::size_t before = 0, widest = 0;
        for (const std::size_t load : loads) {
            widest = std::max(widest, load - before);
            before = load;
        }
        CAPTURE(first);
        CHECK(widest * first <= 2 * 16 * 3);
        CHECK(*loads.rbegin() == 15);
    }
}

TEST_CASE("shards share the cells out evenly, and each lies all over the grid") {
    for (const std::size_t count : {1, 2, 3, 7, 16, 48, 240}) {
        std::vector<std::size_t> together;
        std::size_t least = 240, most = 0;
        for (std::size_t index = 1; index <= count; ++index) {
            const std::vector<std::size_t> part = grid.order("seed", {index, count});
            together.insert(together.end(), part.begin(), part.end());
            least = std::min(least, part.size());
            most = std::max(most, part.size());
            if (count > 7) continue;
            std::set<std::size_t> loads;
            for (const std::size_t cell : part) loads.insert(grid.places(cell)[0]);
            CHECK(loads.size() >= 12);
        }
        std::ranges::sort(together);
        CAPTURE(count);
        CHECK(together.size() == 240);
        CHECK(std::ranges::adjacent_find(together) == together.end());
        CHECK(most - least <= 1);
    }
}

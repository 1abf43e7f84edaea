// The largest stability, by AdaTron and an active set.
#include "steppe/search/adatron.hpp"

#include "steppe/options/solver.hpp"

namespace steppe::solvers {

const Solver& adatron() {
    static const Solver solver{
        .name = "adatron",
        .title = "the largest stability",
        .purpose = "one unit of real weights",
        .options = {},
        .memory =
            [](const Network& network, std::size_t patterns, const SolveOptions&) {
                return static_cast<double>(AdaTron::memory_bytes(network.inputs, patterns));
            },
        .memory_of = "numbers"};
    return solver;
}

}  // namespace steppe::solvers

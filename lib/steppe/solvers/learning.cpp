#include "steppe/solvers/learning.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "steppe/options/solve_options.hpp"

namespace steppe::solvers {

using namespace when;

namespace {

constexpr Default gradient[] = {
    {"preset", always, "slow"},
    {"stop-at", always, "network"},
    {"rate", spherical, "3"},
    {"rate", spherical | correlated, "10"},
    {"rate", spherical | fast, "100"},
    {"rate", binary, "2"},
    {"batch", binary, "80"},
    {"epochs", slow, "2000"},
    {"epochs", binary, "4000"},
    {"momentum", spherical | slow, "0.9"},
    {"beta", always, "0.5:200:geometric"},
    {"beta", fast, "1.5"},
    {"gamma", always, "8"},
    {"gamma", correlated, "2"},
    {"gamma", fast, "3"},
    // How sharply the replicas' sum decides.
    {"gamma", binary, "0.05:2.05"},
};

}  // namespace

constinit const std::span<const Default> gradient_settings{gradient};

double mini_batch_bytes(std::string_view solver, const Network& network, std::size_t patterns,
                        const SolveOptions& options) {
    const LearningOptions how = options.resolved(options.conditions(solver, false)).learning;
    const auto rows = static_cast<double>(std::min(patterns, how.batch.value()));
    const auto inputs = static_cast<double>(network.inputs),
               weights = static_cast<double>(network.weight_count());
    const double each = static_cast<double>(sizeof(float)) * (rows * inputs + 4.0 * weights);
    return static_cast<double>(how.replicas.value_or(1)) * each;
}

std::string sign_units_alone(std::string_view solver, const Network& network) {
    if (network.activation != Activation::Relu) return "";
    return fmt::format("{} learns sign units: learn ReLU units with sgd or rsgd", solver);
}

}  // namespace steppe::solvers

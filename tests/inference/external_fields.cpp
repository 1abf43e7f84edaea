// Large external fields hold weights: the free entropy grows with them, and nothing else changes.
#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "steppe/data/pattern_set.hpp"
#include "steppe/inference/amp/approximate_message_passing.hpp"
#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/inference/ep/expectation_propagation.hpp"

using namespace steppe;

namespace {

constexpr std::size_t n = 17;

/// Free entropy times n, less the fields' sizes, of weights 0, 1 and 2 held at +, -, +.
double held(MessagePassing& solver, double size) {
    double change = 1.0;
    for (int t = 0; t < 3000 && change > 1e-9; ++t) change = solver.step().change();
    return solver.free_entropy() * static_cast<double>(n) - 3.0 * size;
}

FactorGraph graph(double size) {
    std::vector<double> field(n, 0.0);
    field[0] = size;
    field[1] = -size;
    field[2] = size;
    return build_graph({n, 1}, std::make_shared<const PatternSet>(random_patterns(n, 6, 11)),
                       field);
}

}  // namespace

TEST_CASE("fields beyond saturation count in full") {
    // Enumeration of the 2^14 weights that agree: exp(17 * 0.2418) of them.
    const double truth = 17.0 * 0.2418;
    for (const double size : {20.0, 50.0, 400.0, 1e6}) {
        CAPTURE(size);
        const FactorGraph held_weights = graph(size);
        for (const Accuracy accuracy : {Accuracy::Exact, Accuracy::Gaussian, Accuracy::Relaxed}) {
            for (const Precision precision : {Precision::Single, Precision::Double}) {
                BeliefPropagationOptions options;
                options.damping = 0.5;
                options.accuracy = accuracy;
                options.precision = precision;
                BeliefPropagation solver(held_weights, options);
                CHECK(held(solver, size) == doctest::Approx(truth).epsilon(0.08));
                BeliefPropagation at_20(graph(20.0), options);
                CHECK(held(solver, size) == doctest::Approx(held(at_20, 20.0)).epsilon(1e-4));
            }
        }
        ApproximateMessagePassing amp(held_weights, {.damping = 0.5});
        ApproximateMessagePassing amp_at_20(graph(20.0), {.damping = 0.5});
        CHECK(held(amp, size) == doctest::Approx(held(amp_at_20, 20.0)).epsilon(1e-4));
        ExpectationPropagation ep(held_weights, {.damping = 0.8});
        ExpectationPropagation ep_at_20(graph(20.0), {.damping = 0.8});
        CHECK(held(ep, size) == doctest::Approx(held(ep_at_20, 20.0)).epsilon(1e-3));
    }
}

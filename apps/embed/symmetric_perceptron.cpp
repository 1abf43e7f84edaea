// A constraint of one's own in a few lines: the symmetric perceptron, |sum_i xi_i w_i| < kappa
// sqrt(n) on every pattern (Aubin, Perkins, Zdeborova, J. Phys. A 52:294003, 2019). The library is
// used as installed; nothing of it had to change.
//
//     embed [inputs [load [kappa [seed]]]]
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <steppe/steppe.hpp>

namespace {

using steppe::ChannelInput;

/// tau = +1 where |z| < bound.
class SymmetricChannel final : public steppe::Channel {
  public:
    explicit SymmetricChannel(double bound) : bound_(bound) {}

    std::string name() const override { return "symmetric"; }
    steppe::ChannelAbilities abilities() const override { return {true, true, true}; }
    int answer(std::uint32_t, double z) const override { return std::abs(z) < bound_ ? 1 : -1; }

    void log_probability(const ChannelInput& in, std::span<double> plus,
                         std::span<double> minus) const override {
        for (std::size_t r = 0; r < plus.size(); ++r) {
            const auto [inside, slope, curve] = window(in.omega[r], std::sqrt(in.variance[r]));
            plus[r] = std::log(inside);
            if (!minus.empty()) minus[r] = std::log1p(-inside);
        }
    }

    // The gate here imposes tau = +1, so Z is the probability of the window.
    void derivatives(const ChannelInput& in, std::span<double> g,
                     std::span<double> g_prime) const override {
        for (std::size_t r = 0; r < g.size(); ++r) {
            const auto [inside, slope, curve] = window(in.omega[r], std::sqrt(in.variance[r]));
            g[r] = slope / inside;
            g_prime[r] = curve / inside - g[r] * g[r];
        }
    }

  private:
    struct Window {
        double inside, slope, curve;  // P(|z| < bound), and its derivatives by omega
    };

    Window window(double omega, double s) const {
        const double low = (-bound_ - omega) / s;
        const double high = (bound_ - omega) / s;
        const auto density = [](double x) {
            return std::exp(-0.5 * x * x) / std::sqrt(2.0 * M_PI);
        };
        // From the nearer side, so that a window far from the mean keeps its digits.
        const double inside = omega > 0.0
                                  ? steppe::gaussian_tail(-high) - steppe::gaussian_tail(-low)
                                  : steppe::gaussian_tail(low) - steppe::gaussian_tail(high);
        return {std::max(inside, 1e-300), (density(low) - density(high)) / s,
                (low * density(low) - high * density(high)) / (s * s)};
    }

    double bound_;
};

int solve(std::size_t inputs, double load, double kappa, std::uint64_t seed) {
    const auto count = static_cast<std::size_t>(std::lround(load * static_cast<double>(inputs)));
    const auto patterns =
        std::make_shared<const steppe::PatternSet>(steppe::random_patterns(inputs, count, seed));

    // Flipping all weights maps solutions to solutions: a small random field on every weight
    // decides.
    const steppe::Philox random(seed, steppe::Stream::Symmetry);
    std::vector<double> field(inputs);
    for (std::size_t i = 0; i < inputs; ++i) field[i] = 0.03 * random.normal(i);

    steppe::FactorGraph graph;
    const auto w = graph.add_plate({"w", steppe::VariableKind::IsingWeight, inputs});
    const auto z = graph.add_plate({"z", steppe::VariableKind::Preactivation, count});
    const auto tau = graph.add_plate({"tau", steppe::VariableKind::Output, count});
    graph.add_prior(steppe::ising_prior(field), w);
    graph.add_wiring({patterns, 0, inputs}, w, z);
    const double bound = kappa * std::sqrt(static_cast<double>(inputs));
    graph.add_channel(std::make_shared<SymmetricChannel>(bound), z, tau);
    graph.add_gate(steppe::imposed_gate(), {tau});

    steppe::BeliefPropagation solver(graph, {.damping = 0.5});
    const auto schedule = steppe::FocusingSchedule::pseudo_reinforcement(1000);
    for (std::size_t step = 0; step < schedule.steps(); ++step) {
        solver.step(schedule.at(step));
        const std::size_t violated = steppe::count_violations(graph, solver.weights());
        if (violated > 0) continue;
        std::cout << count << " windows of " << inputs << " weights satisfied after "
                  << solver.iterations() << " iterations\n";
        return EXIT_SUCCESS;
    }
    std::cout << "not solved\n";
    return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return solve(argc > 1 ? std::stoul(argv[1]) : 1001, argc > 2 ? std::stod(argv[2]) : 1.2,
                     argc > 3 ? std::stod(argv[3]) : 1.0, argc > 4 ? std::stoul(argv[4]) : 1);
    } catch (const std::exception& error) {
        std::cerr << "embed: " << error.what() << "\n";
        return 2;
    }
}

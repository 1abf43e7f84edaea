#include "steppe/search/sbpi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/model/require_patterns.hpp"
#include "steppe/numeric/archive.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/search/greedy_rule.hpp"

namespace steppe {

void SbpiOptions::validate() const {
    if (!(barely >= 0.0) || !std::isfinite(barely)) {
        throw Error(fmt::format("barely is {}: it must be a number of 0 or more", barely));
    }
    if (!(chance >= 0.0 && chance <= 1.0)) {
        throw Error(fmt::format("chance is {}: it must be in [0, 1]", chance));
    }
    if (states > 30'000) {
        throw Error(fmt::format("states is {}: it must be at most 30000", states));
    }
}

struct Sbpi::Impl {
    Network network;
    SbpiOptions options;
    std::vector<signed char> inputs;  ///< pattern after pattern
    std::vector<signed char> labels;
    std::vector<unsigned char> turned;
    std::size_t patterns = 0;
    int largest = 1;
    std::vector<std::int16_t> states;  ///< odd, unit by unit
    std::vector<signed char> weights;  ///< their signs
    std::size_t epochs = 0;

    int sum(std::size_t a, std::size_t k) const {
        const std::size_t n = network.unit_inputs();
        const signed char* const x = inputs.data() + a * network.inputs + network.first_input(k);
        const signed char* const w = weights.data() + k * n;
        int z = 0;
        for (std::size_t i = 0; i < n; ++i) z += x[i] * w[i];
        return z;
    }

    /// States of unit k by 2 direction xi; only those that agree with it already, where asked.
    void move(std::size_t a, std::size_t k, int direction, bool agreeing) {
        const std::size_t n = network.unit_inputs();
        const signed char* const x = inputs.data() + a * network.inputs + network.first_input(k);
        signed char* const w = weights.data() + k * n;
        std::int16_t* const h = states.data() + k * n;
        for (std::size_t i = 0; i < n; ++i) {
            const int step = direction * x[i];
            const bool moves = !agreeing || w[i] == step;
            const int next = std::clamp(h[i] + (moves ? 2 * step : 0), -largest, largest);
            h[i] = static_cast<std::int16_t>(next);
            w[i] = next > 0 ? 1 : -1;
        }
    }
};

Sbpi::Sbpi(const Network& network, const std::shared_ptr<const PatternSet>& patterns,
           const SbpiOptions& options) {
    options.validate();
    network.validate();
    if (network.weights != WeightKind::Binary) {
        throw Error(
            "sbpi learns +-1 weights, and those of the network are real: use binary weights, or "
            "lal");
    }
    require_patterns(network, patterns);
    impl_ = std::make_unique<Impl>();
    Impl& s = *impl_;
    s.network = network;
    s.options = options;
    s.inputs = patterns->signs();
    s.labels.assign(patterns->labels().begin(), patterns->labels().end());
    s.turned.assign(patterns->turned().begin(), patterns->turned().end());
    s.patterns = patterns->patterns();
    const auto root =
        static_cast<std::size_t>(3.0 * std::sqrt(static_cast<double>(network.unit_inputs())));
    s.largest = static_cast<int>((options.states != 0 ? options.states - 1 : root) / 2 * 2 + 1);
    const Philox random(options.seed, Stream::Init);
    for (std::size_t e = 0; e < network.weight_count(); ++e) {
        s.weights.push_back(random.bits(e) & 1 ? 1 : -1);
        s.states.push_back(s.weights.back());
    }
}

Sbpi::~Sbpi() = default;

EpochReport Sbpi::epoch(const LearningKnobs&) {
    Impl& s = *impl_;
    const Network& network = s.network;
    const double root = std::sqrt(static_cast<double>(network.unit_inputs()));
    const std::vector<double> thresholds(network.hidden, network.threshold());
    std::vector<double> sums(network.hidden);
    const Philox chances(s.options.seed, Stream::Test);
    EpochReport report;
    for (const std::size_t a : Philox(s.options.seed, Stream::Order).order(s.patterns, s.epochs)) {
        for (std::size_t k = 0; k < network.hidden; ++k) sums[k] = s.sum(a, k);
        const int wanted = s.labels.empty() ? 1 : s.labels[a];
        const bool tie = network.tie_is_positive(!s.turned.empty() && s.turned[a] != 0);
        const GreedySums seen{sums, thresholds, tie};
        const GreedyMove wrong = greedy_move(network, seen, wanted);
        if (wrong.wrong) {
            ++report.mistakes;
            s.move(a, wrong.unit, static_cast<int>(wrong.direction), false);
            continue;
        }
        // The answer hangs on a unit where it would be wrong without that unit's output: the one
        // that is closest to its threshold is made surer.
        const std::size_t positive = seen.positive_units();
        std::size_t nearest = network.hidden;
        for (std::size_t k = 0; k < network.hidden; ++k) {
            const bool up = seen.positive(k);
            if (network.answer(up ? positive - 1 : positive + 1) == wanted) continue;
            if (nearest == network.hidden ||
                std::abs(sums[k] - thresholds[k]) < std::abs(sums[nearest] - thresholds[nearest])) {
                nearest = k;
            }
        }
        if (nearest == network.hidden) continue;
        const double distance = sums[nearest] - thresholds[nearest];
        if (std::abs(distance) > s.options.barely * root) continue;
        const auto sub = static_cast<std::uint32_t>(a);
        if (chances.uniform(s.epochs, sub) >= s.options.chance) continue;
        s.move(a, nearest, seen.positive(nearest) ? 1 : -1, true);
    }
    ++s.epochs;
    return report;
}

Weights Sbpi::weights() const {
    return Weights::from_signs(impl_->network.unit_inputs(), impl_->network.hidden, impl_->weights);
}

void Sbpi::state(Archive& archive) {
    Impl& s = *impl_;
    archive.position("epochs", s.epochs);
    archive.sized("states", s.states);
    std::ranges::transform(s.states, s.weights.begin(), [](int h) { return h > 0 ? 1 : -1; });
}

}  // namespace steppe

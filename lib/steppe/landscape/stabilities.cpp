#include "steppe/landscape/stabilities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

/// Real inputs, in double precision.
void sums_of(const Network& network, const Weights& weights, const RealPatterns& patterns,
             std::vector<double>& z) {
    const std::size_t n = network.unit_inputs(), count = patterns.patterns();
    parallel_for(count, 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = begin; a < end; ++a) {
            for (std::size_t k = 0; k < network.hidden; ++k) {
                const float* x =
                    patterns.values().data() + a * network.inputs + network.first_input(k);
                double sum = 0.0;
                for (std::size_t i = 0; i < n; ++i) {
                    sum += static_cast<double>(x[i]) * weights.value(k, i);
                }
                z[k * count + a] = sum;
            }
        }
    });
}

}  // namespace

std::vector<double> stabilities(const Network& network, const Weights& weights,
                                const Patterns& patterns) {
    // Says what does not fit.
    patterns.visit([&](const auto& set) { count_errors(network, weights, *set); });
    std::vector<double> z(network.hidden * patterns.patterns());
    patterns.visit([&](const auto& set) {
        if constexpr (std::is_same_v<std::decay_t<decltype(*set)>, PatternSet>) {
            preactivations(network, weights, *set, z);
        } else {
            sums_of(network, weights, *set, z);
        }
    });
    const double root = std::sqrt(static_cast<double>(network.unit_inputs()));
    for (double& value : z) value /= root;
    return z;
}

Histogram histogram_of(const std::vector<double>& values, double from, double to,
                       std::size_t bins) {
    if (bins == 0 || !(from < to)) {
        throw Error(fmt::format("{} bins from {} to {} are no histogram", bins, from, to));
    }
    Histogram histogram{from, to, std::vector<std::size_t>(bins, 0)};
    for (const double value : values) {
        const double at = (value - from) / (to - from) * static_cast<double>(bins);
        const double bin = std::clamp(std::floor(at), 0.0, static_cast<double>(bins - 1));
        ++histogram.counts[static_cast<std::size_t>(bin)];
    }
    return histogram;
}

}  // namespace steppe

#include "steppe/model/replica_mean.hpp"

#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

/// Weights of a piece of work.
constexpr std::size_t grain = 8192;

}  // namespace

void take_mean(const std::vector<std::span<const float>>& replicas, std::span<float> mean) {
    const float share = 1.0f / static_cast<float>(replicas.size());
    parallel_for(mean.size(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) mean[i] = 0.0f;
        for (const std::span<const float> w : replicas) {
            for (std::size_t i = begin; i < end; ++i) mean[i] += w[i];
        }
        for (std::size_t i = begin; i < end; ++i) mean[i] *= share;
    });
}

double replica_spread(const std::vector<std::span<const float>>& replicas,
                      std::span<const float> mean) {
    const auto sum = [&](const auto& term) {
        return parallel_sum(mean.size(), grain, [&](std::size_t begin, std::size_t end) {
            double part = 0.0;
            for (const std::span<const float> w : replicas) {
                for (std::size_t i = begin; i < end; ++i) {
                    const double x = term(w, i);
                    part += x * x;
                }
            }
            return part;
        });
    };
    const double apart = sum([&](std::span<const float> w, std::size_t i) {
        return static_cast<double>(w[i]) - static_cast<double>(mean[i]);
    });
    const double total =
        sum([](std::span<const float> w, std::size_t i) { return static_cast<double>(w[i]); });
    return total > 0.0 ? apart / total : 0.0;
}

}  // namespace steppe

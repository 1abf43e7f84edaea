#pragma once

#include <span>
#include <vector>

namespace steppe {

/// mean_i <- mean over replicas of weight i (internal; not installed). Results do not depend on the
/// number of threads.
void take_mean(const std::vector<std::span<const float>>& replicas, std::span<float> mean);

/// sum_r |w_r - mean|^2 / sum_r |w_r|^2, mean being that of the replicas; 0 where all are 0.
double replica_spread(const std::vector<std::span<const float>>& replicas,
                      std::span<const float> mean);

}  // namespace steppe

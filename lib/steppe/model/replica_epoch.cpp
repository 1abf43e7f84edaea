#include "steppe/model/replica_epoch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

void require_batch(std::size_t batch) {
    if (batch == 0) throw Error("batch is 0: it must be 1 or more");
}

void require_replicas(std::size_t replicas) {
    if (replicas >= 2) return;
    throw Error(fmt::format("replicas is {}: there must be 2 or more", replicas));
}

EpochReport mean_report(std::span<const AnswerSums> replicas, std::size_t patterns) {
    const double count = static_cast<double>(replicas.size());
    EpochReport report;
    report.loss = 0.0;
    for (const AnswerSums& sums : replicas) {
        report.loss += sums.loss / (count * static_cast<double>(patterns));
        report.mistakes += static_cast<double>(sums.mistakes) / count;
        report.surrogate_mistakes += static_cast<double>(sums.surrogate) / count;
    }
    return report;
}

EpochReport replica_epoch(
    const ReplicaEpoch& shape,
    const std::function<AnswerSums(std::size_t replica, std::span<const std::size_t> rows)>& learn,
    const std::function<void()>& meet) {
    const Philox random(shape.seed, Stream::Order);
    std::vector<std::vector<std::size_t>> orders(shape.replicas);
    std::vector<AnswerSums> sums(shape.replicas);
    for (std::size_t at = 0; at < shape.patterns; at += shape.batch) {
        const std::size_t rows = std::min(shape.batch, shape.patterns - at);
        parallel_for(shape.replicas, 1, [&](std::size_t begin, std::size_t end) {
            for (std::size_t r = begin; r < end; ++r) {
                if (at == 0) {
                    orders[r] = random.order(shape.patterns, shape.epoch * shape.replicas + r);
                }
                sums[r] += learn(r, std::span(orders[r]).subspan(at, rows));
            }
        });
        meet();
    }
    return mean_report(sums, shape.patterns);
}

}  // namespace steppe

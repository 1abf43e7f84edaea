#include "steppe/study/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace steppe {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Pearson's, of values that have mean 0; `free` is the number of pairs less the means taken off
/// beyond one.
Correlation correlate(std::span<const double> x, std::span<const double> y, double free) {
    double xy = 0.0, xx = 0.0, yy = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xy += x[i] * y[i];
        xx += x[i] * x[i];
        yy += y[i] * y[i];
    }
    if (!(free > 3.0) || xx == 0.0 || yy == 0.0) return {none, none, none, x.size()};
    const double r = std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
    // A correlation of 1 has no width.
    const double z = std::atanh(std::clamp(r, -1.0 + 1e-12, 1.0 - 1e-12));
    const double quantile = boost::math::quantile(boost::math::normal(), 0.975);
    const double width = quantile * std::sqrt((1.0 + 0.5 * r * r) / (free - 3.0));
    return {r, std::tanh(z - width), std::tanh(z + width), x.size()};
}

std::vector<double> centred_ranks(std::span<const double> values) {
    std::vector<double> ranks = ranks_of(values);
    for (double& rank : ranks) rank -= 0.5 * (static_cast<double>(values.size()) + 1.0);
    return ranks;
}

}  // namespace

std::vector<double> ranks_of(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<double> ranks(values.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin;
        while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
        const double rank = 0.5 * static_cast<double>(begin + 1 + end);
        for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = rank;
        begin = end;
    }
    return ranks;
}

Correlation rank_correlation(std::span<const double> x, std::span<const double> y) {
    return correlate(centred_ranks(x), centred_ranks(y), static_cast<double>(x.size()));
}

Correlation rank_correlation_within(std::span<const double> x, std::span<const double> y,
                                    std::span<const std::size_t> group) {
    std::map<std::size_t, std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < group.size(); ++i) members[group[i]].push_back(i);
    std::vector<double> all_x(x.size()), all_y(y.size());
    for (const auto& member : members) {
        const std::vector<std::size_t>& of = member.second;
        const auto put = [&of](std::span<const double> from, std::vector<double>& to) {
            std::vector<double> own;
            for (const std::size_t i : of) own.push_back(from[i]);
            const std::vector<double> ranks = centred_ranks(own);
            for (std::size_t i = 0; i < of.size(); ++i) to[of[i]] = ranks[i];
        };
        put(x, all_x);
        put(y, all_y);
    }
    const double lost = static_cast<double>(members.size()) - 1.0;
    return correlate(all_x, all_y, static_cast<double>(x.size()) - lost);
}

}  // namespace steppe

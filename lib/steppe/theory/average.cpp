#include "steppe/theory/average.hpp"

namespace steppe::theory {

std::vector<double> ranges_round(const Bend& bend) {
    // Ranges that grow with the distance from the bend: each is smooth on its own scale.
    const double width = std::clamp(bend.width, 1e-7, 2.0);
    std::vector<double> ends{-normal_reach, normal_reach};
    const auto cut = [&](double z) {
        if (std::abs(z) < normal_reach) ends.push_back(z);
    };
    cut(bend.centre);
    for (double step = 2.0 * width; step < 2.0 * normal_reach; step *= 4.0) {
        cut(bend.centre - step);
        cut(bend.centre + step);
    }
    std::sort(ends.begin(), ends.end());
    ends.erase(
        std::unique(ends.begin(), ends.end(), [](double a, double b) { return b - a < 1e-9; }),
        ends.end());
    std::vector<double> out{ends.front()};
    for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
        const double length = ends[i + 1] - ends[i];
        const auto pieces = static_cast<std::size_t>(std::ceil(length / 4.0));
        for (std::size_t k = 1; k <= pieces; ++k) {
            out.push_back(ends[i] + length * static_cast<double>(k) / static_cast<double>(pieces));
        }
    }
    return out;
}

NormalRule normal_rule(const Bend& bend, std::size_t pieces) {
    using Gauss = boost::math::quadrature::gauss<double, 15>;
    NormalRule rule;
    const std::vector<double> ends = ranges_round(bend);
    const auto add = [&](double z, double weight) {
        if (weight * normal_density(z) < 1e-18) return;
        rule.node.push_back(z);
        rule.weight.push_back(weight * normal_density(z));
    };
    for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
        const double half = 0.5 * (ends[i + 1] - ends[i]) / static_cast<double>(pieces);
        for (std::size_t k = 0; k < pieces; ++k) {
            const double middle = ends[i] + half * static_cast<double>(2 * k + 1);
            const auto& nodes = Gauss::abscissa();
            for (std::size_t j = 0; j < nodes.size(); ++j) {
                const double weight = half * Gauss::weights()[j];
                if (nodes[j] != 0.0) add(middle - half * nodes[j], weight);
                add(middle + half * nodes[j], weight);
            }
        }
    }
    return rule;
}

}  // namespace steppe::theory

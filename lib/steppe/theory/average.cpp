#include "steppe/theory/average.hpp"

#include <Eigen/Eigenvalues>

namespace steppe::theory {

std::vector<double> ranges_round(const std::vector<Bend>& bends) {
    // Ranges that grow with the distance from the bend: each is smooth on its own scale.
    std::vector<double> ends{-normal_reach, normal_reach};
    const auto cut = [&](double z) {
        if (std::abs(z) < normal_reach) ends.push_back(z);
    };
    for (const Bend& bend : bends) {
        cut(bend.centre);
        const double width = std::clamp(bend.width, 1e-7, 2.0);
        for (double step = 2.0 * width; step < 2.0 * normal_reach; step *= 4.0) {
            cut(bend.centre - step);
            cut(bend.centre + step);
        }
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
    return normal_rule(std::vector<Bend>{bend}, pieces);
}

NormalRule hermite_rule(std::size_t count) {
    // Golub and Welsch, Math. Comp. 23:221 (1969): the nodes are the eigenvalues of the matrix of
    // the polynomials' recurrence, the weights the squares of its eigenvectors' first elements.
    Eigen::VectorXd beside(static_cast<Eigen::Index>(count) - 1);
    for (Eigen::Index k = 0; k < beside.size(); ++k) {
        beside[k] = std::sqrt(static_cast<double>(k + 1));
    }
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
    solver.computeFromTridiagonal(Eigen::VectorXd::Zero(static_cast<Eigen::Index>(count)), beside);
    NormalRule rule;
    for (Eigen::Index i = 0; i < static_cast<Eigen::Index>(count); ++i) {
        rule.node.push_back(solver.eigenvalues()[i]);
        rule.weight.push_back(std::pow(solver.eigenvectors()(0, i), 2));
    }
    return rule;
}

NormalRule normal_rule(const std::vector<Bend>& bends, std::size_t pieces) {
    using Gauss = boost::math::quadrature::gauss<double, 15>;
    NormalRule rule;
    const std::vector<double> ends = ranges_round(bends);
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

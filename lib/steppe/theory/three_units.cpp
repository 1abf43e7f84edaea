#include "steppe/theory/three_units.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

#include "steppe/numeric/gaussian.hpp"
#include "steppe/theory/average.hpp"
#include "steppe/theory/root.hpp"

namespace steppe::theory {

namespace {

using Weights = std::array<Eigen::MatrixXd, 3>;

double largest(const std::vector<double>& values) {
    double out = 0.0;
    for (const double x : values) out = std::max(out, std::abs(x));
    return out;
}

Eigen::ArrayXXd tails(const Eigen::ArrayXXd& x) {
    return x.unaryExpr([](double y) { return gaussian_tail(y); });
}

Eigen::ArrayXXd densities(const Eigen::ArrayXXd& x) {
    return x.unaryExpr([](double y) { return normal_density(y); });
}

/// What grid points t in steps of `step` weigh under normals of these means, and the derivatives.
/// Where `mirrored`, -t counts with t.
Weights grid_weights(const std::vector<double>& grid, const std::vector<double>& means,
                     double sigma, double step, bool mirrored) {
    Weights out;
    out.fill(Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(grid.size()),
                                   static_cast<Eigen::Index>(means.size())));
    for (std::size_t a = 0; a < means.size(); ++a) {
        for (std::size_t j = 0; j < grid.size(); ++j) {
            const auto row = static_cast<Eigen::Index>(j), column = static_cast<Eigen::Index>(a);
            const auto add = [&](double t) {
                const double x = (t - means[a]) / sigma;
                const double weight = step / sigma * normal_density(x);
                out[0](row, column) += weight;
                out[1](row, column) += weight * x / sigma;
                out[2](row, column) += weight * (x * x - 1.0) / (sigma * sigma);
            };
            add(grid[j]);
            if (mirrored) add(-grid[j]);
        }
    }
    return out;
}

}  // namespace

double OddUnit::operator()(double h) const {
    const double x = steepness * h;
    return unit == Unit::Erf ? std::erf(x) : std::tanh(x);
}

double OddUnit::slope(double h) const {
    const double x = steepness * h;
    if (unit == Unit::Erf) return steepness * 2.0 * std::numbers::inv_sqrtpi * std::exp(-x * x);
    // cosh^-2 without what 1 - tanh^2 would lose.
    const double small = std::exp(-2.0 * std::abs(x));
    return steepness * 4.0 * small / ((1.0 + small) * (1.0 + small));
}

Border border_at(const OddUnit& unit, double t1, double t2) {
    const double half = t1 / std::numbers::sqrt2, sixth = t2 / std::sqrt(6.0);
    const std::array<double, 3> offset{half + sixth, -half + sixth, -2.0 * sixth};
    const auto sum = [&](double mean) {
        return unit(mean + offset[0]) + unit(mean + offset[1]) + unit(mean + offset[2]);
    };
    // Where the largest field is 0 the sum is not positive; where the smallest is, not negative.
    const double low = -*std::max_element(offset.begin(), offset.end());
    const double high = -*std::min_element(offset.begin(), offset.end());
    double mean = low;
    if (high > low) {
        mean =
            root_between(sum, low, high, std::min(sum(low), 0.0), std::max(sum(high), 0.0)).value;
    }
    std::array<double, 3> slope{};
    for (std::size_t k = 0; k < 3; ++k) slope[k] = unit.slope(mean + offset[k]);
    const double all = slope[0] + slope[1] + slope[2];
    return {std::numbers::sqrt3 * mean, -std::sqrt(1.5) * (slope[0] - slope[1]) / all,
            -std::sqrt(0.5) * (slope[0] + slope[1] - 2.0 * slope[2]) / all};
}

ThreeUnits::ThreeUnits(const OddUnit& unit, std::vector<double> means1, std::vector<double> means2,
                       double sigma, double refinement)
    : sigma_(sigma), narrow_(sigma < narrow_sigma) {
    if (narrow_) {
        trace_border(unit, means1, means2);
        return;
    }
    // The fields' deviations ask for half a sigma, the border for its own scale.
    const double step = std::min(0.5 * sigma, 0.38 / std::max(unit.steepness, 1.0)) / refinement;
    const double reach = std::max(largest(means1), largest(means2)) + 8.0 * sigma;
    const int count = static_cast<int>(std::ceil(reach / step));
    std::vector<double> grid1, grid2;
    for (int j = 0; j < count; ++j) grid1.push_back(step * (j + 0.5));
    for (int j = -count; j < count; ++j) grid2.push_back(step * (j + 0.5));
    // The border is the same at -t_1: the first two fields exchanged.
    weights1_ = grid_weights(grid1, means1, sigma, step, true);
    weights2_ = grid_weights(grid2, means2, sigma, step, false);
    trace_border(unit, grid1, grid2);
}

void ThreeUnits::trace_border(const OddUnit& unit, const std::vector<double>& grid1,
                              const std::vector<double>& grid2) {
    const auto rows = static_cast<Eigen::Index>(grid1.size());
    const auto columns = static_cast<Eigen::Index>(grid2.size());
    border_.resize(rows, columns);
    border1_.resize(rows, columns);
    border2_.resize(rows, columns);
    for (Eigen::Index i = 0; i < columns; ++i) {
        const double t2 = grid2[static_cast<std::size_t>(i)];
        // All fields turned, and the first two exchanged: the grid of t_2 has t_2 and -t_2.
        const Eigen::Index turned = columns - 1 - i;
        if (!narrow_ && turned < i) {
            border_.col(i) = -border_.col(turned);
            continue;
        }
        for (Eigen::Index j = 0; j < rows; ++j) {
            const Border at = border_at(unit, grid1[static_cast<std::size_t>(j)], t2);
            border_(j, i) = at.s;
            border1_(j, i) = at.d1;
            border2_(j, i) = at.d2;
        }
    }
}

AnswerPlane ThreeUnits::at(double mean_s, bool with_curvature) const {
    if (narrow_) return at_straight_border(mean_s, with_curvature);
    const Eigen::ArrayXXd x = (border_ - mean_s) / sigma_;
    const Eigen::MatrixXd tail = tails(x), density = densities(x) / sigma_;
    const auto average = [&](std::size_t order, const Eigen::MatrixXd& inner) -> Eigen::ArrayXXd {
        return (weights1_[order].transpose() * inner).array();
    };
    const Eigen::MatrixXd tail0 = tail * weights2_[0], tail1 = tail * weights2_[1];
    const Eigen::MatrixXd density0 = density * weights2_[0];
    AnswerPlane out;
    out.p = average(0, tail0);
    out.d = {average(1, tail0), average(0, tail1), average(0, density0)};
    if (!with_curvature) return out;
    const Eigen::MatrixXd bent = x * density.array() / sigma_;
    out.d2 = {average(2, tail0),
              average(0, tail * weights2_[2]),
              average(0, bent * weights2_[0]),
              average(1, tail1),
              average(1, density0),
              average(0, density * weights2_[1])};
    return out;
}

AnswerPlane ThreeUnits::at_straight_border(double mean_s, bool with_curvature) const {
    const Eigen::ArrayXXd length = (1.0 + border1_.square() + border2_.square()).sqrt();
    const Eigen::ArrayXXd x = (border_ - mean_s) / (sigma_ * length);
    const Eigen::ArrayXXd density = densities(x) / sigma_;
    const std::array<Eigen::ArrayXXd, 3> normal{-border1_ / length, -border2_ / length,
                                                1.0 / length};
    AnswerPlane out;
    out.p = tails(x);
    for (std::size_t k = 0; k < 3; ++k) out.d[k] = density * normal[k];
    if (!with_curvature) return out;
    const Eigen::ArrayXXd bent = x * density / sigma_;
    for (std::size_t k = 0; k < second_derivatives.size(); ++k) {
        const auto& by = second_derivatives[k];
        out.d2[k] = bent * normal[by[0]] * normal[by[1]];
    }
    return out;
}

}  // namespace steppe::theory

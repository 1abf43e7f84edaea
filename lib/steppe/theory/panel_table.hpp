#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "steppe/theory/average.hpp"

/// Smooth functions of one variable that are needed at many places (internal; not installed).
namespace steppe::theory {

/// N functions at once, by Chebyshev polynomials of degree 15 on panels whose length grows with the
/// distance from a bend of this centre and width. What is analytic within about 1.5 widths of the
/// real line near the bend, and smoother far from it, is right to about 1e-12 of its size.
template <std::size_t N>
class PanelTable {
  public:
    using Values = std::array<double, N>;

    /// f(x) gives Values; x in [low, high]. With pieces = 2 panels are half as long.
    template <class Function>
    PanelTable(Function&& f, double centre, double width, double low, double high,
               std::size_t pieces)
        : ends_(panel_ends(centre, width, low, high, pieces)) {
        panels_.resize(ends_.size() - 1);
        for (std::size_t i = 0; i < panels_.size(); ++i) {
            const double half = 0.5 * (ends_[i + 1] - ends_[i]);
            std::array<Values, terms> at;
            for (std::size_t j = 0; j < terms; ++j) {
                at[j] = f(ends_[i] + half * (1.0 + cosine(2 * j + 1)));
            }
            panels_[i] = coefficients(at);
        }
    }

    /// Outside of [low, high] the nearest panel goes on.
    Values operator()(double x) const {
        const auto after = std::upper_bound(ends_.begin() + 1, ends_.end() - 1, x);
        const auto i = static_cast<std::size_t>(after - ends_.begin()) - 1;
        const double y = 2.0 * (x - ends_[i]) / (ends_[i + 1] - ends_[i]) - 1.0;
        // Clenshaw's recursion.
        Values one{}, two{};
        for (std::size_t k = terms - 1; k > 0; --k) {
            for (std::size_t n = 0; n < N; ++n) {
                const double next = panels_[i][k][n] + 2.0 * y * one[n] - two[n];
                two[n] = one[n];
                one[n] = next;
            }
        }
        Values out;
        for (std::size_t n = 0; n < N; ++n) out[n] = panels_[i][0][n] + y * one[n] - two[n];
        return out;
    }

  private:
    static constexpr std::size_t terms = 16;
    using Coefficients = std::array<Values, terms>;

    /// cos(pi j/(2 terms)).
    static double cosine(std::size_t j) {
        static const std::vector<double> table = [] {
            std::vector<double> out(4 * terms);
            for (std::size_t k = 0; k < out.size(); ++k) {
                out[k] = std::cos(M_PI * static_cast<double>(k) / (2.0 * terms));
            }
            return out;
        }();
        return table[j % (4 * terms)];
    }

    static Coefficients coefficients(const std::array<Values, terms>& at) {
        Coefficients out{};
        for (std::size_t k = 0; k < terms; ++k) {
            const double scale = (k == 0 ? 1.0 : 2.0) / terms;
            for (std::size_t j = 0; j < terms; ++j) {
                const double c = scale * cosine(k * (2 * j + 1));
                for (std::size_t n = 0; n < N; ++n) out[k][n] += c * at[j][n];
            }
        }
        return out;
    }

    static std::vector<double> panel_ends(double centre, double width, double low, double high,
                                          std::size_t pieces) {
        std::vector<double> out{low, high};
        const auto cut = [&](double x) {
            if (x > low && x < high) out.push_back(x);
        };
        cut(centre);
        double distance = 0.0, step = 2.0 * width;
        while (centre + distance < high || centre - distance > low) {
            for (std::size_t k = 1; k <= pieces; ++k) {
                const double x =
                    distance + step * static_cast<double>(k) / static_cast<double>(pieces);
                cut(centre + x);
                cut(centre - x);
            }
            distance += step;
            step = std::max(step, 0.7 * distance);
        }
        std::sort(out.begin(), out.end());
        if (!(out.back() > out.front())) out = {low, low + width};
        return out;
    }

    std::vector<double> ends_;
    std::vector<Coefficients> panels_;
};

/// E f(x + length z), z a standard normal; f turns within bend.width of bend.centre and is analytic
/// within about as much of the real line. By the trapezoid rule, which on all of the line errs by
/// exp(-2 pi strip/step) where z may leave it by `strip`; a narrow bend has graded nodes.
template <class Function>
auto smoothed(Function&& f, double x, double length, const Bend& bend) {
    if (length == 0.0) return f(x);
    auto sum = f(x);
    const auto add = [&](double z, double weight) {
        const auto at = f(x + length * z);
        for (std::size_t n = 0; n < sum.size(); ++n) sum[n] += weight * at[n];
    };
    const double strip = bend.width / length;
    if (strip < 0.4) {
        const NormalRule rule = normal_rule(Bend{(bend.centre - x) / length, strip}, 2);
        sum = {};
        for (std::size_t i = 0; i < rule.node.size(); ++i) add(rule.node[i], rule.weight[i]);
        return sum;
    }
    const double step = std::min(0.5, strip / 4.0);
    for (double& value : sum) value *= step * normal_density(0.0);
    for (double z = step; z < 8.5; z += step) {
        add(z, step * normal_density(z));
        add(-z, step * normal_density(z));
    }
    return sum;
}

}  // namespace steppe::theory

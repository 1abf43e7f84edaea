#pragma once

#include <Eigen/Core>
#include <array>
#include <vector>

#include "steppe/theory/kernel.hpp"

/// What three units with odd, rising activations answer: the sign of sum_k c_k f(h_k), c_k = +-1
/// (internal; not installed). Since f is odd, c_k can be taken into the weights of unit k: all are
/// 1 here.
namespace steppe::theory {

/// f(steepness h), f = erf or tanh.
struct OddUnit {
    Unit unit = Unit::Tanh;
    double steepness = 1.0;

    double operator()(double h) const;
    double slope(double h) const;
};

/// The fields in the frame of the axes t_1 = (h_1 - h_2)/sqrt 2, t_2 = (h_1 + h_2 - 2 h_3)/sqrt 6,
/// s = (h_1 + h_2 + h_3)/sqrt 3: normals are there as independent as before. The sum of f rises
/// with s, hence the answer is +1 above a surface s = border(t_1, t_2): smooth and finite on the
/// whole plane, where a threshold of one unit by the other two is singular as soon as these decide
/// alone.
struct Border {
    double s = 0.0;
    double d1 = 0.0, d2 = 0.0;  ///< its derivatives by t_1 and t_2
};
Border border_at(const OddUnit& unit, double t1, double t2);

/// Second derivatives in the order in which AnswerPlane has them: by t_1 (0), t_2 (1), s (2).
constexpr std::array<std::array<std::size_t, 2>, 6> second_derivatives{
    {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}}};

/// The probability P of the answer +1 where the fields are normals of standard deviation sigma, and
/// its derivatives by their means, for all pairs of a mean along t_1 (rows) with one along t_2
/// (columns).
struct AnswerPlane {
    Eigen::ArrayXXd p;
    std::array<Eigen::ArrayXXd, 3> d;
    std::array<Eigen::ArrayXXd, 6> d2;  ///< empty where not asked for
};

/// The average over the fields' deviations: along t_1 and t_2 by sums over an even grid, which for
/// so smooth functions converge faster than any power of its step, along s in closed form. P has
/// its relative accuracy where it is small as well. Below narrow_sigma the border is taken for
/// straight as far as the fields reach.
class ThreeUnits {
  public:
    static constexpr double narrow_sigma = 0.2;

    /// `refinement` divides the grid's step; with 1 P is right to about 1e-9 (steepness 1).
    ThreeUnits(const OddUnit& unit, std::vector<double> means1, std::vector<double> means2,
               double sigma, double refinement = 1.0);
    AnswerPlane at(double mean_s, bool with_curvature) const;

  private:
    void trace_border(const OddUnit& unit, const std::vector<double>& grid1,
                      const std::vector<double>& grid2);
    AnswerPlane at_straight_border(double mean_s, bool with_curvature) const;

    double sigma_;
    bool narrow_;
    Eigen::ArrayXXd border_, border1_, border2_;
    /// Weights of the grid points (rows) under each mean (columns), and the derivatives by it.
    std::array<Eigen::MatrixXd, 3> weights1_, weights2_;
};

}  // namespace steppe::theory

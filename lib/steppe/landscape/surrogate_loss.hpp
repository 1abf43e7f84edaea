#pragma once

#include <Eigen/Core>
#include <cstddef>

#include "steppe/data/patterns.hpp"
#include "steppe/landscape/input_products.hpp"
#include "steppe/model/network.hpp"
#include "steppe/model/weights.hpp"
#include "steppe/numeric/dense_algebra.hpp"
#include "steppe/sgd/cross_entropy.hpp"

/// The mean loss of gradient learning (sgd/surrogate.hpp) at many weights at once, and its second
/// derivatives at some, in double precision (internal; not installed).
namespace steppe {

/// All weights, unit by unit, real ones scaled to sum_i w_i^2 = n in every unit, so that solutions
/// can be compared. Throws Error where they are not of the network.
Eigen::VectorXd comparable_weights(const Network& network, const Weights& weights);

class SurrogateLoss {
  public:
    using Matrix = Eigen::MatrixXd;
    using Array = Eigen::ArrayXXd;

    /// Labels beside the patterns are folded in where the network folds them. Throws Error for the
    /// parity gate, shapes that disagree, and a beta or gamma that is not above 0.
    SurrogateLoss(const Network& network, const Patterns& patterns, double beta, double gamma);

    const InputProducts& products() const { return products_; }
    std::size_t weights() const { return products_.weights(); }

    /// Losses at weights, one column each; gradients, where it is not null, becomes those by every
    /// weight, a column each.
    Eigen::VectorXd losses(const Matrix& weights, Matrix* gradients = nullptr) const;

  private:
    friend class LossCurvature;
    bool linear() const { return !relu_ && network_.hidden == 1; }
    /// x and h(x), h'(x), h''(x) of all units on some patterns; what is null is left out.
    void units(const Array& x, Array& value, Array* slope, Array* bend) const;

    Network network_;
    bool relu_;
    double beta_;
    CrossEntropy loss_;
    InputProducts products_;
    Eigen::ArrayXd output_;  ///< o_k: s = sum_k o_k h(x_k)
    Eigen::ArrayXd label_;
};

/// With u_k = v_k . xi/sqrt(n), y the label and s the answer, the Hessian at the weights times v is
/// the mean over patterns of f''(y s) g_k (g . u) + c_k u_k times xi/sqrt(n), where g_k = y o_k
/// h'(x_k) and c_k = f'(y s) y o_k h''(x_k). A ReLU has no bend, also at its corner.
class LossCurvature {
  public:
    using Matrix = Eigen::MatrixXd;

    /// weights: unit by unit. The loss is taken.
    LossCurvature(SurrogateLoss loss, const Eigen::VectorXd& weights);

    double loss() const { return value_; }
    const Eigen::VectorXd& gradient() const { return gradient_; }
    /// Of all weights, also in the span.
    double trace() const;

    /// From here on vectors are written in the span of the patterns (InputProducts::in_span): the
    /// Hessian has the same eigenvalues, but for some that are 0.
    void enter_span();

    /// Most eigenvalues that are not 0. Where units have no bend no eigenvalue is below 0, and
    /// there are not more than patterns.
    std::size_t rank_bound() const;
    bool is_convex() const { return loss_.linear() || loss_.relu_; }

    /// Rows of a vector.
    std::size_t size() const { return loss_.weights(); }
    /// The Hessian times each column.
    Matrix multiply(const InputProducts::Vectors& vectors) const;
    /// All of it, which takes size()^2 numbers.
    DenseMatrix whole(const Poll& poll = {}) const;

  private:
    SurrogateLoss loss_;
    double value_ = 0.0;
    Eigen::VectorXd gradient_;
    Eigen::ArrayXd second_;        ///< f'' / P
    Eigen::ArrayXXd gain_, bend_;  ///< pattern x unit: g, and c / P
};

}  // namespace steppe

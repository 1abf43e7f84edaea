#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "steppe/theory/typical/replica_symmetric.hpp"

/// Saddle points with one order parameter q, as a curve along its conjugate q^ (internal; not
/// installed): q follows from q^, and the load from both, so that all saddle points at a load are
/// crossings of one function, and where that function turns is a spinodal.
namespace steppe::theory {

/// Whether its saddle points are such a curve.
bool has_one_order(const Model& model);

class SaddleCurve {
  public:
    /// Random labels and weights of fixed norm; or a teacher in the Bayes-optimal case, R = q.
    explicit SaddleCurve(const Model& model);

    /// Between these log odds of q, log(q/(1 - q)), the load rises with q. Only there a saddle
    /// point is stable against a change of q.
    struct Branch {
        double low = 0.0, high = 0.0;
    };
    const std::vector<Branch>& rising() const { return rising_; }

    /// The highest overlap that the averages resolve, and where the load still rises there, that
    /// load: saddle points at higher ones are not seen.
    double highest() const;
    std::optional<double> reach() const { return reach_; }
    /// The highest load of all rising branches.
    double last_load() const { return last_load_; }

    /// The saddle point of a rising branch at a load, with errors; nothing where it has none.
    std::optional<SaddlePoint> on(const Branch& branch, double load) const;
    /// Without overlap, where patterns say nothing of single weights; nothing where they do, or
    /// where it is unstable.
    std::optional<SaddlePoint> without_overlap(double load) const;

    using Quantity = std::function<double(const SaddlePoint&)>;
    /// The load at which a quantity first changes its sign along a rising branch. Without
    /// `with_curvature` points have no replicon.
    std::optional<Value> load_where(const Branch& branch, const Quantity& quantity,
                                    bool with_curvature) const;
    /// The load at the upper end of a rising branch that turns there.
    Value turning_load(const Branch& branch) const;

  private:
    SaddlePoint point(double log_conjugate, bool fine, bool with_curvature) const;
    double load(double log_conjugate, bool fine = false) const;
    void find_branches();

    Model model_;
    double lowest_;
    std::vector<Branch> rising_;
    std::optional<double> reach_;
    double last_load_ = 0.0;
};

/// Of the same saddle point, or load, at both resolutions: the fine one, with the difference added
/// to its errors.
SaddlePoint with_errors(const SaddlePoint& fine, const SaddlePoint& coarse);

}  // namespace steppe::theory

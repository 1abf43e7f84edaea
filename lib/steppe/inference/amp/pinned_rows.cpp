#include "steppe/inference/amp/pinned_rows.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace steppe {

namespace {

constexpr std::size_t most_steps = 200;
/// Newton steps end where one promises less than this.
constexpr double smallest_gain = 1e-14;
constexpr double smallest_part_of_step = 1e-6;
/// The curvature in omega_k is this at least, in parts of 1/V_k: it is that of a convex function.
constexpr double smallest_curvature = 1e-12;

/// Newton's method in each omega_k, for all rows of a pass at once; a step that leads upward is
/// halved.
class Descent {
  public:
    Descent(RowPass& pass, std::span<const double> z)
        : pass_(pass),
          z_(z),
          units_(pass.group().units.size()),
          omega_(z.begin(), z.end()),
          step_(z.size(), 0.0),
          value_(pass.count(), std::numeric_limits<double>::infinity()),
          part_(pass.count(), 1.0),
          done_(pass.count(), false) {}

    std::vector<double> minimise() {
        for (std::size_t t = 0; t < most_steps && !std::ranges::all_of(done_, std::identity());
             ++t) {
            for (std::size_t k = 0; k < units_; ++k) {
                for (std::size_t r = 0; r < pass_.count(); ++r) {
                    const std::size_t e = pass_.index(k, r);
                    pass_.omega[e] = omega_[e] + part_[r] * step_[e];
                }
            }
            pass_.ask_channels();
            const std::vector<double> log_gate = pass_.log_gate();
            pass_.ask_gate();
            pass_.ask_derivatives();
            for (std::size_t r = 0; r < pass_.count(); ++r) {
                if (!done_[r]) look_at(r, log_gate[r]);
            }
        }
        pass_.omega = omega_;
        return value_;
    }

  private:
    void look_at(std::size_t r, double log_gate) {
        double value = log_gate;
        for (std::size_t k = 0; k < units_; ++k) {
            const std::size_t e = pass_.index(k, r);
            const double away = pass_.omega[e] - z_[e];
            value += 0.5 * away * away / pass_.variance[e];
        }
        if (!(value <= value_[r])) {
            part_[r] *= 0.5;
            done_[r] = part_[r] < smallest_part_of_step;
            return;
        }
        value_[r] = value;
        part_[r] = 1.0;
        double gain = 0.0;
        for (std::size_t k = 0; k < units_; ++k) {
            const std::size_t e = pass_.index(k, r);
            const double v = pass_.variance[e];
            omega_[e] = pass_.omega[e];
            // Both times V.
            const double slope = v * pass_.g[e] + (omega_[e] - z_[e]);
            const double curvature = std::max(1.0 + v * pass_.g_prime[e], smallest_curvature);
            step_[e] = -slope / curvature;
            gain -= slope * step_[e] / v;
        }
        done_[r] = !(gain > smallest_gain);
        if (value < least_log_probability) {
            value_[r] = -std::numeric_limits<double>::infinity();
            done_[r] = true;
        }
        if (done_[r]) {
            for (std::size_t k = 0; k < units_; ++k) step_[pass_.index(k, r)] = 0.0;
        }
    }

    RowPass& pass_;
    std::span<const double> z_;
    std::size_t units_;
    std::vector<double> omega_, step_;  ///< the best so far, and where to go from there
    std::vector<double> value_, part_;  ///< of each row; of the step that is taken
    std::vector<bool> done_;
};

}  // namespace

std::vector<double> pinned_rows(RowPass& pass, std::span<const double> z) {
    return Descent(pass, z).minimise();
}

}  // namespace steppe

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "steppe/numeric/growing_qr.hpp"
#include "steppe/search/scaled_rows.hpp"

namespace steppe {

class Archive;

/// The shortest w with row(a) . w >= wanted(a) for all rows, to rounding and in finitely many steps
/// (internal; not installed): Goldfarb and Idnani's dual method (Math. Programming 27:1, 1983) with
/// a QR decomposition of the active rows. w = sum_a multiplier_a row(a) with multipliers >= 0 is at
/// all times the shortest that satisfies the active rows; a violated row enters, and those that
/// would get a negative multiplier leave. |w| grows from step to step. Where no w satisfies all
/// rows this shows by multipliers of which sum_a multiplier_a row(a) = 0.
class StabilityActiveSet {
  public:
    enum class State {
        Open,       ///< some row is violated
        Optimal,    ///< none is: w is the shortest
        Infeasible  ///< multipliers() give 0
    };

    /// Starts from the rows of positive multiplier that can be held together. The rows are referred
    /// to.
    StabilityActiveSet(const ScaledRows& rows, std::span<const double> multipliers);
    static std::size_t memory_bytes(std::size_t inputs, std::size_t patterns);

    /// Lets the row enter that is violated most.
    State step();

    State state() const { return state_; }
    std::span<const double> weights() const { return w_; }
    /// row(a) . w of every row, as of the last step() (before it moved).
    std::span<const double> products() const { return products_; }
    /// One a row, at least 0. Open and Optimal: w = sum_a multiplier_a row(a).
    std::vector<double> multipliers() const;
    /// Infeasible: whether numbers close to multipliers(), none negative, give 0 exactly. They do
    /// where the residual, rounding included, is smaller than the least multiplier times the least
    /// singular value of the active rows, and for a pattern of zeros and a pattern and its
    /// opposite.
    bool proves_infeasible() const { return proved_; }

    void state(Archive& archive);

  private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    void take_start(std::span<const double> multipliers);
    void solve_active();
    void leave(std::size_t j);
    std::size_t most_violated();
    void enter(std::size_t a);
    bool move_towards(std::size_t a, double& entering);
    void conclude_infeasible(std::size_t a, std::span<const double> r);
    void exchange_largest();
    bool are_exact() const;

    const ScaledRows& rows_;
    GrowingQr qr_;
    State state_ = State::Open;
    std::vector<double> w_, products_;
    std::vector<std::size_t> active_;  ///< rows, in the order of the columns of qr_
    std::vector<double> multipliers_;  ///< theirs
    std::vector<char> is_active_;
    std::size_t contradiction_ = none;  ///< Infeasible: the row that could not enter
    bool proved_ = false;
    std::size_t since_solved_ = 0;
    std::vector<double> inside_, rest_;
};

}  // namespace steppe

#include "steppe/search/stability_active_set.hpp"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "steppe/numeric/archive.hpp"

namespace steppe {

namespace {

/// A row whose part outside the span of the active ones is below this (rows have norms of about 1)
/// lies in the span; orthogonalised twice, rounding is of some 1e-16.
constexpr double dependent = 1e-13;
/// Rows that start together have to be further apart, so that the start is well conditioned.
constexpr double dependent_at_start = 1e-6;
/// A row is violated where it misses what it wants by more than this, times the sizes of the terms.
constexpr double rounding = 1e-13;
/// Coefficients below this part of the largest are 0.
constexpr double negligible = 1e-14;
/// Steps after which w and the multipliers are computed anew from the active rows.
constexpr std::size_t solve_interval = 50;
constexpr double infinity = std::numeric_limits<double>::infinity();

double norm(std::span<const double> x) {
    return cblas_dnrm2(static_cast<int>(x.size()), x.data(), 1);
}

}  // namespace

StabilityActiveSet::StabilityActiveSet(const ScaledRows& rows, std::span<const double> multipliers)
    : rows_(rows),
      qr_(rows.columns(), std::min(rows.columns(), rows.rows())),
      w_(rows.columns(), 0.0),
      products_(rows.rows(), 0.0),
      is_active_(rows.rows(), 0),
      rest_(rows.columns()) {
    if (rows.zero_row()) {
        contradiction_ = *rows.zero_row();
        state_ = State::Infeasible;
        proved_ = true;
        return;
    }
    take_start(multipliers);
}

std::size_t StabilityActiveSet::memory_bytes(std::size_t inputs, std::size_t patterns) {
    return GrowingQr::memory_bytes(inputs, std::min(inputs, patterns));
}

void StabilityActiveSet::take_start(std::span<const double> multipliers) {
    std::vector<std::size_t> order(multipliers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order,
                             [&](auto a, auto b) { return multipliers[a] > multipliers[b]; });
    for (const std::size_t a : order) {
        if (!(multipliers[a] > 0.0) || qr_.full()) break;
        inside_.resize(qr_.columns());
        qr_.split(rows_.row(a), inside_, rest_);
        if (norm(rest_) < dependent_at_start) continue;
        qr_.append(inside_, rest_);
        active_.push_back(a);
        is_active_[a] = 1;
    }
    solve_active();
}

/// w and the multipliers of the active rows; rows whose multiplier comes out negative leave.
void StabilityActiveSet::solve_active() {
    since_solved_ = 0;
    for (bool again = true; again;) {
        std::vector<double> x;
        for (const std::size_t a : active_) x.push_back(rows_.wanted(a));
        qr_.solve_transposed(x);
        qr_.combine(x, w_);
        qr_.solve(x);
        multipliers_ = std::move(x);
        again = false;
        for (std::size_t j = active_.size(); j-- > 0;) {
            if (multipliers_[j] < 0.0) {
                leave(j);
                again = true;
            }
        }
    }
}

void StabilityActiveSet::leave(std::size_t j) {
    const auto at = static_cast<std::ptrdiff_t>(j);
    is_active_[active_[j]] = 0;
    qr_.remove(j);
    active_.erase(active_.begin() + at);
    multipliers_.erase(multipliers_.begin() + at);
}

std::size_t StabilityActiveSet::most_violated() {
    rows_.multiply(w_, products_);
    const double size = norm(w_);
    std::size_t most = none;
    double worst = 0.0;
    for (std::size_t a = 0; a < products_.size(); ++a) {
        if (is_active_[a]) continue;
        const double missing = rows_.wanted(a) - products_[a] - rounding * (size + rows_.wanted(a));
        if (missing > worst) {
            worst = missing;
            most = a;
        }
    }
    return most;
}

StabilityActiveSet::State StabilityActiveSet::step() {
    if (state_ != State::Open) return state_;
    if (++since_solved_ >= solve_interval) solve_active();
    std::size_t a = most_violated();
    if (a == none && since_solved_ > 0) {
        // Before it counts as the end, without what rounding has added up.
        solve_active();
        a = most_violated();
    }
    if (a == none) {
        state_ = State::Optimal;
    } else {
        enter(a);
    }
    return state_;
}

void StabilityActiveSet::enter(std::size_t a) {
    double entering = 0.0;
    while (!move_towards(a, entering)) {
    }
}

/// Raises the multiplier of row a until the row is satisfied and becomes active, or until an active
/// row's multiplier is 0, and that row leaves: false. True when there is nothing more to do.
bool StabilityActiveSet::move_towards(std::size_t a, double& entering) {
    const std::span<const double> row = rows_.row(a);
    inside_.resize(qr_.columns());
    qr_.split(row, inside_, rest_);
    const double distance = norm(rest_);
    const bool outside = !qr_.full() && distance > dependent;
    std::vector<double> r = inside_;
    qr_.solve(r);
    double largest = 0.0;
    for (const double x : r) largest = std::max(largest, std::abs(x));
    double until_leaving = infinity;
    std::size_t leaving = none;
    for (std::size_t j = 0; j < r.size(); ++j) {
        if (r[j] > negligible * largest && multipliers_[j] / r[j] < until_leaving) {
            until_leaving = multipliers_[j] / r[j];
            leaving = j;
        }
    }
    const double missing =
        rows_.wanted(a) - cblas_ddot(static_cast<int>(row.size()), row.data(), 1, w_.data(), 1);
    const double until_active = outside ? std::max(0.0, missing) / (distance * distance) : infinity;
    const double step = std::min(until_leaving, until_active);
    if (step == infinity) {
        conclude_infeasible(a, r);
        return true;
    }
    for (std::size_t j = 0; j < r.size(); ++j) multipliers_[j] -= step * r[j];
    entering += step;
    if (outside) {
        cblas_daxpy(static_cast<int>(rest_.size()), step, rest_.data(), 1, w_.data(), 1);
    }
    for (double& x : multipliers_) x = std::max(x, 0.0);
    if (until_leaving < until_active) {
        leave(leaving);
        return false;
    }
    qr_.append(inside_, rest_);
    active_.push_back(a);
    multipliers_.push_back(entering);
    is_active_[a] = 1;
    return true;
}

void StabilityActiveSet::conclude_infeasible(std::size_t a, std::span<const double> r) {
    state_ = State::Infeasible;
    contradiction_ = a;
    // A pattern and its opposite need no numbers.
    for (std::size_t j = 0; j < active_.size(); ++j) {
        if (std::ranges::equal(rows_.row(a), rows_.row(active_[j]),
                               [](double x, double y) { return x == -y; })) {
            std::ranges::fill(multipliers_, 0.0);
            multipliers_[j] = 1.0;
            proved_ = true;
            return;
        }
    }
    for (std::size_t j = 0; j < r.size(); ++j) multipliers_[j] = std::max(0.0, -r[j]);
    exchange_largest();
    // Refined by what is left over, which is far below what one solution leaves.
    for (int pass = 0; pass < 2; ++pass) {
        inside_.resize(qr_.columns());
        qr_.split(rows_.combine(multipliers()).values, inside_, rest_);
        qr_.solve(inside_);
        for (std::size_t j = 0; j < inside_.size(); ++j) {
            multipliers_[j] = std::max(0.0, multipliers_[j] - inside_[j]);
        }
    }
    proved_ = are_exact();
}

/// The row of largest multiplier becomes the one that stands outside: the others alone then are as
/// far from giving 0 as can be, and the decomposition is well conditioned.
void StabilityActiveSet::exchange_largest() {
    if (multipliers_.empty()) return;
    const auto at = std::ranges::max_element(multipliers_);
    const double largest = *at;
    if (largest <= 1.0) return;
    const auto j = static_cast<std::size_t>(at - multipliers_.begin());
    const std::size_t out = active_[j];
    leave(j);
    inside_.resize(qr_.columns());
    qr_.split(rows_.row(contradiction_), inside_, rest_);
    const bool exchanged = norm(rest_) > 0.0;
    if (!exchanged) qr_.split(rows_.row(out), inside_, rest_);
    qr_.append(inside_, rest_);
    active_.push_back(exchanged ? contradiction_ : out);
    multipliers_.push_back(exchanged ? 1.0 : largest);
    is_active_[active_.back()] = 1;
    if (!exchanged) return;
    contradiction_ = out;
    for (double& x : multipliers_) x /= largest;
}

std::vector<double> StabilityActiveSet::multipliers() const {
    std::vector<double> all(rows_.rows(), 0.0);
    for (std::size_t j = 0; j < active_.size(); ++j) all[active_[j]] = multipliers_[j];
    if (state_ == State::Infeasible) all[contradiction_] = 1.0;
    return all;
}

/// Numbers that give 0 exactly differ from the multipliers by the residual over the least singular
/// value, at most.
bool StabilityActiveSet::are_exact() const {
    if (qr_.columns() < qr_.length()) return false;
    const double least = *std::ranges::min_element(multipliers_);
    const ScaledRows::Sum left = rows_.combine(multipliers());
    // Half of it pays for the rounding of the singular value.
    return left.norm + left.error < 0.5 * least * qr_.least_singular_value();
}

void StabilityActiveSet::state(Archive& archive) {
    archive("decomposition", qr_);
    archive("state", state_);
    archive.sized("w", w_);
    archive.sized("products", products_);
    archive("active", active_);
    archive("multipliers", multipliers_);
    archive.sized("is active", is_active_);
    archive("contradiction", contradiction_);
    archive("proved", proved_);
    archive("since solved", since_solved_);
}

}  // namespace steppe

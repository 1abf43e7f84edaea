#include "steppe/inference/bp/exact_row.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "steppe/numeric/log_odds.hpp"

namespace steppe {

namespace {

/// Start of row j of a triangular table whose row j has j + 1 entries.
std::size_t row_start(std::size_t j) {
    return j * (j + 1) / 2;
}

}  // namespace

void ExactRow::set(const Channel& channel, std::uint32_t row,
                   std::span<const double> cavity_fields) {
    n_ = cavity_fields.size();
    positive_.resize(n_);
    negative_.resize(n_);
    for (std::size_t i = 0; i < n_; ++i) {
        positive_[i] = 1.0 / (1.0 + std::exp(-2.0 * cavity_fields[i]));
        negative_[i] = 1.0 / (1.0 + std::exp(2.0 * cavity_fields[i]));
    }
    answer_plus_.resize(row_start(n_ + 1));
    answer_minus_.resize(row_start(n_ + 1));
    double* plus = answer_plus_.data() + row_start(n_);
    double* minus = answer_minus_.data() + row_start(n_);
    for (std::size_t t = 0; t <= n_; ++t) {
        const double z = 2.0 * static_cast<double>(t) - static_cast<double>(n_);
        plus[t] = channel.answer(row, z) > 0 ? 1.0 : 0.0;
        minus[t] = 1.0 - plus[t];
    }
    // Both answers are carried, so that neither is the difference of two numbers near 1.
    for (std::size_t j = n_; j-- > 0;) {
        const double* next_plus = plus;
        const double* next_minus = minus;
        plus = answer_plus_.data() + row_start(j);
        minus = answer_minus_.data() + row_start(j);
        for (std::size_t t = 0; t <= j; ++t) {
            plus[t] = positive_[j] * next_plus[t + 1] + negative_[j] * next_plus[t];
            minus[t] = positive_[j] * next_minus[t + 1] + negative_[j] * next_minus[t];
        }
    }
    log_plus_ = std::log(answer_plus_[0]);
    log_minus_ = std::log(answer_minus_[0]);
}

void ExactRow::messages(double v, std::span<double> out) const {
    // e^v P+ + e^-v P-, up to a factor that cancels.
    const double plus_weight = v >= 0.0 ? 1.0 : std::exp(2.0 * v);
    const double minus_weight = v >= 0.0 ? std::exp(-2.0 * v) : 1.0;
    std::vector<double> before(n_ + 1, 0.0);  // distribution of t over the first i terms
    before[0] = 1.0;
    for (std::size_t i = 0; i < n_; ++i) {
        const double* plus = answer_plus_.data() + row_start(i + 1);
        const double* minus = answer_minus_.data() + row_start(i + 1);
        double up = 0.0;    // xi_i w_i = +1
        double down = 0.0;  // xi_i w_i = -1
        for (std::size_t t = 0; t <= i; ++t) {
            up += before[t] * (plus_weight * plus[t + 1] + minus_weight * minus[t + 1]);
            down += before[t] * (plus_weight * plus[t] + minus_weight * minus[t]);
        }
        // Both vanish only when the row cannot be satisfied: it then says nothing.
        out[i] = up == 0.0 && down == 0.0 ? 0.0
                                          : std::clamp(0.5 * (std::log(up) - std::log(down)),
                                                       -saturation_field, saturation_field);
        for (std::size_t t = i + 2; t-- > 0;) {
            before[t] = before[t] * negative_[i] + (t > 0 ? before[t - 1] * positive_[i] : 0.0);
        }
    }
}

}  // namespace steppe

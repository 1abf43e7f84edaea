#include "steppe/inference/bp/sign_messages.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "steppe/numeric/log_odds.hpp"

namespace steppe {

template <class Real>
SignMessages<Real>::SignMessages(const UnitBranch& branch, std::size_t rows, std::size_t messages)
    : MessageState<Real>(branch, rows, messages),
      field_(this->lanes_),
      tanh_(this->lanes_),
      variance_(this->lanes_),
      previous_tanh_(this->lanes_, Real{0}) {
    field_.fill(Real{0});
    tanh_.fill(Real{0});
    variance_.fill(Real{0});
}

template <class Real>
Changes<Real> SignMessages<Real>::changes() const {
    Changes<Real> zero{AlignedArray<Real>(this->lanes_), AlignedArray<Real>(0)};
    zero.clear();
    return zero;
}

template <class Real>
void SignMessages<Real>::apply(const Changes<Real>& changes, std::size_t begin, std::size_t end,
                               Sites& sites) const {
    const Real* change = changes.field.data() + this->offset_;
    const std::span<double> data = sites.data();
    for (std::size_t i = begin; i < end; ++i) data[i] += static_cast<double>(change[i]);
}

template <class Real>
void SignMessages<Real>::refresh(const Sites& sites) {
    // Padding lanes keep field 0; the kernels leave them out.
    for (std::size_t i = 0; i < inputs(); ++i) {
        field_.data()[this->offset_ + i] = static_cast<Real>(sites.total_for_cavities(i));
    }
    kernels::tanh_and_variance(this->lanes_, field_.data(), tanh_.data(), variance_.data());
}

template <class Real>
double SignMessages<Real>::take_weight_change() {
    Real largest = 0;
    for (std::size_t i = 0; i < this->lanes_; ++i) {
        largest = std::max(largest, std::abs(tanh_.data()[i] - previous_tanh_[i]));
    }
    std::copy_n(tanh_.data(), this->lanes_, previous_tanh_.begin());
    return static_cast<double>(largest);
}

template <class Real>
double SignMessages<Real>::sum_of_squared_means() const {
    double sum = 0.0;
    for (std::size_t i = 0; i < this->lanes_; ++i) {
        const double m = static_cast<double>(tanh_.data()[i]);
        sum += m * m;
    }
    return sum;
}

template <class Real>
RowTerms SignMessages<Real>::row_terms(std::size_t row, SiteFields total) const {
    return sign_row_terms(total.field, row_messages(row), row_inputs(row));
}

template <class Real>
std::vector<double> SignMessages<Real>::ask_sides(const Channel& channel, std::size_t row, double v,
                                                  const Sides& sides) const {
    const std::size_t n = inputs();
    const std::vector<std::uint32_t> same_row(n, static_cast<std::uint32_t>(row));
    const bool imposed = std::isinf(v) && v > 0.0;
    std::vector<double> up(n), down(n), minus(n);
    const auto log_z = [&](const std::vector<double>& omega, std::vector<double>& plus) {
        channel.log_probability({same_row, omega, sides.variance, {}}, plus,
                                imposed ? std::span<double>() : std::span<double>(minus));
        if (imposed) return;
        for (std::size_t i = 0; i < n; ++i) plus[i] = log_add_exp(v + plus[i], minus[i] - v);
    };
    log_z(sides.omega_plus, up);
    log_z(sides.omega_minus, down);
    for (std::size_t i = 0; i < n; ++i) up[i] = 0.5 * (up[i] - down[i]);
    return up;
}

template <class Real>
double SignMessages<Real>::bounded(double u) {
    return std::isnan(u) ? 0.0 : std::clamp(u, -saturation_field, saturation_field);
}

template <class Real>
double SignMessages<Real>::move_message(Real& u, std::size_t lane, double wanted, double damping,
                                        Changes<Real>& changes) {
    const double old = static_cast<double>(u);
    u = static_cast<Real>((1.0 - damping) * wanted + damping * old);
    const double now = static_cast<double>(u);
    changes.field.data()[lane] += static_cast<Real>(now - old);
    if (std::abs(now - old) > changes.largest) {
        changes.largest = std::max(changes.largest, std::abs(std::tanh(now) - std::tanh(old)));
    }
    return now;
}

template class SignMessages<float>;
template class SignMessages<double>;

}  // namespace steppe

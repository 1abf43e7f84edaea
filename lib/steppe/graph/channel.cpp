#include "steppe/graph/channel.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "steppe/error.hpp"
#include "steppe/numeric/gaussian.hpp"

namespace steppe {

namespace {

Error missing(const Channel& channel, const char* what) {
    return Error(fmt::format("channel '{}' does not give {}", channel.name(), what));
}

/// phi(x) (e^v - e^-v) / (e^v H(-x) + e^-v H(x)) for v >= 0, phi(x)/H(-x) for v = infinity.
double threshold_response(double x, double v) {
    const double mills = inverse_mills_ratio(-x);
    if (std::isinf(v)) return mills;
    const double f = atanh_erf(x);
    if (v + f >= 0.0) return mills * -std::expm1(-2.0 * v) / (1.0 + std::exp(-2.0 * (v + f)));
    // H(x) has the larger weight: divide by it instead, so that nothing overflows.
    const double below = 1.0 + std::exp(2.0 * (v + f));
    if (v < 300.0) return inverse_mills_ratio(x) * std::expm1(2.0 * v) / below;
    // Here x < -20: H(x) is 1 and phi(x) tiny against e^2v.
    const double log_phi = -0.5 * x * x - 0.91893853320467274178;
    return std::exp(2.0 * v + log_phi) / below;
}

class SignChannel final : public Channel {
  public:
    SignChannel(double threshold, SignTies ties) : threshold_(threshold), ties_(std::move(ties)) {}

    std::string name() const override { return "sign"; }
    ChannelAbilities abilities() const override { return {true, true, true}; }

    void log_probability(const ChannelInput& in, std::span<double> log_plus,
                         std::span<double> log_minus) const override {
        for (std::size_t r = 0; r < in.omega.size(); ++r) {
            log_plus[r] = (middle(in.rows[r]) - in.omega[r]) / std::sqrt(in.variance[r]);
        }
        for (std::size_t r = 0; r < log_minus.size(); ++r) log_minus[r] = -log_plus[r];
        log_gaussian_tail(log_plus, log_plus);
        if (!log_minus.empty()) log_gaussian_tail(log_minus, log_minus);
    }

    void derivatives(const ChannelInput& in, std::span<double> g,
                     std::span<double> g_prime) const override {
        for (std::size_t r = 0; r < in.omega.size(); ++r) {
            const double scale = 1.0 / std::sqrt(in.variance[r]);
            const double x = (in.omega[r] - middle(in.rows[r])) * scale;
            const double v = in.tau_field[r];
            const double response =
                v >= 0.0 ? threshold_response(x, v) : -threshold_response(-x, -v);
            g[r] = response * scale;
            g_prime[r] = -response * (x + response) * scale * scale;
        }
    }

    int answer(std::uint32_t row, double z) const override {
        return z > threshold_ || (tie_is_positive(row) && z == threshold_) ? 1 : -1;
    }

    bool threshold(std::uint32_t row, double& shift) const override {
        shift = middle(row);
        return true;
    }

  private:
    bool tie_is_positive(std::uint32_t row) const {
        return row < ties_.positive.size() && ties_.positive[row] != 0;
    }
    /// What a normal z is compared with.
    double middle(std::uint32_t row) const {
        return threshold_ + (tie_is_positive(row) ? -ties_.half_spacing : ties_.half_spacing);
    }

    double threshold_;
    SignTies ties_;
};

}  // namespace

void Channel::log_probability(const ChannelInput&, std::span<double>, std::span<double>) const {
    throw missing(*this, "log-probabilities");
}

void Channel::derivatives(const ChannelInput&, std::span<double>, std::span<double>) const {
    throw missing(*this, "derivatives");
}

int Channel::answer(std::uint32_t, double) const {
    throw missing(*this, "an answer");
}

bool Channel::threshold(std::uint32_t, double&) const {
    return false;
}

std::shared_ptr<const Channel> sign_channel(double threshold, SignTies ties) {
    if (!std::isfinite(threshold)) {
        throw Error(
            fmt::format("threshold of the sign channel is {}: it must be finite", threshold));
    }
    return std::make_shared<SignChannel>(threshold, std::move(ties));
}

}  // namespace steppe

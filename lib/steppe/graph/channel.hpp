#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace steppe {

/// What a channel is asked about: one entry per question, all spans of the same length (tau_field
/// only where a function says that it reads it).
struct ChannelInput {
    std::span<const std::uint32_t> rows;  ///< pattern each entry belongs to
    std::span<const double> omega;        ///< mean of z = sum_i xi_i w_i under the cavity messages
    std::span<const double> variance;     ///< variance of z, above 0
    std::span<const double> tau_field;    ///< v, the log-odds field of the rest of the network on
                                          ///< tau; +infinity: tau = +1 is imposed
};

/// What a channel can answer; solvers and accuracies need different parts.
struct ChannelAbilities {
    bool log_probability = false;  ///< BP at accuracy gaussian; gates; free entropy
    bool derivatives = false;      ///< BP at accuracy relaxed
    bool answer = false;           ///< BP at accuracy exact; counting violated rows
};

/// The constraint between a pre-activation z and an output tau = +-1, row by row: a sign, a sign
/// with a margin, a user's own. User code adds one by deriving from this class; a function that is
/// left out is left out of abilities(), and FactorGraph::require names what cannot be used then.
/// All functions are called from several threads at once.
class Channel {
  public:
    virtual ~Channel() = default;

    /// One word for pictures and messages.
    virtual std::string name() const = 0;
    virtual ChannelAbilities abilities() const = 0;

    /// log P(tau = +1) and log P(tau = -1) for z normal with mean omega and the variance, natural
    /// logarithm. log_minus may be empty: it is not wanted then. Everything finite or -infinity.
    virtual void log_probability(const ChannelInput& in, std::span<double> log_plus,
                                 std::span<double> log_minus) const;

    /// g = d log Z / d omega and g' = dg / d omega at the tau_field v, where
    /// Z = (e^v P(+) + e^-v P(-)) / (2 cosh v), P(+) for v = +infinity.
    virtual void derivatives(const ChannelInput& in, std::span<double> g,
                             std::span<double> g_prime) const;

    /// +1 or -1: the output at the given z on that row, no randomness.
    virtual int answer(std::uint32_t row, double z) const;

    /// A shortcut for speed, for channels whose Z depends on omega and variance only through
    /// x = (omega - shift)/sqrt(variance) and obeys r' = -r (x + r) for r = d log Z / dx (any
    /// mixture of the two sides of one threshold does). True: shift was set for
    /// that row, and accuracy `gaussian` expands r round x instead of calling log_probability for
    /// every weight.
    virtual bool threshold(std::uint32_t row, double& shift) const;
};

/// What a sign channel makes of sums that are exactly at its threshold.
struct SignTies {
    /// Empty: tau = -1; or for each row 1 where tau = +1 (PatternSet::turned, at margin 0), else 0.
    std::vector<unsigned char> positive = {};
    /// Half of the distance between the values of z, where z takes values at equal distances and
    /// the threshold is one of them (sums of +-1: 1); 0 where z is continuous. A normal z is then
    /// compared with the middle between the threshold and the next value, the one above it or,
    /// where a tie is +1, below: the continuity correction.
    double half_spacing = 0.0;
};

/// tau = +1 where z > threshold, else -1. The threshold of a margin kappa is kappa sqrt(n).
std::shared_ptr<const Channel> sign_channel(double threshold = 0.0, SignTies ties = {});

}  // namespace steppe

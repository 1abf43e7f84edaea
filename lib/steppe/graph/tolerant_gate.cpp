#include "steppe/graph/tolerant_gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/log_odds.hpp"

namespace steppe {

namespace {

/// log P(tau = +1) = -log(1 + e^-2f), without the cancellation at large f.
double log_positive(double f) {
    return -log_add_exp(0.0, -2.0 * f);
}

/// log(e^x - 1), x >= 0.
double log_expm1(double x) {
    return x > 1.0 ? x + std::log1p(-std::exp(-x)) : std::log(std::expm1(x));
}

class TolerantGate final : public RowFactor {
  public:
    TolerantGate(std::shared_ptr<const RowFactor> gate, double beta)
        : gate_(std::move(gate)),
          beta_(beta),
          paid_(-std::expm1(-beta)),
          log_paid_(log_expm1(beta) - beta) {}

    std::string name() const override { return fmt::format("tolerant {}", gate_->name()); }
    bool reads_fields() const override { return gate_->reads_fields(); }
    std::string refuse(std::size_t units) const override { return gate_->refuse(units); }
    std::string refuse_rows(std::size_t rows) const override { return gate_->refuse_rows(rows); }

    void send_down(const RowFields& in, std::span<double> v) const override {
        gate_->send_down(in, v);
        if (!reads_fields()) {
            // Each output decides for itself: satisfied with the one answer, and with probability
            // e^-2|v| with the other.
            for (double& field : v) {
                field = std::copysign(-0.5 * log_weight(-2.0 * std::abs(field)), field);
            }
            return;
        }
        const std::size_t rows = in.rows.size();
        std::vector<double> log_satisfied(rows);
        gate_->log_partition(in, log_satisfied);
        for (std::size_t e = 0; e < v.size(); ++e) {
            const double sign = v[e] < 0.0 ? -1.0 : 1.0;
            v[e] = sign * softened(log_satisfied[e % rows], sign * in.fields[e], sign * v[e]);
        }
    }

    void log_partition(const RowFields& in, std::span<double> out) const override {
        gate_->log_partition(in, out);
        for (double& log_p : out) log_p = log_weight(log_p);
    }

    void violation(const RowFields& in, std::span<double> out) const override {
        gate_->log_partition(in, out);
        for (double& p : out) {
            p = p == 0.0 ? 0.0 : std::exp(std::log(-std::expm1(p)) - beta_ - log_weight(p));
        }
    }

    bool satisfied(std::uint32_t row, std::span<const signed char> outputs) const override {
        return gate_->satisfied(row, outputs);
    }

  private:
    /// log( e^-beta + (1 - e^-beta) P ) of log P.
    double log_weight(double log_p) const {
        // Near P = 1 the weight is 1 less something small; near 0 it is a sum of small terms.
        return log_p > -0.5 ? std::log1p(paid_ * std::expm1(log_p))
                            : log_add_exp(-beta_, log_paid_ + log_p);
    }

    /// The field on an output that the gate itself gives v >= 0 (turned, where it is below 0): with
    /// S+- the probability that the gate is satisfied given the output,
    ///     1/2 log (e^-beta + (1 - e^-beta) S+) / (e^-beta + (1 - e^-beta) S-),
    /// where S+ - S- = (e^2v - 1) S-, so that nothing cancels.
    double softened(double log_satisfied, double f, double v) const {
        if (std::isinf(v)) {
            return 0.5 * (log_weight(std::min(0.0, log_satisfied - log_positive(f))) + beta_);
        }
        const double log_below =
            log_satisfied - log_add_exp(log_positive(f) + 2.0 * v, log_positive(-f));
        return 0.5 *
               log_add_exp(0.0, log_paid_ + log_below + log_expm1(2.0 * v) - log_weight(log_below));
    }

    std::shared_ptr<const RowFactor> gate_;
    double beta_;
    double paid_;      ///< 1 - e^-beta
    double log_paid_;  ///< its logarithm
};

}  // namespace

std::shared_ptr<const RowFactor> tolerant_gate(std::shared_ptr<const RowFactor> gate, double beta) {
    if (!(beta >= 0.0)) {
        throw Error(fmt::format("the inverse temperature is {}: it must be 0 or more", beta));
    }
    if (std::isinf(beta)) return gate;
    return std::make_shared<TolerantGate>(std::move(gate), beta);
}

}  // namespace steppe

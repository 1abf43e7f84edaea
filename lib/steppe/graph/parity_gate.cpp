#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "steppe/error.hpp"
#include "steppe/graph/row_factor.hpp"

namespace steppe {

namespace {

/// tanh f as a sign and a logarithm, and products of such numbers. Where all fields are large,
/// 1 - |tanh| = 2 e^-2|f| is what decides; a product keeps it in its logarithm.
struct LogTanh {
    double log = 0.0;
    bool negative = false;

    static LogTanh of(double f) {
        const double a = std::abs(f);
        // log((1 - e^-2a)/(1 + e^-2a))
        return {a > 0.5 ? std::log1p(-2.0 / (1.0 + std::exp(2.0 * a))) : std::log(std::tanh(a)),
                f < 0.0};
    }
    friend LogTanh operator*(LogTanh a, LogTanh b) {
        return {a.log + b.log, a.negative != b.negative};
    }
};

class ParityGate final : public RowFactor {
  public:
    explicit ParityGate(std::vector<signed char> labels) : labels_(std::move(labels)) {
        for (std::size_t a = 0; a < labels_.size(); ++a) {
            if (labels_[a] == 1 || labels_[a] == -1) continue;
            throw Error(fmt::format("label of row {} is {}: labels must be +1 or -1", a,
                                    static_cast<int>(labels_[a])));
        }
    }

    std::string name() const override { return "parity"; }

    std::string refuse(std::size_t units) const override {
        return units >= 2 ? "" : fmt::format("a parity needs two units or more, not {}", units);
    }

    std::string refuse_rows(std::size_t rows) const override {
        if (labels_.empty() || labels_.size() == rows) return "";
        return fmt::format("it holds {} labels for {} rows", labels_.size(), rows);
    }

    void send_down(const RowFields& in, std::span<double> v) const override {
        const std::size_t rows = in.rows.size();
        std::vector<LogTanh> above(in.units + 1);
        std::vector<double> nearest_above(in.units + 1, saturated);
        for (std::size_t r = 0; r < rows; ++r) {
            // Products over the units above k and below k; beside them the smallest |f|, which is
            // the whole answer where a logarithm has vanished.
            for (std::size_t k = in.units; k-- > 0;) {
                const double f = in.fields[k * rows + r];
                above[k] = above[k + 1] * LogTanh::of(f);
                nearest_above[k] = std::min(nearest_above[k + 1], std::abs(f));
            }
            LogTanh below{0.0, label(in.rows[r]) < 0};
            double nearest_below = saturated;
            for (std::size_t k = 0; k < in.units; ++k) {
                const double f = in.fields[k * rows + r];
                const LogTanh others = below * above[k + 1];
                v[k * rows + r] = field_of(others, std::min(nearest_below, nearest_above[k + 1]));
                below = below * LogTanh::of(f);
                nearest_below = std::min(nearest_below, std::abs(f));
            }
        }
    }

    void log_partition(const RowFields& in, std::span<double> out) const override {
        const std::size_t rows = in.rows.size();
        for (std::size_t r = 0; r < rows; ++r) {
            LogTanh product{0.0, label(in.rows[r]) < 0};
            double nearest = saturated;
            for (std::size_t k = 0; k < in.units; ++k) {
                const double f = in.fields[k * rows + r];
                product = product * LogTanh::of(f);
                nearest = std::min(nearest, std::abs(f));
            }
            // log((1 + p)/2)
            if (!product.negative) {
                out[r] = std::log1p(0.5 * std::expm1(product.log));
            } else if (product.log < 0.0) {
                out[r] = std::log(-0.5 * std::expm1(product.log));
            } else {
                out[r] = -2.0 * nearest;
            }
        }
    }

    bool satisfied(std::uint32_t row, std::span<const signed char> outputs) const override {
        int product = label(row);
        for (const signed char output : outputs) product *= output;
        return product > 0;
    }

  private:
    static constexpr double saturated = 1e300;

    int label(std::uint32_t row) const { return labels_.empty() ? 1 : labels_[row]; }

    /// atanh of a product; `nearest` is the smallest field in it.
    static double field_of(LogTanh product, double nearest) {
        double v = nearest;
        if (product.log < 0.0) {
            // atanh(e^L) = 1/2 log((1 + e^L)/(1 - e^L))
            v = 0.5 * (std::log1p(std::exp(product.log)) - std::log(-std::expm1(product.log)));
        }
        return product.negative ? -v : v;
    }

    std::vector<signed char> labels_;
};

}  // namespace

std::shared_ptr<const RowFactor> parity_gate(std::vector<signed char> labels) {
    return std::make_shared<ParityGate>(std::move(labels));
}

}  // namespace steppe

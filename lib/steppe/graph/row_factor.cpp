#include "steppe/graph/row_factor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/numeric/log_odds.hpp"

namespace steppe {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// log P(tau = +1) = log(e^f / (2 cosh f)), without the cancellation at large f.
double log_positive(double f) {
    return f > 0.0 ? -std::log1p(std::exp(-2.0 * f)) : 2.0 * f - std::log1p(std::exp(2.0 * f));
}

class ImposedGate final : public RowFactor {
  public:
    std::string name() const override { return "imposed"; }
    bool reads_fields() const override { return false; }

    std::string refuse(std::size_t units) const override {
        return units == 1 ? "" : fmt::format("it imposes the output of 1 unit, not of {}", units);
    }

    void send_down(const RowFields&, std::span<double> v) const override {
        std::fill(v.begin(), v.end(), infinity);
    }

    void log_partition(const RowFields& in, std::span<double> out) const override {
        for (std::size_t r = 0; r < out.size(); ++r) out[r] = log_positive(in.fields[r]);
    }

    bool satisfied(std::uint32_t, std::span<const signed char> outputs) const override {
        return outputs[0] > 0;
    }
};

/// Arithmetic of probabilities as they are.
struct Plain {
    static constexpr double zero = 0.0;
    static constexpr double one = 1.0;
    static double plus(double a, double b) { return a + b; }
    static double times(double a, double b) { return a * b; }
    static double probability(double field) { return 1.0 / (1.0 + std::exp(-2.0 * field)); }
    /// log(1 + a/b)
    static double log_one_plus_ratio(double a, double b) { return std::log1p(a / b); }
    /// log of p, where q = 1 - p.
    static double log(double p, double q) { return p < 0.5 ? std::log(p) : std::log1p(-q); }
};

/// The same in logarithms, where plain numbers would vanish.
struct Logarithmic {
    static constexpr double zero = -infinity;
    static constexpr double one = 0.0;
    static double plus(double a, double b) { return log_add_exp(a, b); }
    static double times(double a, double b) { return a + b; }
    static double probability(double field) { return log_positive(field); }
    static double log_one_plus_ratio(double a, double b) { return log_add_exp(0.0, a - b); }
    static double log(double p, double q) {
        return p < std::log(0.5) ? p : std::log1p(-std::exp(q));
    }
};

/// Number of positive outputs among independent units, by convolution.
template <class Arithmetic>
class PositiveCount {
  public:
    explicit PositiveCount(std::size_t units)
        : units_(units),
          below_((units + 1) * (units + 1)),
          above_((units + 1) * (units + 1)),
          tail_(units + 2) {}

    /// fields[k * stride] is the field of unit k.
    void set(const double* fields, std::size_t stride) {
        smallest_ = std::numeric_limits<double>::infinity();
        // Row k of below_: distribution over units 0..k-1; row k of above_: over units k..K-1.
        extend(nullptr, below(0), 0, 0.0);
        for (std::size_t k = 0; k < units_; ++k) {
            extend(below(k), below(k + 1), k + 1, fields[k * stride]);
        }
        extend(nullptr, above(units_), 0, 0.0);
        for (std::size_t k = units_; k-- > 0;) {
            extend(above(k + 1), above(k), units_ - k, fields[k * stride]);
        }
    }

    /// v of unit k: log-odds that the gate wants it positive,
    /// 1/2 log(1 + P(others = T - 1)/P(others >= T)), T = (K + 1)/2 positive outputs needed.
    double wanted(std::size_t k) {
        const std::size_t needed = (units_ + 1) / 2;
        const std::size_t others = units_ - 1 - k;  // units above k
        const double* up = above(k + 1);
        tail_[others + 1] = Arithmetic::zero;
        for (std::size_t s = others + 1; s-- > 0;) {
            tail_[s] = Arithmetic::plus(tail_[s + 1], up[s]);
        }
        double tie = Arithmetic::zero;
        double enough = Arithmetic::zero;
        for (std::size_t s = 0; s <= k; ++s) {
            const double p = below(k)[s];
            if (s + 1 <= needed && needed - 1 - s <= others) {
                tie = Arithmetic::plus(tie, Arithmetic::times(p, up[needed - 1 - s]));
            }
            const std::size_t from = s >= needed ? 0 : needed - s;
            if (from <= others) {
                enough = Arithmetic::plus(enough, Arithmetic::times(p, tail_[from]));
            }
        }
        smallest_ = std::min(smallest_, enough);
        return 0.5 * Arithmetic::log_one_plus_ratio(tie, enough);
    }

    /// log P(at least T positive).
    double log_majority() {
        const std::size_t needed = (units_ + 1) / 2;
        double yes = Arithmetic::zero;
        double no = Arithmetic::zero;
        const double* all = below(units_);
        for (std::size_t s = 0; s <= units_; ++s) {
            double& sum = s >= needed ? yes : no;
            sum = Arithmetic::plus(sum, all[s]);
        }
        smallest_ = std::min(smallest_, yes);
        return Arithmetic::log(yes, no);
    }

    /// The smallest number that an answer since set() was divided by.
    double smallest() const { return smallest_; }

  private:
    double* below(std::size_t k) { return below_.data() + k * (units_ + 1); }
    double* above(std::size_t k) { return above_.data() + k * (units_ + 1); }

    /// The distribution of one unit more: `size` units after it.
    static void extend(const double* from, double* to, std::size_t size, double field) {
        if (size == 0) {
            to[0] = Arithmetic::one;
            return;
        }
        const double plus = Arithmetic::probability(field);
        const double minus = Arithmetic::probability(-field);
        for (std::size_t s = 0; s <= size; ++s) {
            double p = Arithmetic::zero;
            if (s < size) p = Arithmetic::plus(p, Arithmetic::times(from[s], minus));
            if (s > 0) p = Arithmetic::plus(p, Arithmetic::times(from[s - 1], plus));
            to[s] = p;
        }
    }

    std::size_t units_;
    std::vector<double> below_;
    std::vector<double> above_;
    std::vector<double> tail_;
    double smallest_ = 0.0;
};

class MajorityGate final : public RowFactor {
  public:
    std::string name() const override { return "majority"; }

    std::string refuse(std::size_t units) const override {
        return units % 2 == 1
                   ? ""
                   : fmt::format("a majority needs an odd number of units, not {}", units);
    }

    void send_down(const RowFields& in, std::span<double> v) const override {
        const std::size_t rows = in.rows.size();
        each_row(in, [&](std::size_t r, auto& count) {
            for (std::size_t k = 0; k < in.units; ++k) v[k * rows + r] = count.wanted(k);
        });
    }

    void log_partition(const RowFields& in, std::span<double> out) const override {
        each_row(in, [&](std::size_t r, auto& count) { out[r] = count.log_majority(); });
    }

    bool satisfied(std::uint32_t, std::span<const signed char> outputs) const override {
        return std::accumulate(outputs.begin(), outputs.end(), 0) > 0;
    }

  private:
    template <class Use>
    static void each_row(const RowFields& in, const Use& use) {
        const std::size_t rows = in.rows.size();
        PositiveCount<Plain> plain(in.units);
        std::unique_ptr<PositiveCount<Logarithmic>> logarithmic;
        for (std::size_t r = 0; r < rows; ++r) {
            // The smallest number that can appear is about exp(-2 sum |f|).
            double total = 0.0;
            for (std::size_t k = 0; k < in.units; ++k) total += std::abs(in.fields[k * rows + r]);
            plain.set(in.fields.data() + r, rows);
            use(r, plain);
            // What has vanished below 1e-308 is nothing beside what is far above it; the logarithms
            // cost twenty times as much.
            if (2.0 * total < 600.0 || plain.smallest() > 1e-200) continue;
            if (!logarithmic) {
                logarithmic = std::make_unique<PositiveCount<Logarithmic>>(in.units);
            }
            logarithmic->set(in.fields.data() + r, rows);
            use(r, *logarithmic);
        }
    }
};

}  // namespace

std::string RowFactor::refuse_rows(std::size_t) const {
    return "";
}

void RowFactor::violation(const RowFields&, std::span<double> out) const {
    std::fill(out.begin(), out.end(), 0.0);
}

void RowFactor::send_up(const RowFields&, std::span<double>) const {
    throw Error(fmt::format("gate '{}' has no output of its own", name()));
}

std::shared_ptr<const RowFactor> imposed_gate() {
    return std::make_shared<ImposedGate>();
}

std::shared_ptr<const RowFactor> majority_gate() {
    return std::make_shared<MajorityGate>();
}

}  // namespace steppe

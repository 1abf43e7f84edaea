#include "steppe/graph/site_prior.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "steppe/graph/external_field.hpp"
#include "steppe/numeric/log_odds.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

/// Weights per piece of a parallel loop; part of the shape of sums, so it must not change with the
/// number of threads.
constexpr std::size_t grain = 256;

/// A coupling without bound leaves a field that the data can still turn. What stands outside of the
/// coupling, an external field, is taken as it is.
double saturate(double focusing) {
    return std::clamp(focusing, -saturation_field, saturation_field);
}

class IsingPrior final : public SitePrior {
  public:
    explicit IsingPrior(std::vector<double> field) : external_(std::move(field)) {}

    std::string name() const override { return "ising"; }
    VariableKind kind() const override { return VariableKind::IsingWeight; }

    std::string refuse(std::size_t size) const override { return external_.refuse(size); }

    void message(SiteFields data, const Coupling& coupling, MutableSiteFields own) const override {
        parallel_for(own.field.size(), grain, [&](std::size_t begin, std::size_t end) {
            const std::span<double> field = own.field.subspan(begin, end - begin);
            const std::span<const double> from = data.field.subspan(begin, end - begin);
            const double y = coupling.replicas;
            for (std::size_t i = 0; i < field.size(); ++i) {
                const double theta = external_(begin + i);
                if (!coupling.couples()) {
                    field[i] = theta;
                } else if (coupling.form == ReinforcementForm::Fields) {
                    field[i] = theta + saturate((1.0 - 1.0 / y) * (from[i] + field[i]));
                } else if (std::isinf(coupling.gamma)) {
                    field[i] = theta + saturate((y - 1.0) * (from[i] + theta));
                } else {
                    field[i] = from[i] + theta;
                }
            }
            if (!coupling.couples() || coupling.form == ReinforcementForm::Fields ||
                std::isinf(coupling.gamma)) {
                return;
            }
            // focusing_field, many at a time.
            atanh_product(coupling.gamma, field, field);
            for (double& x : field) x *= y - 1.0;
            atanh_product(coupling.gamma, field, field);
            for (std::size_t i = 0; i < field.size(); ++i) {
                field[i] = external_(begin + i) + saturate(field[i]);
            }
        });
    }

    double log_partition(SiteFields data, SiteFields own, const Coupling& coupling) const override {
        if (coupling.couples() && std::isinf(coupling.gamma)) {
            return std::numeric_limits<double>::quiet_NaN();
        }
        return parallel_sum(own.field.size(), grain, [&](std::size_t begin, std::size_t end) {
            double sum = 0.0;
            for (std::size_t i = begin; i < end; ++i) {
                const double c = data.field[i] + external_(i);
                sum += log_2cosh(data.field[i] + own.field[i]);
                if (!coupling.couples()) continue;
                // docs/solver.md, "Free entropy": the message of the replicas is normalised away,
                // then come their own terms.
                const double phi = own.field[i] - external_(i);
                const double copy = atanh_product(coupling.gamma, c);
                const double center = std::tanh(coupling.replicas * copy);
                const double log_2 = std::log(2.0);
                sum -= log_2cosh(phi);
                sum -= (log_2 - log_2cosh(coupling.gamma)) - log_2;
                sum -= log_2cosh(c + phi) - log_2cosh(c) - log_2cosh(phi);
                sum -= -center * copy + log_2cosh(copy);
            }
            return sum;
        });
    }

    FocusingOverlaps overlaps(SiteFields data, const Coupling& coupling) const override {
        FocusingOverlaps mean;
        if (!coupling.couples()) return mean;
        for (std::size_t i = 0; i < data.field.size(); ++i) {
            const double c = data.field[i] + external_(i);
            const double copy = atanh_product(coupling.gamma, c);
            const double center = std::tanh(coupling.replicas * copy);
            mean.center += center * center;
            mean.coupling +=
                std::tanh(atanh_product(c, (coupling.replicas - 1.0) * copy) + coupling.gamma);
            // Copies are independent where the centre is known.
            const double up = std::tanh(c + coupling.gamma), down = std::tanh(c - coupling.gamma);
            mean.replicas += 0.5 * (1.0 + center) * up * up + 0.5 * (1.0 - center) * down * down;
        }
        const auto n = static_cast<double>(data.field.size());
        mean.center /= n;
        mean.coupling /= n;
        mean.replicas /= n;
        mean.tie = coupling.gamma * mean.coupling;
        return mean;
    }

  private:
    ExternalField external_;
};

}  // namespace

void SitePrior::normalise(SiteFields, MutableSiteFields) const {}

std::shared_ptr<const SitePrior> SitePrior::rotated(const Rotation&) const {
    return nullptr;
}

std::shared_ptr<const SitePrior> ising_prior(std::vector<double> external_field) {
    return std::make_shared<IsingPrior>(std::move(external_field));
}

double focusing_field(double h, const Coupling& coupling) {
    if (!coupling.couples()) return 0.0;
    if (std::isinf(coupling.gamma)) return (coupling.replicas - 1.0) * h;
    return atanh_product(coupling.gamma,
                         (coupling.replicas - 1.0) * atanh_product(coupling.gamma, h));
}

}  // namespace steppe

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <limits>

#include "steppe/error.hpp"
#include "steppe/graph/external_field.hpp"
#include "steppe/graph/site_prior.hpp"

namespace steppe {

namespace {

/// What y - 1 copies of a weight of cavity precision T and cavity field B say about it through the
/// centre (docs/solver.md, "Real weights"): precision F, and field gain * B.
struct Focus {
    double precision = 0.0;
    double gain = 0.0;
    /// d log Z of the copies with their centre by y, per weight.
    double log_partition = 0.0;
};

Focus focus(double t, const Coupling& coupling) {
    if (!coupling.couples()) return {};
    const double gamma = coupling.gamma, others = coupling.replicas - 1.0;
    if (std::isinf(gamma)) {
        return {others * t, others, std::numeric_limits<double>::quiet_NaN()};
    }
    const double to_centre = gamma / (t + gamma);
    const double p = others * to_centre * t;
    const double back = gamma / (p + gamma);
    return {back * p, back * others * to_centre,
            0.5 * std::log(t / (t + gamma)) - 0.5 / coupling.replicas};
}

/// All weights of a plate: precision A_i and field B_i, without what is to be found.
class Plate {
    /// Logarithms of precisions further apart than this are those of no numbers.
    static constexpr double widest = 1e4;

  public:
    Plate(SiteFields data, const ExternalField& external)
        : precision_(data.precision),
          field_(data.field),
          external_(external),
          distinct_(data.field.size()) {
        const auto [low, high] = std::minmax_element(precision_.begin(), precision_.end());
        lowest_ = *low;
        uniform_ = *low == *high;
        while (distinct_ > 1 && precision_[distinct_ - 2] == precision_.back() &&
               field(distinct_ - 2) == field(size() - 1)) {
            --distinct_;
        }
        for (std::size_t i = 0; i < size(); ++i) squares_ += field(i) * field(i);
    }

    std::size_t size() const { return field_.size(); }
    double field(std::size_t i) const { return field_[i] + external_(i); }

    /// mean_i(mean_i^2 + variance_i) where lambda is added to every precision and the copies are
    /// coupled.
    double norm(double lambda, const Coupling& coupling) const {
        const auto of = [&](double t, double square) {
            const Focus f = focus(t, coupling);
            const double total = t + f.precision;
            const double gain = (1.0 + f.gain) / total;
            return square * gain * gain + 1.0 / total;
        };
        const double n = static_cast<double>(size());
        if (uniform_) return of(lowest_ + lambda, squares_ / n);
        double sum = 0.0;
        for (std::size_t i = 0; i < distinct_; ++i) {
            const double here = of(precision_[i] + lambda, field(i) * field(i));
            sum += i + 1 < distinct_ ? here : here * static_cast<double>(size() - i);
        }
        return sum / n;
    }

    /// The lambda at which norm() is 1; it falls from infinity to 0 as lambda grows from minus the
    /// smallest precision.
    double solve(const Coupling& coupling) const {
        const double mean_square = squares_ / static_cast<double>(size());
        if (uniform_ && !coupling.couples()) {
            // S/T^2 + 1/T = 1
            return 0.5 * (1.0 + std::sqrt(1.0 + 4.0 * mean_square)) - lowest_;
        }
        // In the logarithm of the smallest cavity precision.
        const auto excess = [&](double log_t) {
            return std::log(norm(std::exp(log_t) - lowest_, coupling));
        };
        double low = 0.5 * std::log1p(mean_square), high = low;
        double at_low = excess(low), at_high = at_low;
        for (double step = 0.5; at_low < 0.0 && step < widest; step *= 2.0) {
            high = low;
            at_high = at_low;
            low -= step;
            at_low = excess(low);
        }
        for (double step = 0.5; at_high > 0.0 && step < widest; step *= 2.0) {
            low = high;
            at_low = at_high;
            high += step;
            at_high = excess(high);
        }
        if (!(at_low >= 0.0 && at_high <= 0.0 && std::isfinite(at_low) && std::isfinite(at_high))) {
            throw Error(
                "the fields of the weights have grown beyond all bounds: no precision brings them "
                "to their sphere");
        }
        if (at_low == 0.0) return std::exp(low) - lowest_;
        if (at_high == 0.0) return std::exp(high) - lowest_;
        std::uintmax_t evaluations = 100;
        const auto [a, b] = boost::math::tools::toms748_solve(
            excess, low, high, at_low, at_high, boost::math::tools::eps_tolerance<double>(45),
            evaluations);
        return std::exp(0.5 * (a + b)) - lowest_;
    }

  private:
    std::span<const double> precision_, field_;
    const ExternalField& external_;
    /// Weights from distinct_ - 1 on are alike (directions that no pattern touches).
    std::size_t distinct_;
    double lowest_ = 0.0, squares_ = 0.0;
    bool uniform_ = false;
};

class SphericalPrior final : public SitePrior {
  public:
    explicit SphericalPrior(std::vector<double> field) : external_(std::move(field)) {}

    std::string name() const override { return "spherical"; }
    VariableKind kind() const override { return VariableKind::RealWeight; }

    std::string refuse(std::size_t size) const override { return external_.refuse(size); }

    void message(SiteFields data, const Coupling& coupling, MutableSiteFields own) const override {
        const Plate plate(data, external_);
        if (coupling.couples() && coupling.form == ReinforcementForm::Fields) {
            // normalise() finds the precision that is missing.
            const double rho = 1.0 - 1.0 / coupling.replicas;
            for (std::size_t i = 0; i < plate.size(); ++i) {
                own.precision[i] = rho * (data.precision[i] + own.precision[i]);
                own.field[i] = external_(i) + rho * (data.field[i] + own.field[i]);
            }
            return normalise(data, own);
        }
        const double lambda = plate.solve(coupling);
        for (std::size_t i = 0; i < plate.size(); ++i) {
            const Focus f = focus(data.precision[i] + lambda, coupling);
            own.precision[i] = lambda + f.precision;
            own.field[i] = external_(i) + f.gain * plate.field(i);
        }
    }

    void normalise(SiteFields data, MutableSiteFields own) const override {
        std::vector<double> precision(own.field.size()), field(own.field.size());
        for (std::size_t i = 0; i < field.size(); ++i) {
            precision[i] = data.precision[i] + own.precision[i];
            field[i] = data.field[i] + own.field[i];
        }
        static const ExternalField none{{}};
        const double lambda = Plate({precision, field}, none).solve(Coupling{});
        for (double& a : own.precision) a += lambda;
    }

    double log_partition(SiteFields data, SiteFields, const Coupling& coupling) const override {
        const Plate plate(data, external_);
        const double lambda = plate.solve(coupling);
        double sum = 0.5 * static_cast<double>(plate.size()) * (lambda - 1.0);
        for (std::size_t i = 0; i < plate.size(); ++i) {
            const double t = data.precision[i] + lambda;
            sum += 0.5 * (plate.field(i) * plate.field(i) / t - std::log(t));
            sum += focus(t, coupling).log_partition;
        }
        return sum;
    }

    FocusingOverlaps overlaps(SiteFields data, const Coupling& coupling) const override {
        FocusingOverlaps mean;
        if (!coupling.couples()) return mean;
        const Plate plate(data, external_);
        const double lambda = plate.solve(coupling);
        for (std::size_t i = 0; i < plate.size(); ++i) {
            // The centre has the mean of a copy, B/T, and y times the precision of one's message.
            const double t = data.precision[i] + lambda;
            const double mu = plate.field(i) / t;
            mean.center += mu * mu;
            mean.coupling += mu * mu + 1.0 / (coupling.replicas * t);
            const double follows = 1.0 / (1.0 + t / coupling.gamma);
            mean.replicas += mu * mu + follows / (coupling.replicas * t);
            // A copy's variance round where the centre puts it, and what the centre's own leaves.
            mean.tie -= 0.5 * (follows + (1.0 - follows) / coupling.replicas);
        }
        const auto n = static_cast<double>(plate.size());
        mean.center /= n;
        mean.coupling /= n;
        mean.replicas /= n;
        mean.tie /= n;
        return mean;
    }

    std::shared_ptr<const SitePrior> rotated(const Rotation& rotate) const override {
        return spherical_prior(external_.values().empty() ? std::vector<double>()
                                                          : rotate(external_.values()));
    }

  private:
    ExternalField external_;
};

}  // namespace

std::shared_ptr<const SitePrior> spherical_prior(std::vector<double> external_field) {
    return std::make_shared<SphericalPrior>(std::move(external_field));
}

}  // namespace steppe

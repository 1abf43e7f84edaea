#include "steppe/inference/ep/joint_weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "steppe/error.hpp"
#include "steppe/inference/sites.hpp"
#include "steppe/numeric/log_odds.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

/// Weights per piece of the parallel loops.
constexpr std::size_t grain = 256;

/// out_i = sum_j V_ij x_j, in parallel.
void out_of_basis(const SingularBasis& basis, std::span<const double> x, std::span<double> out) {
    parallel_for(out.size(), grain, [&](std::size_t begin, std::size_t end) {
        multiply_rows(basis.right(), begin, end, x.first(basis.rank()),
                      out.subspan(begin, end - begin));
    });
}

/// Real weights: the prior is one in any orthonormal basis, so that every direction has its own
/// precision and field, as weights have elsewhere.
class RotatedWeights final : public JointWeights {
  public:
    RotatedWeights(const WeightPlate& plate, std::shared_ptr<const SitePrior> prior,
                   std::vector<double> beyond, std::shared_ptr<const SingularBasis> basis)
        : basis_(std::move(basis)),
          beyond_(std::move(beyond)),
          sites_(WeightPlate{plate.plate, std::move(prior)}) {}

    /// A null pointer where the prior cannot be rotated.
    static std::unique_ptr<JointWeights> make(const WeightPlate& plate,
                                              const std::shared_ptr<const SingularBasis>& basis) {
        std::vector<double> beyond;
        const auto rotate = [&](const std::vector<double>& vector) {
            std::vector<double> coordinates(vector.size(), 0.0);
            const std::span<double> inside = std::span(coordinates).first(basis->rank());
            multiply_transposed(basis->right(), vector, inside);
            if (basis->rank() == vector.size()) return coordinates;
            beyond.resize(vector.size());
            out_of_basis(*basis, coordinates, beyond);
            double square = 0.0;
            for (std::size_t i = 0; i < vector.size(); ++i) {
                beyond[i] = vector[i] - beyond[i];
                square += beyond[i] * beyond[i];
            }
            const double length = std::sqrt(square);
            for (double& b : beyond) b = length > 0.0 ? b / length : 0.0;
            coordinates[basis->rank()] = length;
            return coordinates;
        };
        std::shared_ptr<const SitePrior> prior = plate.prior->rotated(rotate);
        if (!prior) return nullptr;
        return std::make_unique<RotatedWeights>(plate, std::move(prior), std::move(beyond), basis);
    }

    const std::string& name() const override { return sites_.name(); }
    std::size_t size() const override { return sites_.size(); }
    bool is_real() const override { return true; }

    void set_data(double precision, std::span<const double> along) override {
        std::ranges::copy(along, sites_.data().begin());
        for (std::size_t j = 0; j < basis_->rank(); ++j) {
            const double s = basis_->values()[j];
            sites_.data_precision()[j] = precision * s * s;
        }
    }

    std::size_t answer(const Coupling& coupling, double) override {
        sites_.update_prior(coupling, 0.0);
        return 0;
    }

    double mean_along(std::size_t j) const override { return sites_.mean(j); }
    double variance_along(std::size_t j) const override { return sites_.variance(j); }

    void means(std::span<double> out) const override {
        std::vector<double> along(size());
        for (std::size_t j = 0; j < size(); ++j) along[j] = sites_.mean(j);
        out_of_basis(*basis_, along, out);
        if (beyond_.empty()) return;
        for (std::size_t i = 0; i < size(); ++i) out[i] += along[basis_->rank()] * beyond_[i];
    }

    std::vector<double> variances() const override {
        // Directions that no pattern touches have one variance; those of the basis differ from it.
        const std::size_t rank = basis_->rank();
        const double rest = rank < size() ? sites_.variance(size() - 1) : 0.0;
        std::vector<double> variances(size(), rest);
        for (std::size_t i = 0; i < size(); ++i) {
            for (std::size_t j = 0; j < rank; ++j) {
                const double v = basis_->right()(i, j);
                variances[i] += v * v * (sites_.variance(j) - rest);
            }
        }
        return variances;
    }

    std::vector<double> fields() const override {
        std::vector<double> fields(size());
        means(fields);
        const std::vector<double> variance = variances();
        for (std::size_t i = 0; i < size(); ++i) fields[i] /= variance[i];
        return fields;
    }

    double log_partition(const Coupling& coupling) const override {
        return sites_.log_partition(coupling);
    }
    FocusingOverlaps focusing_overlaps(const Coupling& coupling) const override {
        return sites_.focusing_overlaps(coupling);
    }

    void set_start_field(const std::vector<double>& field) override {
        if (field.empty()) return sites_.set_start_field({});
        std::vector<double> rotated(size(), 0.0);
        multiply_transposed(basis_->right(), field, std::span(rotated).first(basis_->rank()));
        sites_.set_start_field(std::move(rotated));
    }
    void set_start_scale(double scale) override { sites_.set_start_scale(scale); }

    bool is_finite() const override { return sites_.first_not_finite() == size(); }
    void save(std::size_t p, SolverState& state) const override { sites_.save(p, state); }
    void restore(std::size_t p, const SolverState& state, bool change) override {
        sites_.restore(p, state, change);
    }

  private:
    std::shared_ptr<const SingularBasis> basis_;
    std::vector<double> beyond_;  ///< unit vector along the external field outside the basis
    Sites sites_;                 ///< along the basis
};

/// +-1 weights: a Gaussian site for each stands in its place, with one precision for all and a
/// field of its own (Rangan, Schniter and Fletcher, 2016: vector AMP). The cavity, the Gaussian
/// without a weight's site, is the field that the data send to the weight; prior and focusing
/// answer it as they answer the sum of messages elsewhere.
class SignWeights final : public JointWeights {
  public:
    SignWeights(const WeightPlate& plate, std::shared_ptr<const SingularBasis> basis)
        : basis_(std::move(basis)),
          sites_(plate),
          data_(basis_->rank(), 0.0),
          field_(plate.plate.size, 0.0),
          field_along_(basis_->rank(), 0.0) {}

    const std::string& name() const override { return sites_.name(); }
    std::size_t size() const override { return field_.size(); }
    bool is_real() const override { return false; }

    void set_data(double precision, std::span<const double> along) override {
        data_precision_ = precision;
        data_.assign(along.begin(), along.end());
    }

    std::size_t answer(const Coupling& coupling, double damping) override {
        take_cavities();
        sites_.update_prior(coupling, 0.0);
        if (damping >= 1.0) return 0;
        // New sites: cavity times site has the mean of the +-1 weight, and on average its variance.
        const double count = static_cast<double>(size());
        double variance = 0.0;
        for (std::size_t i = 0; i < size(); ++i) variance += sites_.variance(i) / count;
        variance = std::max(variance, smallest_variance);
        double wanted = 1.0 / variance - cavity_precision_;
        const bool raised = !(wanted >= least_precision);
        if (raised) wanted = least_precision;
        for (std::size_t i = 0; i < size(); ++i) {
            const double m = sites_.mean(i);
            const double field = m * (wanted + cavity_precision_) - sites_.data()[i];
            field_[i] = (1.0 - damping) * field + damping * field_[i];
        }
        precision_ = (1.0 - damping) * wanted + damping * precision_;
        multiply_transposed(basis_->right(), field_, field_along_);
        return raised;
    }

    double mean_along(std::size_t j) const override {
        return (field_along_[j] + data_[j]) * variance_along(j);
    }
    double variance_along(std::size_t j) const override {
        const double s = basis_->values()[j];
        return 1.0 / (precision_ + data_precision_ * s * s);
    }

    void means(std::span<double> out) const override {
        for (std::size_t i = 0; i < size(); ++i) out[i] = sites_.mean(i);
    }
    std::vector<double> variances() const override {
        std::vector<double> variances(size());
        for (std::size_t i = 0; i < size(); ++i) variances[i] = sites_.variance(i);
        return variances;
    }
    std::vector<double> fields() const override {
        std::vector<double> fields(size());
        for (std::size_t i = 0; i < size(); ++i) {
            fields[i] = std::clamp(sites_.total(i), -saturation_field, saturation_field);
        }
        return fields;
    }

    double log_partition(const Coupling& coupling) const override {
        // The Gaussian's integral; 2 pi cancels against those of the sites.
        double sum = 0.0, inside = 0.0, square = 0.0;
        for (std::size_t j = 0; j < basis_->rank(); ++j) {
            const double v = variance_along(j), f = field_along_[j] + data_[j];
            sum += 0.5 * (std::log(v) + f * f * v);
            inside += field_along_[j] * field_along_[j];
        }
        for (const double b : field_) square += b * b;
        const double beyond = static_cast<double>(size() - basis_->rank());
        sum += 0.5 * (std::max(square - inside, 0.0) / precision_ - beyond * std::log(precision_));
        // Each site, with its cavity, gives way to a sum over +-1.
        const double count = static_cast<double>(size());
        const double variance = 1.0 / (cavity_precision_ + precision_);
        for (std::size_t i = 0; i < size(); ++i) {
            const double f = sites_.data()[i] + field_[i];
            sum -= 0.5 * f * f * variance;
        }
        sum -= 0.5 * count * (std::log(variance) + cavity_precision_);
        return sum + sites_.log_partition(coupling);
    }
    FocusingOverlaps focusing_overlaps(const Coupling& coupling) const override {
        return sites_.focusing_overlaps(coupling);
    }

    void set_start_field(const std::vector<double>& field) override {
        sites_.set_start_field(field);
    }
    void set_start_scale(double scale) override { sites_.set_start_scale(scale); }

    bool is_finite() const override {
        return sites_.first_not_finite() == size() && std::isfinite(precision_);
    }

    void save(std::size_t p, SolverState& state) const override {
        sites_.save(p, state);
        state.arrays.push_back({fmt::format("weight sites {}", p), field_});
        state.arrays.push_back(
            {fmt::format("weight precisions {}", p), std::vector{precision_, cavity_precision_}});
    }
    void restore(std::size_t p, const SolverState& state, bool change) override {
        sites_.restore(p, state, change);
        const auto& field = state.find<double>(fmt::format("weight sites {}", p), size());
        const auto& precisions = state.find<double>(fmt::format("weight precisions {}", p), 2);
        if (!change) return;
        field_ = field;
        precision_ = precisions[0];
        cavity_precision_ = precisions[1];
        multiply_transposed(basis_->right(), field_, field_along_);
    }

  private:
    /// A site's precision stays above this: the variance of a weight that no data bind is 1.
    static constexpr double least_precision = 1e-3;
    /// Weights that are all decided are told by no more than this.
    static constexpr double smallest_variance = 1e-9;
    /// What the data say of a weight stays within this times their precision: where no weights
    /// store the patterns, the sites of weights and patterns drive each other to no numbers.
    static constexpr double largest_mean = 1e6;

    /// The Gaussian without each weight's own site, as log-odds.
    void take_cavities() {
        const std::size_t rank = basis_->rank();
        std::vector<double> along(rank);
        double variances = static_cast<double>(size() - rank) / precision_;
        for (std::size_t j = 0; j < rank; ++j) {
            const double v = variance_along(j);
            variances += v;
            // Mean less b/Lambda, which is what directions outside the basis have.
            along[j] = (field_along_[j] + data_[j]) * v - field_along_[j] / precision_;
        }
        const double full = static_cast<double>(size()) / variances;
        cavity_precision_ = std::max(full - precision_, 0.0);
        const std::span<double> out = sites_.data();
        out_of_basis(*basis_, along, out);
        // A mean this far from +-1 comes of patterns that contradict each other (largest_mean).
        const double most = largest_mean * (1.0 + cavity_precision_);
        for (std::size_t i = 0; i < size(); ++i) {
            out[i] = std::clamp((out[i] + field_[i] / precision_) * full - field_[i], -most, most);
        }
    }

    std::shared_ptr<const SingularBasis> basis_;
    Sites sites_;  ///< cavities and the prior's answers, weight by weight
    std::vector<double> data_;
    double data_precision_ = 0.0;
    double precision_ = 1.0;  ///< Lambda, of the weights' sites
    double cavity_precision_ = 0.0;
    std::vector<double> field_;        ///< b, of each site
    std::vector<double> field_along_;  ///< V^T b
};

}  // namespace

std::unique_ptr<JointWeights> JointWeights::make(const WeightPlate& plate,
                                                 std::shared_ptr<const SingularBasis> basis) {
    if (plate.plate.kind == VariableKind::IsingWeight) {
        return std::make_unique<SignWeights>(plate, std::move(basis));
    }
    if (auto weights = RotatedWeights::make(plate, basis)) return weights;
    throw Error(
        fmt::format("expectation propagation takes +-1 weights, and real ones whose prior can be "
                    "rotated; those of plate '{}' have the prior '{}': use amp, or bp",
                    plate.plate.name, plate.prior->name()));
}

}  // namespace steppe

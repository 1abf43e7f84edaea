#include "steppe/search/adatron.hpp"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "steppe/error.hpp"
#include "steppe/model/require_patterns.hpp"
#include "steppe/numeric/archive.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/search/scaled_rows.hpp"
#include "steppe/search/stability_active_set.hpp"

namespace steppe {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Sweeps before the active set takes over, and the part of the bound that the stability may be
/// away from it to do so earlier: the rows that matter are then mostly known.
constexpr std::size_t sweeps_before_exact = 100;
constexpr double near = 1e-2;
/// What counts as the end without an active set.
constexpr double converged = 1e-4;
/// Beyond the first few, stabilities are looked at in every so many sweeps: it costs half a sweep.
constexpr std::size_t look_interval = 4;
/// Multiplications and additions that an iteration of the active set is to have, about.
constexpr double work_per_iteration = 1e8;

double norm(std::span<const double> x) {
    return cblas_dnrm2(static_cast<int>(x.size()), x.data(), 1);
}

void require_perceptron(const Network& network) {
    network.validate();
    if (network.hidden == 1 && network.weights == WeightKind::Spherical) return;
    throw Error(
        "the largest stability is that of one unit of real weights: use a perceptron with "
        "spherical weights");
}

}  // namespace

struct AdaTron::Impl {
    Network network;
    AdaTronOptions options;
    std::size_t patterns;
    ScaledRows rows;
    // Of the ascent; w = sum_a alpha_a row(a).
    std::vector<double> alpha, w, squares;
    std::vector<double> products;
    std::size_t sweeps = 0;
    std::optional<StabilityActiveSet> active_set;
    bool done = false;
    // The best so far, in units of the rows.
    std::vector<double> best_direction;
    double stability = -infinity, bound = infinity;
    std::vector<double> bound_multipliers;  ///< of the rows, for `bound`
    bool infeasible = false;

    Impl(const Network& a_network, const Patterns& all, const AdaTronOptions& some_options)
        : network(a_network),
          options(some_options),
          patterns(all.patterns()),
          rows(a_network, all),
          alpha(rows.rows(), 0.0),
          w(rows.columns(), 0.0),
          squares(rows.rows()),
          products(rows.rows(), 0.0) {
        for (std::size_t a = 0; a < rows.rows(); ++a) {
            squares[a] = norm(rows.row(a)) * norm(rows.row(a));
        }
        if (const auto zero = rows.zero_row()) {
            // Its stability is 0 whatever the weights, which is the proof; no step mends it.
            bound = 0.0;
            bound_multipliers.assign(rows.rows(), 0.0);
            bound_multipliers[*zero] = 1.0;
        }
    }

    Weights weights_along(std::span<const double> direction) const {
        const bool none = direction.empty() || norm(direction) == 0.0;
        Weights weights = Weights::from_values(
            network.inputs, 1,
            none ? std::vector<double>(network.inputs, 1.0) : rows.all_inputs(direction));
        weights.normalise();
        return weights;
    }

    bool can_be_exact() const { return std::min(rows.rows(), rows.columns()) <= most_exact; }

    /// Each multiplier to where its own row has what it wants, or to 0.
    void sweep() {
        const auto width = static_cast<int>(rows.columns());
        for (const std::size_t a :
             Philox(options.seed, Stream::Order).order(rows.rows(), sweeps++)) {
            if (squares[a] == 0.0) continue;
            const double* row = rows.row(a).data();
            const double missing = rows.wanted(a) - cblas_ddot(width, row, 1, w.data(), 1);
            const double change = std::max(-alpha[a], missing / squares[a]);
            if (change == 0.0) continue;
            alpha[a] += change;
            cblas_daxpy(width, change, row, 1, w.data(), 1);
        }
    }

    /// Keeps w, of which products are those of the rows, where it is better than what there was.
    void keep_weights(std::span<const double> now, std::span<const double> its_products) {
        const double length = norm(now);
        if (!(length > 0.0)) return;
        const double least = rows.least(its_products) / length;
        if (least <= stability) return;
        stability = least;
        best_direction.assign(now.begin(), now.end());
    }

    void keep_bound(const std::vector<double>& multipliers) {
        const double now = bound_of(multipliers);
        if (now >= bound) return;
        bound = now;
        bound_multipliers = multipliers;
    }

    /// |sum_a m_a row(a)|, rounding included, over the sum of multipliers of patterns as they were
    /// given.
    double bound_of(const std::vector<double>& multipliers) const {
        double total = 0.0;
        for (std::size_t a = 0; a < multipliers.size(); ++a) {
            total += multipliers[a] * rows.wanted(a);
        }
        if (!(total > 0.0)) return infinity;
        const ScaledRows::Sum sum = rows.combine(multipliers);
        return (sum.norm + sum.error) / total;
    }

    void look() {
        rows.multiply(w, products);
        keep_weights(w, products);
        keep_bound(alpha);
    }

    void ascend() {
        sweep();
        const bool look_now = sweeps < look_interval || sweeps % look_interval == 0;
        if (rows.rows() == 0) {
            // Patterns of zeros alone, all answered rightly by any weights.
            done = true;
            return;
        }
        if (look_now) look();
        const bool close = look_now && stability > 0.0 && bound - stability < near * bound;
        if (can_be_exact() && (close || sweeps >= sweeps_before_exact || rows.zero_row())) {
            active_set.emplace(rows, alpha);
        } else if (look_now && stability > 0.0 && bound - stability <= converged * bound) {
            done = true;
        }
    }

    /// Rows that a sum of 0 is right for can all have it: they alone prove nothing.
    bool rests_on_a_strict_row() const {
        const std::vector<double> multipliers = active_set->multipliers();
        for (std::size_t a = 0; a < rows.rows(); ++a) {
            if (multipliers[a] > 0.0 && !rows.takes_zero(a)) return true;
        }
        return false;
    }

    std::size_t steps_per_iteration() const {
        const auto m = static_cast<double>(rows.rows()), n = static_cast<double>(rows.columns());
        return static_cast<std::size_t>(
            std::max(1.0, work_per_iteration / (n * (m + 8.0 * std::min(m, n)))));
    }

    void step_active_set() {
        using State = StabilityActiveSet::State;
        for (std::size_t s = steps_per_iteration(); s > 0 && !done; --s) {
            const std::vector<double> before(active_set->weights().begin(),
                                             active_set->weights().end());
            const State state = active_set->step();
            if (state == State::Infeasible && rows.zero_row()) {
                keep_bound(active_set->multipliers());
            } else {
                keep_weights(before, active_set->products());
            }
            done = state != State::Open;
        }
        keep_bound(active_set->multipliers());
        infeasible = active_set->proves_infeasible() && rests_on_a_strict_row();
    }
};

AdaTron::AdaTron(const Network& network, const Patterns& patterns, const AdaTronOptions& options) {
    require_perceptron(network);
    require_patterns(network, patterns);
    impl_ = std::make_unique<Impl>(network, patterns, options);
}

AdaTron::~AdaTron() = default;
AdaTron::AdaTron(AdaTron&&) noexcept = default;

std::size_t AdaTron::memory_bytes(std::size_t inputs, std::size_t patterns) {
    const bool exact = std::min(inputs, patterns) <= most_exact;
    return ScaledRows::memory_bytes(inputs, patterns) +
           (exact ? StabilityActiveSet::memory_bytes(inputs, patterns) : 0);
}

bool AdaTron::iterate() {
    if (!impl_->done) {
        if (impl_->active_set) {
            impl_->step_active_set();
        } else {
            impl_->ascend();
        }
    }
    return !impl_->done;
}

bool AdaTron::done() const {
    return impl_->done;
}

bool AdaTron::ends() const {
    return impl_->can_be_exact();
}

Weights AdaTron::weights() const {
    return impl_->weights_along(impl_->best_direction);
}

Weights AdaTron::present_weights() const {
    return impl_->active_set ? impl_->weights_along(impl_->active_set->weights())
                             : impl_->weights_along(impl_->w);
}

double AdaTron::stability() const {
    return impl_->stability * impl_->rows.unit();
}

double AdaTron::stability_of(const Weights& weights) const {
    return impl_->rows.stability(weights.values()) * impl_->rows.unit();
}

double AdaTron::bound() const {
    return impl_->bound * impl_->rows.unit();
}

StabilityProof AdaTron::proof() const {
    const ScaledRows& rows = impl_->rows;
    StabilityProof proof{bound(), impl_->infeasible, std::vector<double>(impl_->patterns, 0.0)};
    double total = 0.0;
    for (std::size_t a = 0; a < impl_->bound_multipliers.size(); ++a) {
        const double multiplier = impl_->bound_multipliers[a] * rows.wanted(a);
        proof.multipliers[rows.pattern(a)] = multiplier;
        total += multiplier;
    }
    if (total > 0.0) {
        for (double& x : proof.multipliers) x /= total;
    }
    return proof;
}

void AdaTron::state(Archive& archive) {
    Impl& s = *impl_;
    archive.sized("multipliers", s.alpha);
    archive.sized("w", s.w);
    archive.sized("products", s.products);
    archive("sweeps", s.sweeps);
    archive("done", s.done);
    archive("best direction", s.best_direction);
    archive("stability", s.stability);
    archive("bound", s.bound);
    archive("bound multipliers", s.bound_multipliers);
    archive("infeasible", s.infeasible);
    bool exact = s.active_set.has_value();
    archive("exact", exact);
    if (!exact) return;
    if (archive.reads()) s.active_set.emplace(s.rows, std::vector<double>(s.alpha.size(), 0.0));
    archive("active set", *s.active_set);
}

}  // namespace steppe

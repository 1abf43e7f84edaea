#include "steppe/search/metropolis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/model/require_patterns.hpp"
#include "steppe/numeric/archive.hpp"
#include "steppe/numeric/random.hpp"

namespace steppe {

void MetropolisOptions::validate() const {
    if (sweeps < 1) throw Error("sweeps is 0: it must be 1 or more");
    for (const double end : {tau.from, tau.to}) {
        if (!(end >= least_tau && end <= most_tau)) {
            throw Error(
                fmt::format("tau is {}: it must be from {} to {}", end, least_tau, most_tau));
        }
    }
    if (!(strength > 0.0 && strength <= most_strength)) {
        throw Error(fmt::format("strength is {}: it must be above 0 and at most {}", strength,
                                most_strength));
    }
}

double soft_stability_energy(double s, double tau) {
    const double x = s / tau;
    // log(log(1 + e^x)) = x - e^x/2 + ... where e^x is nothing beside 1.
    return -std::log(tau) - (x < -36.0  ? x
                             : x > 36.0 ? std::log(x)
                                        : std::log(std::log1p(std::exp(x))));
}

namespace {

/// What a flip changes at a pattern, in units of the grid. Energies e of z have the rises e(z + 2)
/// - e(z) and e(z - 2) - e(z).
struct Rises {
    std::int32_t odd = 0;   ///< that of z - 2 less that of z + 2
    std::int32_t even = 0;  ///< their sum
};

/// Energies by the place p of z = 2 (p - 1) - N, p = 1, ..., N + 1; a place more at each end, where
/// sums do not get, closes the table.
class EnergyTable {
  public:
    EnergyTable(std::size_t inputs, std::size_t patterns, double margin)
        : inputs_(inputs), patterns_(patterns), margin_(margin) {}

    void set(double tau) {
        const auto n = static_cast<double>(inputs_);
        // Beyond the root of n all patterns are stored, or none can be: what the energy has of a
        // margin there makes no difference.
        const double root = std::sqrt(n), margin = std::clamp(margin_, -2.0 * root, 2.0 * root);
        std::vector<double> exact(inputs_ + 3);
        double steepest = 0.0;
        for (std::size_t p = 0; p < exact.size(); ++p) {
            const double z = 2.0 * (static_cast<double>(p) - 1.0) - n;
            exact[p] = soft_stability_energy(z / root - margin, tau);
            if (p > 0) steepest = std::max(steepest, std::abs(exact[p] - exact[p - 1]));
        }
        // The sum over patterns of two rises, each at most the steepest and half a unit of
        // rounding at either end, is below 2^30.
        const double most = static_cast<double>(1 << 29) / static_cast<double>(patterns_) - 1.0;
        grid_ = most / steepest;
        energies_.resize(exact.size());
        for (std::size_t p = 0; p < exact.size(); ++p) {
            energies_[p] = std::llround(exact[p] * grid_);
        }
        rises_.resize(exact.size());
        for (std::size_t p = 1; p + 1 < exact.size(); ++p) {
            const std::int64_t up = energies_[p + 1] - energies_[p],
                               down = energies_[p - 1] - energies_[p];
            rises_[p] = {static_cast<std::int32_t>(down - up),
                         static_cast<std::int32_t>(down + up)};
        }
    }

    Rises rises(std::int32_t place) const { return rises_[static_cast<std::size_t>(place)]; }
    std::int64_t energy(std::int32_t place) const {
        return energies_[static_cast<std::size_t>(place)];
    }
    /// Units of the grid in an energy of 1, of strength 1.
    double grid() const { return grid_; }

  private:
    std::size_t inputs_, patterns_;
    double margin_;
    double grid_ = 1.0;
    std::vector<std::int64_t> energies_;
    std::vector<Rises> rises_;
};

/// The smallest place that is stored; N + 2 where none is.
std::int32_t least_stored(const Network& network, bool turned) {
    const auto last = static_cast<std::int32_t>(network.inputs) + 1;
    for (std::int32_t place = 1; place <= last; ++place) {
        const double z = 2.0 * (place - 1) - static_cast<double>(network.inputs);
        const bool tie = z == network.threshold() && network.tie_is_positive(turned);
        if (z > network.threshold() || tie) return place;
    }
    return last + 1;
}

}  // namespace

struct Metropolis::Impl {
    Network network;
    MetropolisOptions options;
    std::size_t patterns = 0;
    /// Inputs by column, all patterns of one after the other: -1, all bits, for +1 and 0 for -1.
    std::vector<std::int8_t> columns;
    EnergyTable table;
    std::vector<signed char> weights, best;
    std::vector<std::int32_t> places;  ///< of the sums
    std::vector<std::int32_t> least;   ///< the smallest place that is stored
    std::vector<std::int32_t> odd;     ///< rises of all patterns at their places
    std::int64_t odd_sum = 0, even_sum = 0, energy = 0;
    std::size_t wrong = 0, best_wrong = 0;
    std::size_t sweeps = 0;

    Impl(const Network& of, const PatternSet& set, const MetropolisOptions& how);

    const std::int8_t* column(std::size_t i) const { return columns.data() + i * patterns; }
    void take_places();
    void take_tau(std::size_t sweep);
    void look_up();
    std::int64_t rise(std::size_t i) const;
    void flip(std::size_t i);
    void sweep();
};

Metropolis::Impl::Impl(const Network& of, const PatternSet& set, const MetropolisOptions& how)
    : network(of),
      options(how),
      patterns(set.patterns()),
      table(of.inputs, set.patterns(), of.margin) {
    const std::size_t n = network.inputs;
    const Philox random(options.seed, Stream::Init);
    for (std::size_t i = 0; i < n; ++i) weights.push_back(random.bits(i) & 1 ? 1 : -1);
    const std::int32_t plain = least_stored(network, false), turned = least_stored(network, true);
    const std::vector<signed char> inputs = set.signs();
    columns.resize(n * patterns);
    for (std::size_t a = 0; a < patterns; ++a) {
        for (std::size_t i = 0; i < n; ++i) {
            columns[i * patterns + a] = inputs[a * n + i] > 0 ? -1 : 0;
        }
        least.push_back(!set.turned().empty() && set.turned()[a] != 0 ? turned : plain);
    }
    odd.resize(patterns);
    take_places();
    best = weights;
    best_wrong = wrong;
}

/// The places at the weights, and what follows from them, at the tau of the last sweep.
void Metropolis::Impl::take_places() {
    places.assign(patterns, 1);
    for (std::size_t i = 0; i < network.inputs; ++i) {
        const std::int8_t* const x = column(i);
        for (std::size_t a = 0; a < patterns; ++a) {
            if ((x[a] != 0) == (weights[i] > 0)) ++places[a];
        }
    }
    wrong = 0;
    for (std::size_t a = 0; a < patterns; ++a) wrong += places[a] < least[a] ? 1 : 0;
    take_tau(std::max<std::size_t>(sweeps, 1) - 1);
}

/// Energies at the tau of a sweep.
void Metropolis::Impl::take_tau(std::size_t sweep) {
    const double last = static_cast<double>(std::max<std::size_t>(options.sweeps - 1, 1));
    table.set(options.tau.at(static_cast<double>(sweep) / last));
    energy = 0;
    for (const std::int32_t place : places) energy += table.energy(place);
    look_up();
}

/// The rises at the places.
void Metropolis::Impl::look_up() {
    odd_sum = even_sum = 0;
    for (std::size_t a = 0; a < patterns; ++a) {
        const Rises here = table.rises(places[a]);
        odd[a] = here.odd;
        odd_sum += here.odd;
        even_sum += here.even;
    }
}

/// Twice the energy of a flip, in units of the grid. Of a pattern whose input agrees with the
/// weight z falls by 2, else it grows: the sum of (even + w x odd).
std::int64_t Metropolis::Impl::rise(std::size_t i) const {
    const std::int8_t* const x = column(i);
    std::int32_t positive = 0;
    for (std::size_t a = 0; a < patterns; ++a) positive += odd[a] & x[a];
    const std::int64_t signed_sum = 2 * std::int64_t{positive} - odd_sum;
    return even_sum + weights[i] * signed_sum;
}

void Metropolis::Impl::flip(std::size_t i) {
    const std::int8_t* const x = column(i);
    const std::int32_t w = weights[i];
    std::int32_t missed = 0;
    for (std::size_t a = 0; a < patterns; ++a) {
        places[a] += w * (2 * x[a] + 1);
        missed += places[a] < least[a] ? 1 : 0;
    }
    weights[i] = static_cast<signed char>(-w);
    wrong = static_cast<std::size_t>(missed);
    look_up();
    if (wrong >= best_wrong) return;
    best = weights;
    best_wrong = wrong;
}

void Metropolis::Impl::sweep() {
    take_tau(sweeps);
    best = weights;
    best_wrong = wrong;
    const Philox chances(options.seed, Stream::Test);
    const double unit = 0.5 * options.strength / table.grid();
    for (const std::size_t i : Philox(options.seed, Stream::Order).order(network.inputs, sweeps)) {
        const std::int64_t twice = rise(i);
        if (twice > 0 && chances.uniform(sweeps, static_cast<std::uint32_t>(i)) >=
                             std::exp(-unit * static_cast<double>(twice))) {
            continue;
        }
        energy += twice / 2;
        flip(i);
    }
    ++sweeps;
}

Metropolis::Metropolis(const Network& network, const std::shared_ptr<const PatternSet>& patterns,
                       const MetropolisOptions& options) {
    options.validate();
    network.validate();
    if (network.weights != WeightKind::Binary) {
        throw Error(
            "mc samples +-1 weights, and those of the network are real: use binary weights, or "
            "lal");
    }
    if (network.hidden != 1) {
        throw Error(
            fmt::format("mc samples the weights of one unit, and the network has {}: use sbpi",
                        network.hidden));
    }
    require_patterns(network, patterns);
    impl_ = std::make_unique<Impl>(network, *patterns, options);
}

Metropolis::~Metropolis() = default;

EpochReport Metropolis::epoch(const LearningKnobs&) {
    impl_->sweep();
    EpochReport report;
    report.mistakes = static_cast<double>(impl_->best_wrong);
    return report;
}

Weights Metropolis::weights() const {
    return Weights::from_signs(impl_->network.inputs, 1, impl_->best);
}

Weights Metropolis::state() const {
    return Weights::from_signs(impl_->network.inputs, 1, impl_->weights);
}

double Metropolis::energy() const {
    return impl_->options.strength * static_cast<double>(impl_->energy) / impl_->table.grid();
}

void Metropolis::state(Archive& archive) {
    Impl& s = *impl_;
    archive.position("sweeps", s.sweeps);
    archive.sized("weights", s.weights);
    archive.sized("best", s.best);
    archive("best wrong", s.best_wrong);
    if (archive.reads()) s.take_places();
}

}  // namespace steppe

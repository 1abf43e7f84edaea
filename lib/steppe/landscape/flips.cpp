#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "steppe/landscape/noise_counts.hpp"
#include "steppe/landscape/noise_kernels.hpp"
#include "steppe/landscape/wanted_rows.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

using kernels::flip_rows;

/// Patterns whose inputs are laid out as numbers at a time, and perturbations that use a block of
/// them one after the other.
constexpr std::size_t most_rows = 2048, together = 8;

/// A weight that is turned at one size is turned at all larger ones: each weight turns once, at its
/// place among the sizes from small to large.
class FlipPlaces {
  public:
    FlipPlaces(const Weights& weights, const FlatnessOptions& options)
        : n_(weights.unit_inputs()),
          random_(options.seed, Stream::Noise),
          by_size_(options.sizes.size()) {
        std::iota(by_size_.begin(), by_size_.end(), std::size_t{0});
        std::ranges::stable_sort(by_size_, {}, [&](std::size_t s) { return options.sizes[s]; });
        for (const std::size_t s : by_size_) {
            // Turned where word / 2^32 < size: where word exceeds none of the limits from it on.
            const double words = std::ceil(options.sizes[s] * 0x1p32);
            if (words == 0.0) {
                ++never_;
            } else {
                limits_.push_back(static_cast<std::uint32_t>(words - 1.0));
            }
        }
        for (std::size_t k = 0; k < weights.units(); ++k) {
            for (std::size_t i = 0; i < n_; ++i) minus_.push_back(weights.sign(k, i) < 0 ? 1 : 0);
        }
    }

    /// The size that stands at place s.
    std::size_t at(std::size_t s) const { return by_size_[s]; }
    std::size_t sizes() const { return by_size_.size(); }
    std::size_t units() const { return minus_.size() / n_; }

    /// The place of each weight in perturbation b; sizes() where none turns it.
    std::vector<std::uint32_t> places(std::size_t b) const {
        std::vector<std::uint32_t> words(minus_.size());
        random_.words(static_cast<std::uint32_t>(b), words);
        kernels::count_exceeded(words, limits_);
        for (std::uint32_t& word : words) word += never_;
        return words;
    }

    /// Weights in the order of their places, unit by unit, and where each place ends.
    struct Order {
        std::vector<std::uint32_t> weights, ends;
        std::size_t inputs, sizes;

        kernels::Flips of(std::size_t k) const {
            return {weights.data() + k * inputs, ends.data() + k * 2 * (sizes + 1), sizes};
        }
    };
    Order order(std::size_t b) const {
        const std::vector<std::uint32_t> places = this->places(b);
        const std::size_t lists = 2 * (sizes() + 1);
        Order order{std::vector<std::uint32_t>(places.size()),
                    std::vector<std::uint32_t>(units() * lists, 0), n_, sizes()};
        for (std::size_t k = 0; k < units(); ++k) {
            const std::uint32_t* place = places.data() + k * n_;
            const std::uint32_t* minus = minus_.data() + k * n_;
            std::uint32_t* ends = order.ends.data() + k * lists;
            for (std::size_t i = 0; i < n_; ++i) ++ends[2 * place[i] + minus[i]];
            std::exclusive_scan(ends, ends + lists, ends, std::uint32_t{0});
            for (std::size_t i = 0; i < n_; ++i) {
                order.weights[k * n_ + ends[2 * place[i] + minus[i]]++] =
                    static_cast<std::uint32_t>(i);
            }
        }
        return order;
    }

  private:
    std::size_t n_;
    Philox random_;
    std::vector<std::size_t> by_size_;
    std::uint32_t never_ = 0;  ///< sizes at which no weight turns
    std::vector<std::uint32_t> limits_, minus_;
};

/// Sums of +-1 inputs, which are whole numbers: each weight that turns moves the sums of a block of
/// patterns. Sum holds a unit's inputs and the number of units.
template <class Sum>
class FlippedBits {
  public:
    FlippedBits(const Network& network, const Weights& weights, const PatternSet& patterns,
                const FlipPlaces& places, const FlatnessOptions& options)
        : network_(network), patterns_(patterns), places_(places), options_(options) {
        sums_.resize(network.hidden * patterns.patterns());
        preactivations(network, weights, patterns, sums_);
    }

    NoiseCounts count(const LandscapeObserver& observer) {
        const std::size_t perturbations = options_.perturbations, all = patterns_.patterns();
        NoiseCounts wrong(places_.sizes() * perturbations, 0);
        for (std::size_t row = 0; row < all; row += most_rows) {
            take_rows(WantedRows(network_, patterns_, row, std::min(most_rows, all - row)));
            for (std::size_t first = 0; first < perturbations; first += noise_look_interval) {
                const std::size_t some = std::min(noise_look_interval, perturbations - first);
                parallel_for(some, together, [&](std::size_t begin, std::size_t end) {
                    perturb(first + begin, end - begin, wrong);
                });
                tell_observer(observer,
                              (static_cast<double>(row) * static_cast<double>(perturbations) +
                               static_cast<double>(rows_) * static_cast<double>(first + some)) /
                                  (static_cast<double>(all) * static_cast<double>(perturbations)));
            }
        }
        return wrong;
    }

  private:
    void take_rows(const WantedRows& rows) {
        rows_ = rows.size();
        const std::size_t blocks = (rows_ + flip_rows - 1) / flip_rows;
        inputs_.assign(blocks * network_.inputs * flip_rows, 0);
        plain_.assign(network_.hidden * blocks * flip_rows, 0);
        threshold_.assign(blocks * flip_rows, 0);
        wanted_.assign(blocks * flip_rows, 1);
        // Sums are whole numbers within +-n.
        const auto n = static_cast<double>(network_.unit_inputs());
        const double threshold = std::clamp(std::floor(network_.threshold()), -n - 1.0, n);
        for (std::size_t r = 0; r < rows_; ++r) {
            const int turn = rows.turn[r] < 0.0f ? -1 : 1;
            Sum* x = inputs_.data() + r / flip_rows * network_.inputs * flip_rows + r % flip_rows;
            for (std::size_t i = 0; i < network_.inputs; ++i) {
                x[i * flip_rows] = static_cast<Sum>(turn * patterns_.sign(rows.first + r, i));
            }
            for (std::size_t k = 0; k < network_.hidden; ++k) {
                plain_[k * blocks * flip_rows + r] =
                    static_cast<Sum>(turn * sums_[k * patterns_.patterns() + rows.first + r]);
            }
            threshold_[r] = static_cast<Sum>(threshold - (rows.tie[r] != 0 ? 1.0 : 0.0));
            wanted_[r] = rows.answer[r] < 0.0f ? -1 : 1;
        }
    }

    void perturb(std::size_t first, std::size_t count, NoiseCounts& wrong) const {
        std::vector<FlipPlaces::Order> orders;
        for (std::size_t b = 0; b < count; ++b) orders.push_back(places_.order(first + b));
        std::vector<Sum> positive(places_.sizes() * flip_rows);
        const std::size_t padded = threshold_.size();
        for (std::size_t block = 0; block < padded; block += flip_rows) {
            for (std::size_t b = 0; b < count; ++b) {
                std::ranges::fill(positive, Sum{0});
                for (std::size_t k = 0; k < network_.hidden; ++k) {
                    kernels::count_positive(inputs_.data() + block * network_.inputs +
                                                network_.first_input(k) * flip_rows,
                                            plain_.data() + k * padded + block,
                                            threshold_.data() + block, orders[b].of(k),
                                            positive.data());
                }
                for (std::size_t s = 0; s < places_.sizes(); ++s) {
                    wrong[places_.at(s) * options_.perturbations + first + b] +=
                        static_cast<std::uint32_t>(kernels::count_unwanted(
                            kernels::vote_of(network_), network_.hidden,
                            positive.data() + s * flip_rows, wanted_.data() + block,
                            std::min(flip_rows, rows_ - block)));
                }
            }
        }
    }

    const Network& network_;
    const PatternSet& patterns_;
    const FlipPlaces& places_;
    const FlatnessOptions& options_;
    std::vector<double> sums_;  ///< without noise, of all patterns
    // Of the patterns in hand, in blocks of flip_rows, labels folded in.
    std::size_t rows_ = 0;
    std::vector<Sum> inputs_, plain_, threshold_, wanted_;
};

/// Of real inputs, whose sums depend on their order: each perturbation's weights are made.
NoiseCounts count_of(const Network& network, const Weights& weights, const RealPatterns& patterns,
                     const FlipPlaces& places, const FlatnessOptions& options,
                     const LandscapeObserver& observer) {
    const std::size_t n = network.unit_inputs(), perturbations = options.perturbations;
    NoiseCounts wrong(places.sizes() * perturbations, 0);
    std::vector<signed char> signs(n * network.hidden);
    for (std::size_t b = 0; b < perturbations; ++b) {
        const std::vector<std::uint32_t> place = places.places(b);
        for (std::size_t s = 0; s < places.sizes(); ++s) {
            for (std::size_t i = 0; i < signs.size(); ++i) {
                const int sign = weights.sign(i / n, i % n);
                signs[i] = static_cast<signed char>(place[i] <= s ? -sign : sign);
            }
            const Weights turned = Weights::from_signs(n, network.hidden, signs);
            wrong[places.at(s) * perturbations + b] =
                static_cast<std::uint32_t>(count_errors(network, turned, patterns));
        }
        if ((b + 1) % noise_look_interval == 0 || b + 1 == perturbations) {
            tell_observer(observer,
                          static_cast<double>(b + 1) / static_cast<double>(perturbations));
        }
    }
    return wrong;
}

NoiseCounts count_of(const Network& network, const Weights& weights, const PatternSet& patterns,
                     const FlipPlaces& places, const FlatnessOptions& options,
                     const LandscapeObserver& observer) {
    constexpr std::size_t most = std::numeric_limits<std::int16_t>::max() - 1;
    if (std::max(network.unit_inputs(), network.hidden) <= most) {
        return FlippedBits<std::int16_t>(network, weights, patterns, places, options)
            .count(observer);
    }
    return FlippedBits<std::int32_t>(network, weights, patterns, places, options).count(observer);
}

}  // namespace

NoiseCounts count_with_flips(const Network& network, const Weights& weights,
                             const Patterns& patterns, const FlatnessOptions& options,
                             const LandscapeObserver& observer) {
    const FlipPlaces places(weights, options);
    return patterns.visit([&](const auto& set) {
        return count_of(network, weights, *set, places, options, observer);
    });
}

}  // namespace steppe

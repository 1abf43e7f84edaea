#include "steppe/landscape/flatness.hpp"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <utility>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/blas.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

using Matrix = Eigen::MatrixXf;
using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Patterns that are laid out as numbers at a time, and perturbations that are multiplied with them
/// together.
constexpr std::size_t most_rows = 2048, most_together = 32;
/// Perturbations between two looks at the observer.
constexpr std::size_t look_interval = 256;

Eigen::Index index(std::size_t i) {
    return static_cast<Eigen::Index>(i);
}

void validate(const Network& network, const FlatnessOptions& options) {
    const bool flips = options.noise == Noise::Flips;
    if (flips != (network.weights == WeightKind::Binary)) {
        throw Error(fmt::format("{} noise is not of {} weights: {}", noise_name(options.noise),
                                weight_kind_name(network.weights),
                                flips ? "take multiplicative or additive" : "take flips"));
    }
    if (options.perturbations == 0) throw Error("perturbations is 0: it must be 1 or more");
    for (const double size : options.sizes) {
        if (size >= 0.0 && std::isfinite(size) && (!flips || size <= 1.0)) continue;
        throw Error(fmt::format("a size of noise is {}: it must be {}", size,
                                flips ? "a probability" : "0 or more"));
    }
}

std::size_t count_of(const Network& network, const Weights& weights, const Patterns& patterns) {
    return patterns.visit([&](const auto& set) { return count_errors(network, weights, *set); });
}

/// Errors of each perturbation at each size: [size * perturbations + b].
using Counts = std::vector<std::uint32_t>;

// ------------------------------------------------------------------------------------ real weights

/// A sum is linear in the size of the noise, z = z0 + s z1, so that one product serves all sizes.
class RealNoise {
  public:
    RealNoise(const Network& network, const Weights& weights, const Patterns& patterns,
              const FlatnessOptions& options)
        : network_(network),
          weights_(weights),
          patterns_(patterns),
          options_(options),
          random_(options.seed, Stream::Test) {
        hold_blas_to_one_thread();
        plain_.resize(network.hidden * patterns.patterns());
        patterns.visit([&](const auto& set) { preactivations(network, weights, *set, plain_); });
        for (std::size_t k = 0; k < network.hidden; ++k) {
            double square = 0.0;
            for (const double w : weights.unit_values(k)) square += w * w;
            squares_.push_back(square);
        }
    }

    Counts count(const LandscapeObserver& observer) {
        const std::size_t perturbations = options_.perturbations;
        Counts wrong(options_.sizes.size() * perturbations, 0);
        const std::size_t all = patterns_.patterns();
        for (std::size_t row = 0; row < all; row += most_rows) {
            take_rows(row, std::min(most_rows, all - row));
            for (std::size_t first = 0; first < perturbations; first += look_interval) {
                const std::size_t some = std::min(look_interval, perturbations - first);
                parallel_for(some, most_together, [&](std::size_t begin, std::size_t end) {
                    perturb(first + begin, end - begin, wrong);
                });
                tell_observer(
                    observer,
                    (static_cast<double>(row) * static_cast<double>(perturbations) +
                     static_cast<double>(inputs_.rows()) * static_cast<double>(first + some)) /
                        (static_cast<double>(all) * static_cast<double>(perturbations)));
            }
        }
        return wrong;
    }

  private:
    /// The patterns from `row` on, and what is wanted of them.
    void take_rows(std::size_t row, std::size_t count) {
        inputs_.resize(index(count), index(network_.inputs));
        first_row_ = row;
        turn_.assign(count, 1.0f);
        wanted_.assign(count, 1);
        tie_.assign(count, 0);
        const bool folds = network_.folds_labels();
        patterns_.visit([&](const auto& set) {
            parallel_for(count, 64, [&](std::size_t begin, std::size_t end) {
                for (std::size_t r = begin; r < end; ++r) {
                    float* x = inputs_.row(index(r)).data();
                    set->copy_inputs(row + r, 0, std::span<float>(x, network_.inputs));
                }
            });
            for (std::size_t r = 0; r < count; ++r) {
                const bool minus = !set->labels().empty() && set->labels()[row + r] < 0;
                const bool was_turned = !set->turned().empty() && set->turned()[row + r] != 0;
                if (folds && minus) turn_[r] = -1.0f;
                if (!folds && minus) wanted_[r] = -1;
                tie_[r] = network_.tie_is_positive(was_turned != (folds && minus)) ? 1 : 0;
            }
        });
    }

    /// Noise of unit k in perturbations [first, first + count), a column each.
    void make_noise(std::size_t k, std::size_t first, Matrix& noise) const {
        const std::span<const double> w = weights_.unit_values(k);
        const double unit = std::sqrt(squares_[k] / static_cast<double>(w.size()));
        for (Eigen::Index b = 0; b < noise.cols(); ++b) {
            const auto number = static_cast<std::uint32_t>(first + static_cast<std::size_t>(b));
            for (std::size_t i = 0; i < w.size(); ++i) {
                const double scale = options_.noise == Noise::Multiplicative ? w[i] : unit;
                noise(index(i), b) =
                    static_cast<float>(scale * random_.normal(k * w.size() + i, number));
            }
        }
    }

    /// What a unit is scaled by at each size: [size * columns + b].
    std::vector<double> scales(std::size_t k, const Matrix& noise) const {
        const auto columns = static_cast<std::size_t>(noise.cols());
        std::vector<double> all(options_.sizes.size() * columns, 1.0);
        if (options_.noise == Noise::Multiplicative) return all;
        const std::span<const double> w = weights_.unit_values(k);
        for (std::size_t b = 0; b < columns; ++b) {
            double product = 0.0, square = 0.0;
            for (std::size_t i = 0; i < w.size(); ++i) {
                const double z = static_cast<double>(noise(index(i), index(b)));
                product += w[i] * z;
                square += z * z;
            }
            for (std::size_t s = 0; s < options_.sizes.size(); ++s) {
                const double size = options_.sizes[s];
                const double norm = squares_[k] + 2.0 * size * product + size * size * square;
                all[s * columns + b] = norm > 0.0 ? std::sqrt(squares_[k] / norm) : 1.0;
            }
        }
        return all;
    }

    void perturb(std::size_t first, std::size_t count, Counts& wrong) const {
        const std::size_t n = network_.unit_inputs(), units = network_.hidden;
        std::vector<Matrix> moved(units);
        std::vector<std::vector<double>> scale(units);
        Matrix noise(index(n), index(count));
        for (std::size_t k = 0; k < units; ++k) {
            make_noise(k, first, noise);
            scale[k] = scales(k, noise);
            moved[k].noalias() =
                inputs_.middleCols(index(network_.first_input(k)), index(n)) * noise;
        }
        std::vector<double> z(units);
        for (std::size_t s = 0; s < options_.sizes.size(); ++s) {
            for (std::size_t b = 0; b < count; ++b) {
                std::uint32_t errors = 0;
                for (Eigen::Index r = 0; r < inputs_.rows(); ++r) {
                    for (std::size_t k = 0; k < units; ++k) {
                        z[k] = scale[k][s * count + b] *
                               (plain_sum(static_cast<std::size_t>(r), k) +
                                options_.sizes[s] * static_cast<double>(moved[k](r, index(b))));
                    }
                    errors += is_wrong(static_cast<std::size_t>(r), z) ? 1 : 0;
                }
                wrong[s * options_.perturbations + first + b] += errors;
            }
        }
    }

    double plain_sum(std::size_t r, std::size_t k) const {
        return plain_[k * patterns_.patterns() + first_row_ + r];
    }

    bool is_wrong(std::size_t r, const std::vector<double>& z) const {
        if (network_.activation == Activation::Relu) {
            double sum = 0.0;
            for (std::size_t k = 0; k < z.size(); ++k) {
                sum += (k % 2 == 0 ? 1.0 : -1.0) * std::max(z[k], 0.0);
            }
            return (sum > 0.0 ? 1 : -1) != wanted_[r];
        }
        const double threshold = network_.threshold();
        std::size_t positive = 0;
        for (const double sum : z) {
            const double turned = static_cast<double>(turn_[r]) * sum;
            if (turned > threshold || (turned == threshold && tie_[r] != 0)) ++positive;
        }
        return network_.answer(positive) != wanted_[r];
    }

    const Network& network_;
    const Weights& weights_;
    const Patterns& patterns_;
    const FlatnessOptions& options_;
    Philox random_;
    std::vector<double> plain_;    ///< sums without noise, of all patterns
    std::vector<double> squares_;  ///< |w|^2 of each unit
    // Of the patterns in hand.
    Rows inputs_;
    std::size_t first_row_ = 0;
    std::vector<float> turn_;
    std::vector<int> wanted_;
    std::vector<char> tie_;
};

// ---------------------------------------------------------------------------------- binary weights

/// A weight that is turned at one size is turned at all larger ones.
Counts count_flips(const Network& network, const Weights& weights, const Patterns& patterns,
                   const FlatnessOptions& options, const LandscapeObserver& observer) {
    const std::size_t n = network.unit_inputs(), units = network.hidden;
    const Philox random(options.seed, Stream::Test);
    Counts wrong(options.sizes.size() * options.perturbations, 0);
    std::vector<double> chance(n * units);
    std::vector<signed char> signs(n * units);
    for (std::size_t b = 0; b < options.perturbations; ++b) {
        for (std::size_t i = 0; i < chance.size(); ++i) {
            chance[i] = random.uniform(i, static_cast<std::uint32_t>(b));
        }
        for (std::size_t s = 0; s < options.sizes.size(); ++s) {
            for (std::size_t i = 0; i < chance.size(); ++i) {
                const int sign = weights.sign(i / n, i % n);
                signs[i] = static_cast<signed char>(chance[i] < options.sizes[s] ? -sign : sign);
            }
            wrong[s * options.perturbations + b] = static_cast<std::uint32_t>(
                count_of(network, Weights::from_signs(n, units, signs), patterns));
        }
        if ((b + 1) % look_interval == 0 || b + 1 == options.perturbations) {
            tell_observer(observer,
                          static_cast<double>(b + 1) / static_cast<double>(options.perturbations));
        }
    }
    return wrong;
}

}  // namespace

std::string noise_name(Noise noise) {
    return noise == Noise::Multiplicative ? "multiplicative"
           : noise == Noise::Additive     ? "additive"
                                          : "flips";
}

std::optional<double> FlatnessCurve::size_at(double added) const {
    double last_size = 0.0, last = 0.0;
    for (const FlatnessPoint& point : points) {
        const double here = point.added.mean;
        if (here >= added && point.size >= last_size) {
            if (here == last) return last_size;
            return last_size + (point.size - last_size) * (added - last) / (here - last);
        }
        last_size = point.size;
        last = here;
    }
    return std::nullopt;
}

FlatnessCurve flatness_curve(const Network& network, const Weights& weights,
                             const Patterns& patterns, const FlatnessOptions& options,
                             const LandscapeObserver& observer) {
    validate(network, options);
    const auto count = static_cast<double>(patterns.patterns());
    FlatnessCurve curve;
    const auto errors = static_cast<double>(count_of(network, weights, patterns));
    curve.error_rate = errors / count;
    const Counts wrong = options.noise == Noise::Flips
                             ? count_flips(network, weights, patterns, options, observer)
                             : RealNoise(network, weights, patterns, options).count(observer);
    for (std::size_t s = 0; s < options.sizes.size(); ++s) {
        std::vector<double> added(options.perturbations);
        for (std::size_t b = 0; b < options.perturbations; ++b) {
            added[b] = (static_cast<double>(wrong[s * options.perturbations + b]) - errors) / count;
        }
        curve.points.push_back({options.sizes[s], estimate_of(added)});
    }
    return curve;
}

}  // namespace steppe

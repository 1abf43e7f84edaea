#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "steppe/landscape/noise_counts.hpp"
#include "steppe/landscape/noise_kernels.hpp"
#include "steppe/landscape/wanted_rows.hpp"
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
/// Of a sum in single precision, in parts of its terms: some roundings.
constexpr double rounding = 0x1p-20;

Eigen::Index index(std::size_t i) {
    return static_cast<Eigen::Index>(i);
}

/// A sum is linear in the size of the noise, z = z0 + s z1, so that one product serves all sizes.
class RealNoise {
  public:
    RealNoise(const Network& network, const Weights& weights, const Patterns& patterns,
              const FlatnessOptions& options)
        : network_(network),
          weights_(weights),
          patterns_(patterns),
          options_(options),
          random_(options.seed, Stream::Noise) {
        hold_blas_to_one_thread();
        sums_.resize(network.hidden * patterns.patterns());
        patterns.visit([&](const auto& set) { preactivations(network, weights, *set, sums_); });
        for (std::size_t k = 0; k < network.hidden; ++k) {
            const std::span<const double> w = weights.unit_values(k);
            double square = 0.0;
            for (const double x : w) square += x * x;
            squares_.push_back(square);
            const double unit = std::sqrt(square / static_cast<double>(w.size()));
            for (const double x : w) {
                scale_.push_back(
                    static_cast<float>(options.noise == Noise::Multiplicative ? x : unit));
            }
        }
    }

    NoiseCounts count(const LandscapeObserver& observer) {
        const std::size_t perturbations = options_.perturbations;
        NoiseCounts wrong(options_.sizes.size() * perturbations, 0);
        const std::size_t all = patterns_.patterns();
        for (std::size_t row = 0; row < all; row += most_rows) {
            take_rows(row, std::min(most_rows, all - row));
            for (std::size_t first = 0; first < perturbations; first += noise_look_interval) {
                const std::size_t some = std::min(noise_look_interval, perturbations - first);
                parallel_for(some, most_together, [&](std::size_t begin, std::size_t end) {
                    perturb(first + begin, end - begin, wrong);
                });
                tell_observer(
                    observer,
                    (static_cast<double>(row) * static_cast<double>(perturbations) +
                     static_cast<double>(rows_.size()) * static_cast<double>(first + some)) /
                        (static_cast<double>(all) * static_cast<double>(perturbations)));
            }
        }
        return wrong;
    }

  private:
    /// The sums of some perturbations, those of unit k in perturbation b in column k * count + b.
    struct Moved {
        std::size_t first, count;
        Matrix sums;
        Eigen::VectorXf largest;    ///< size, of each column
        std::vector<double> scale;  ///< of a unit at each size: [size * columns + column]
    };

    void take_rows(std::size_t row, std::size_t count) {
        rows_ = WantedRows(network_, patterns_, row, count);
        inputs_.resize(index(count), index(network_.inputs));
        patterns_.visit([&](const auto& set) {
            parallel_for(count, 64, [&](std::size_t begin, std::size_t end) {
                for (std::size_t r = begin; r < end; ++r) {
                    float* x = inputs_.row(index(r)).data();
                    set->copy_inputs(row + r, 0, std::span<float>(x, network_.inputs));
                    inputs_.row(index(r)) *= rows_.turn[r];
                }
            });
        });
        padded_ = (count + kernels::noise_rows - 1) / kernels::noise_rows * kernels::noise_rows;
        rows_.answer.resize(padded_, 1.0f);
        plain_.setZero(index(padded_), index(network_.hidden));
        for (std::size_t k = 0; k < network_.hidden; ++k) {
            for (std::size_t r = 0; r < count; ++r) {
                plain_(index(r), index(k)) = static_cast<float>(plain_sum(r, k));
            }
        }
        largest_plain_ = plain_.cwiseAbs().colwise().maxCoeff();
    }

    Matrix noise(std::size_t first, std::size_t count) const {
        const std::size_t n = network_.unit_inputs(), units = network_.hidden;
        Matrix noise(index(n), index(units * count));
        Eigen::VectorXf normals(index(units * n));
        const Eigen::Map<const Eigen::VectorXf> scale(scale_.data(), index(units * n));
        for (std::size_t b = 0; b < count; ++b) {
            random_.normals(static_cast<std::uint32_t>(first + b),
                            std::span<float>(normals.data(), units * n));
            for (std::size_t k = 0; k < units; ++k) {
                noise.col(index(k * count + b)) =
                    scale.segment(index(k * n), index(n))
                        .cwiseProduct(normals.segment(index(k * n), index(n)));
            }
        }
        return noise;
    }

    /// What a unit is scaled by at each size.
    std::vector<double> scales(const Matrix& noise, std::size_t count) const {
        const auto columns = static_cast<std::size_t>(noise.cols());
        std::vector<double> all(options_.sizes.size() * columns, 1.0);
        if (options_.noise == Noise::Multiplicative) return all;
        for (std::size_t c = 0; c < columns; ++c) {
            const std::size_t k = c / count;
            const std::span<const double> w = weights_.unit_values(k);
            const auto z = noise.col(index(c)).cast<double>();
            const double product =
                Eigen::Map<const Eigen::VectorXd>(w.data(), index(w.size())).dot(z);
            const double square = z.squaredNorm();
            for (std::size_t s = 0; s < options_.sizes.size(); ++s) {
                const double size = options_.sizes[s];
                const double norm = squares_[k] + 2.0 * size * product + size * size * square;
                all[s * columns + c] = norm > 0.0 ? std::sqrt(squares_[k] / norm) : 1.0;
            }
        }
        return all;
    }

    void perturb(std::size_t first, std::size_t count, NoiseCounts& wrong) const {
        const std::size_t n = network_.unit_inputs(), units = network_.hidden;
        const Matrix noise = this->noise(first, count);
        Moved moved{first, count, Matrix(index(padded_), noise.cols()), {}, scales(noise, count)};
        moved.sums.bottomRows(index(padded_ - rows_.size())).setZero();
        auto sums = moved.sums.topRows(index(rows_.size()));
        if (network_.wiring == Wiring::Tree) {
            for (std::size_t k = 0; k < units; ++k) {
                sums.middleCols(index(k * count), index(count)).noalias() =
                    inputs_.middleCols(index(network_.first_input(k)), index(n)) *
                    noise.middleCols(index(k * count), index(count));
            }
        } else {
            sums.noalias() = inputs_ * noise;
        }
        moved.largest = moved.sums.cwiseAbs().colwise().maxCoeff();
        for (std::size_t b = 0; b < count; ++b) count_errors_of(moved, b, wrong);
    }

    /// Single precision decides all but the rows that come too close to a threshold.
    void count_errors_of(const Moved& moved, std::size_t b, NoiseCounts& wrong) const {
        const auto stride = static_cast<std::size_t>(moved.sums.rows());
        const kernels::NoisySums sums{
            rows_.size(),         plain_.data(),      padded_, moved.sums.data() + b * stride,
            moved.count * stride, rows_.answer.data()};
        std::vector<kernels::NoisyUnit> units(network_.hidden);
        std::vector<std::uint32_t> doubtful(rows_.size());
        for (std::size_t s = 0; s < options_.sizes.size(); ++s) {
            for (std::size_t k = 0; k < units.size(); ++k) units[k] = noisy_unit(moved, b, s, k);
            const kernels::NoisyCount count =
                kernels::count_noisy(kernels::vote_of(network_), sums,
                                     static_cast<float>(options_.sizes[s]), units, doubtful.data());
            std::size_t errors = count.wrong;
            for (std::size_t i = 0; i < count.doubtful; ++i) {
                errors += is_wrong(moved, b, s, doubtful[i]) ? 1 : 0;
            }
            wrong[s * options_.perturbations + moved.first + b] +=
                static_cast<std::uint32_t>(errors);
        }
    }

    kernels::NoisyUnit noisy_unit(const Moved& moved, std::size_t b, std::size_t s,
                                  std::size_t k) const {
        const std::size_t column = k * moved.count + b;
        const double scale = moved.scale[s * units_times(moved.count) + column];
        double largest = static_cast<double>(largest_plain_[index(k)]) +
                         options_.sizes[s] * static_cast<double>(moved.largest[index(column)]);
        kernels::NoisyUnit unit;
        if (network_.activation == Activation::Relu) {
            unit.factor = static_cast<float>(Network::output_weight(k) * scale);
            largest *= scale * static_cast<double>(network_.hidden);
        } else if (network_.threshold() != 0.0) {
            const double threshold = network_.threshold() / scale;
            unit.threshold = static_cast<float>(threshold);
            largest += std::abs(threshold);
        }
        unit.doubt = static_cast<float>(rounding * largest);
        return unit;
    }

    std::size_t units_times(std::size_t count) const { return network_.hidden * count; }

    /// Without noise, the label folded in.
    double plain_sum(std::size_t r, std::size_t k) const {
        return static_cast<double>(rows_.turn[r]) *
               sums_[k * patterns_.patterns() + rows_.first + r];
    }

    /// In double precision.
    bool is_wrong(const Moved& moved, std::size_t b, std::size_t s, std::size_t r) const {
        const bool relu = network_.activation == Activation::Relu;
        const double threshold = network_.threshold();
        std::size_t positive = 0;
        double answer = 0.0;
        for (std::size_t k = 0; k < network_.hidden; ++k) {
            const std::size_t column = k * moved.count + b;
            const double z = moved.scale[s * units_times(moved.count) + column] *
                             (plain_sum(r, k) + options_.sizes[s] * static_cast<double>(moved.sums(
                                                                        index(r), index(column))));
            if (relu) answer += Network::output_weight(k) * std::max(z, 0.0);
            if (z > threshold || (z == threshold && rows_.tie[r] != 0)) ++positive;
        }
        const int given = relu ? (answer > 0.0 ? 1 : -1) : network_.answer(positive);
        return given != (rows_.answer[r] > 0.0f ? 1 : -1);
    }

    const Network& network_;
    const Weights& weights_;
    const Patterns& patterns_;
    const FlatnessOptions& options_;
    Philox random_;
    std::vector<double> sums_;     ///< without noise, of all patterns
    std::vector<double> squares_;  ///< |w|^2 of each unit
    std::vector<float> scale_;     ///< deviation of the noise of size 1 on each weight
    // Of the patterns in hand, labels folded in.
    WantedRows rows_;
    std::size_t padded_ = 0;
    Rows inputs_;
    Matrix plain_;  ///< sums without noise, a column for each unit
    Eigen::VectorXf largest_plain_;
};

}  // namespace

NoiseCounts count_with_real_noise(const Network& network, const Weights& weights,
                                  const Patterns& patterns, const FlatnessOptions& options,
                                  const LandscapeObserver& observer) {
    return RealNoise(network, weights, patterns, options).count(observer);
}

}  // namespace steppe

#include "steppe/landscape/hessian.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <string>

#include "steppe/error.hpp"
#include "steppe/landscape/lanczos.hpp"
#include "steppe/landscape/surrogate_loss.hpp"
#include "steppe/numeric/symmetric_eigen.hpp"

namespace steppe {

namespace {

using Matrix = Eigen::MatrixXd;

/// Eigenvalues that are as small, in parts of the largest in size, count as 0.
constexpr double zero_part = 1e-6;

void validate(const HessianOptions& options) {
    const auto require = [](bool holds, const char* name, double value, const char* right) {
        if (!holds) throw Error(fmt::format("{} is {}: it must be {}", name, value, right));
    };
    const auto number = [](std::size_t count) { return static_cast<double>(count); };
    require(options.probes > 0, "probes", number(options.probes), "1 or more");
    require(options.lanczos_steps > 0, "lanczos_steps", number(options.lanczos_steps), "1 or more");
    require(options.broadening > 0.0 && std::isfinite(options.broadening), "broadening",
            options.broadening, "above 0");
    require(options.density_points != 1, "density_points", 1.0, "0, or 2 or more");
}

/// The eigenvalues that are not 0 in the first place, and how many are.
struct Spectrum {
    std::vector<SpectralNodes> probes;  ///< one with equal weights where all are known
    std::size_t known = 0;              ///< eigenvalues that the probes stand for
    std::size_t zeros = 0;

    double part() const { return static_cast<double>(known) / static_cast<double>(known + zeros); }
    double lowest() const {
        return end([](double a, double b) { return std::min(a, b); });
    }
    double highest() const {
        return end([](double a, double b) { return std::max(a, b); });
    }

  private:
    template <class Better>
    double end(const Better& better) const {
        double value = zeros > 0 ? 0.0 : probes.front().values.front();
        for (const SpectralNodes& probe : probes) {
            for (const double x : probe.values) value = better(value, x);
        }
        return value;
    }
};

/// To the outermost of the other eigenvalues, as far as they belong there.
void add_zeros(std::vector<double>& values, std::size_t zeros, std::size_t count, SpectrumEnd end) {
    values.insert(values.end(), std::min(zeros, count), 0.0);
    if (end == SpectrumEnd::Largest) {
        std::sort(values.begin(), values.end(), std::greater<>());
    } else {
        std::sort(values.begin(), values.end());
    }
    values.resize(std::min(values.size(), count));
}

/// The part of the spectrum below a bound. A node of a quadrature stands for eigenvalues on both of
/// its sides: half of them, and between two nodes as on a straight line.
double part_below(const SpectralNodes& nodes, double bound) {
    double last_value = 0.0, last_part = 0.0, before = 0.0;
    for (std::size_t i = 0; i < nodes.values.size(); ++i) {
        const double value = nodes.values[i], part = before + 0.5 * nodes.weights[i];
        if (value >= bound) {
            if (i == 0) return 0.0;
            return last_part + (part - last_part) * (bound - last_value) / (value - last_value);
        }
        last_value = value;
        last_part = part;
        before += nodes.weights[i];
    }
    return 1.0;
}

/// What is below counts as negative.
double negative_bound(const Spectrum& spectrum) {
    return -zero_part * std::max(std::abs(spectrum.lowest()), std::abs(spectrum.highest()));
}

Estimate negative_fraction(const Spectrum& spectrum) {
    std::vector<double> parts;
    for (const SpectralNodes& probe : spectrum.probes) {
        parts.push_back(spectrum.part() * part_below(probe, negative_bound(spectrum)));
    }
    return estimate_of(parts);
}

std::vector<DensityPoint> density_of(const Spectrum& spectrum, const HessianOptions& options) {
    std::vector<DensityPoint> points(options.density_points);
    if (points.empty()) return points;
    const double lowest = spectrum.lowest(), highest = spectrum.highest();
    // All eigenvalues may be the same, even 0.
    const double width = highest > lowest ? highest - lowest : std::max(std::abs(highest), 1.0);
    const double deviation = options.broadening * width;
    const double from = lowest - 4.0 * deviation, to = highest + 4.0 * deviation;
    const auto bump = [&](double x) {
        const double z = x / deviation;
        return std::exp(-0.5 * z * z) / (deviation * std::sqrt(2.0 * std::numbers::pi));
    };
    const double share = spectrum.part() / static_cast<double>(spectrum.probes.size());
    for (std::size_t p = 0; p < points.size(); ++p) {
        const double x =
            from + (to - from) * static_cast<double>(p) / static_cast<double>(points.size() - 1);
        double sum = (1.0 - spectrum.part()) * bump(x);
        for (const SpectralNodes& probe : spectrum.probes) {
            for (std::size_t i = 0; i < probe.values.size(); ++i) {
                sum += share * probe.weights[i] * bump(x - probe.values[i]);
            }
        }
        points[p] = {x, sum};
    }
    return points;
}

/// All that is asked of the spectrum from all its eigenvalues.
void from_all(const LossCurvature& curvature, const HessianOptions& options, Spectrum& spectrum,
              const LandscapeObserver& observer, HessianReport& report) {
    // How long it takes is not known in parts.
    const Poll poll = [&] { tell_observer(observer, 0.0); };
    std::vector<double> values = symmetric_eigenvalues(curvature.whole(poll), poll);
    const double each = 1.0 / static_cast<double>(values.size());
    spectrum.probes = {{values, std::vector<double>(values.size(), each)}};
    values.insert(values.end(), spectrum.zeros, 0.0);
    std::sort(values.begin(), values.end());
    const auto count = static_cast<std::ptrdiff_t>(std::min(options.extremes, values.size()));
    report.smallest.assign(values.begin(), values.begin() + count);
    report.largest.assign(values.rbegin(), values.rbegin() + count);
    const auto negative =
        std::lower_bound(values.begin(), values.end(), negative_bound(spectrum)) - values.begin();
    report.negative_fraction = {static_cast<double>(negative) / static_cast<double>(values.size()),
                                0.0};
    report.eigenvalues = std::move(values);
}

void add_note(HessianReport& report, const std::string& note) {
    report.converged = false;
    report.note += (report.note.empty() ? "" : "; ") + note;
}

/// One end of the spectrum; tell(part done).
void take_end(const LossCurvature& curvature, const SymmetricProduct& product, SpectrumEnd end,
              const HessianOptions& options, const Spectrum& spectrum,
              const std::function<void(double)>& tell, HessianReport& report) {
    const bool largest = end == SpectrumEnd::Largest;
    std::vector<double>& out = largest ? report.largest : report.smallest;
    const std::size_t size = curvature.size(), rank = curvature.rank_bound();
    const std::size_t wanted = std::min(options.extremes, size + spectrum.zeros);
    std::size_t zeros = spectrum.zeros + size - rank;
    std::size_t count = std::min(wanted, rank);
    if (!largest && curvature.is_convex()) count = wanted - std::min(wanted, zeros);
    if (!largest && count > 0 && rank < size) {
        // Of equal eigenvalues Lanczos may find one: next to these zeros it would skip the others.
        out.assign(zeros, 0.0);
        add_note(report, fmt::format("of the {} smallest eigenvalues {} are 0, and the others are "
                                     "known from the full spectrum alone",
                                     wanted, zeros));
        return;
    }
    if (count > 0) {
        const double most = static_cast<double>(most_end_products(count));
        EndValues found = end_values(
            product, size, end, count, spectrum.lowest(), spectrum.highest(), options.seed,
            [&](std::size_t products) { tell(static_cast<double>(products) / most); });
        out = std::move(found.values);
        if (!found.converged) {
            add_note(report, fmt::format("{} of the {} {} eigenvalues converged", out.size(), count,
                                         largest ? "largest" : "smallest"));
            // Nobody knows on which side of those that are missing the zeros are.
            zeros = 0;
        }
    }
    add_zeros(out, zeros, wanted, end);
}

/// The same from products, for the most part.
void from_products(const LossCurvature& curvature, const HessianOptions& options,
                   Spectrum& spectrum, const LandscapeObserver& observer, HessianReport& report) {
    const SymmetricProduct product = [&](const Eigen::Ref<const Matrix>& vectors) {
        return curvature.multiply(vectors);
    };
    const auto tell_from = [&](double begin, double length) {
        return [&observer, begin, length](double part) {
            tell_observer(observer, begin + length * std::min(part, 0.999));
        };
    };
    spectrum.probes = lanczos_quadrature(product, curvature.size(), options.probes,
                                         options.lanczos_steps, options.seed, tell_from(0.0, 0.2));
    take_end(curvature, product, SpectrumEnd::Largest, options, spectrum, tell_from(0.2, 0.2),
             report);
    take_end(curvature, product, SpectrumEnd::Smallest, options, spectrum, tell_from(0.4, 0.2),
             report);
    if (curvature.is_convex()) {
        report.negative_fraction = {0.0, 0.0};
    } else if (curvature.size() <= options.count_up_to) {
        const std::size_t negative = eigenvalues_below(
            curvature.whole([&] { tell_observer(observer, 0.6); }), negative_bound(spectrum));
        report.negative_fraction = {
            static_cast<double>(negative) / static_cast<double>(spectrum.known + spectrum.zeros),
            0.0};
    } else {
        report.negative_fraction = negative_fraction(spectrum);
    }
}

}  // namespace

HessianReport hessian_report(const Network& network, const Weights& weights,
                             const Patterns& patterns, const HessianOptions& options,
                             const LandscapeObserver& observer) {
    validate(options);
    const Eigen::VectorXd values = comparable_weights(network, weights);
    LossCurvature curvature(SurrogateLoss(network, patterns, options.beta, options.gamma), values);
    HessianReport report;
    report.loss = curvature.loss();
    report.gradient_norm = curvature.gradient().norm();
    report.trace = curvature.trace();
    curvature.enter_span();
    Spectrum spectrum;
    spectrum.known = curvature.size();
    spectrum.zeros = weights.size() - curvature.size();
    // Lanczos finds fewer eigenvalues than there are.
    const bool full = spectrum.known <= std::max(options.full_up_to, options.extremes + 1);
    (full ? from_all : from_products)(curvature, options, spectrum, observer, report);
    report.density = density_of(spectrum, options);
    tell_observer(observer, 1.0);
    return report;
}

}  // namespace steppe

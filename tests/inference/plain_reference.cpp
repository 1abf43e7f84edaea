#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <vector>

#include "steppe/data/real_patterns.hpp"
#include "steppe/inference/bp/belief_propagation.hpp"
#include "steppe/numeric/gaussian.hpp"
#include "steppe/numeric/random.hpp"

using namespace steppe;

namespace {

/// Belief propagation written down once more from its equations, on dense matrices, with flooding
/// and no shortcuts: what the solver must compute.
class PlainBeliefPropagation {
  public:
    using Matrix = Eigen::ArrayXXd;  // patterns x inputs
    using Vector = Eigen::ArrayXd;

    PlainBeliefPropagation(Matrix inputs, std::size_t hidden, bool relaxed, double damping,
                           std::vector<Matrix> start)
        : relaxed_(relaxed),
          damping_(damping),
          xi_(std::move(inputs)),
          u_(std::move(start)),
          own_(hidden) {
        for (Vector& own : own_) own = Vector::Zero(xi_.cols());
    }

    Vector field(std::size_t k) const { return u_[k].colwise().sum().transpose() + own_[k]; }

    void step(const Coupling& coupling) {
        const std::size_t units = u_.size();
        const Eigen::Index m = xi_.rows();
        std::vector<Matrix> mean(units), variance(units);
        std::vector<Vector> omega(units), total(units), f(units);
        for (std::size_t k = 0; k < units; ++k) {
            const Matrix h = (-u_[k]).rowwise() + field(k).transpose();
            mean[k] = h.tanh();
            variance[k] = 1 - mean[k].square();
            omega[k] = (xi_ * mean[k]).rowwise().sum();
            total[k] = (xi_.square() * variance[k]).rowwise().sum();
            f[k] = (omega[k] / total[k].sqrt()).unaryExpr([](double x) { return atanh_erf(x); });
        }
        for (std::size_t k = 0; k < units; ++k) {
            Matrix next(m, xi_.cols());
            for (Eigen::Index a = 0; a < m; ++a) {
                const double v =
                    units == 1 ? std::numeric_limits<double>::infinity() : majority_field(f, k, a);
                for (Eigen::Index i = 0; i < xi_.cols(); ++i) {
                    next(a, i) =
                        relaxed_ ? relaxed(omega[k](a), total[k](a), v, xi_(a, i), mean[k](a, i))
                                 : gaussian(omega[k](a), total[k](a), v, xi_(a, i), mean[k](a, i),
                                            variance[k](a, i));
                }
            }
            u_[k] = (1 - damping_) * next + damping_ * u_[k];
        }
        for (std::size_t k = 0; k < units; ++k) {
            const Vector data = u_[k].colwise().sum().transpose();
            const double y = coupling.replicas, tie = std::tanh(coupling.gamma);
            const Vector phi = data.unaryExpr([&](double h) {
                if (coupling.gamma == 0.0) return 0.0;
                const double copy = std::atanh(tie * std::tanh(h));
                return std::atanh(tie * std::tanh((y - 1) * copy));
            });
            own_[k] = (1 - damping_) * phi + damping_ * own_[k];
        }
    }

  private:
    /// e^v H(-x) + e^-v H(x); H(-x) for v = infinity.
    static double z(double x, double v) {
        if (std::isinf(v)) return gaussian_tail(-x);
        return std::exp(v) * gaussian_tail(-x) + std::exp(-v) * gaussian_tail(x);
    }

    static double gaussian(double omega, double total, double v, double xi, double mean,
                           double variance) {
        const double rest = omega - xi * mean, s = std::sqrt(total - xi * xi * variance);
        return 0.5 * std::log(z((rest + xi) / s, v) / z((rest - xi) / s, v));
    }

    static double relaxed(double omega, double total, double v, double xi, double mean) {
        // Derivatives of log z by omega.
        const double s = std::sqrt(total), x = omega / s;
        const double phi = std::exp(-0.5 * x * x) / std::sqrt(2 * M_PI);
        const double slope = std::isinf(v) ? phi : (std::exp(v) - std::exp(-v)) * phi;
        const double r = slope / z(x, v);
        const double g = r / s, g_prime = -r * (x + r) / total;
        return xi * g - xi * xi * mean * g_prime;
    }

    /// By trying all outputs of the others.
    static double majority_field(const std::vector<Vector>& f, std::size_t k, Eigen::Index a) {
        const std::size_t units = f.size();
        double sum[2] = {0.0, 0.0};
        for (std::size_t state = 0; state < std::size_t{1} << units; ++state) {
            int votes = 0;
            double weight = 1.0;
            for (std::size_t l = 0; l < units; ++l) {
                const int tau = state >> l & 1 ? 1 : -1;
                votes += tau;
                if (l != k) weight *= std::exp(f[l](a) * tau) / (2 * std::cosh(f[l](a)));
            }
            if (votes > 0) sum[state >> k & 1] += weight;
        }
        return 0.5 * std::log(sum[1] / sum[0]);
    }

    bool relaxed_;
    double damping_;
    Matrix xi_;
    std::vector<Matrix> u_;
    std::vector<Vector> own_;
};

using Matrix = PlainBeliefPropagation::Matrix;

Matrix inputs_of(const PatternSet& patterns) {
    Matrix inputs(patterns.patterns(), patterns.inputs());
    for (Eigen::Index a = 0; a < inputs.rows(); ++a) {
        for (Eigen::Index i = 0; i < inputs.cols(); ++i) {
            inputs(a, i) = patterns.sign(static_cast<std::size_t>(a), static_cast<std::size_t>(i));
        }
    }
    return inputs;
}

/// Normal numbers; every seventh is 0, as constant pixels are.
std::shared_ptr<const RealPatterns> real_patterns(std::size_t inputs, std::size_t patterns) {
    const Philox random(5, Stream::Patterns);
    std::vector<float> values(inputs * patterns);
    for (std::size_t e = 0; e < values.size(); ++e) {
        values[e] = e % 7 == 0 ? 0.0f : static_cast<float>(random.normal(e));
    }
    return std::make_shared<const RealPatterns>(
        RealPatterns::from_values(inputs, patterns, values));
}

Matrix inputs_of(const RealPatterns& patterns) {
    Matrix inputs(patterns.patterns(), patterns.inputs());
    for (Eigen::Index a = 0; a < inputs.rows(); ++a) {
        for (Eigen::Index i = 0; i < inputs.cols(); ++i) {
            inputs(a, i) = static_cast<double>(
                patterns.values()[static_cast<std::size_t>(a * inputs.cols() + i)]);
        }
    }
    return inputs;
}

/// Where the message of pattern a to weight i stands in a saved state: in the layout of the
/// patterns.
std::size_t place(const PatternSet& patterns, std::size_t a, std::size_t i) {
    return ((a / 8 * patterns.words_per_pattern() + i / 16) * 8 + a % 8) * 16 + i % 16;
}
std::size_t place(const RealPatterns& patterns, std::size_t a, std::size_t i) {
    return a * ((patterns.inputs() + 15) / 16 * 16) + i;
}

/// The messages that a solver starts from, read back from its saved state.
template <class Set>
std::vector<Matrix> start_messages(const Set& patterns, std::size_t hidden,
                                   const BeliefPropagation& solver) {
    std::vector<Matrix> start;
    const SolverState state = solver.save();
    for (std::size_t k = 0; k < hidden; ++k) {
        const std::vector<double>* messages = nullptr;
        for (const NamedArray& array : state.arrays) {
            if (array.name == "messages 0 " + std::to_string(k)) {
                messages = std::get_if<std::vector<double>>(&array.values);
            }
        }
        REQUIRE(messages != nullptr);
        start.emplace_back(patterns.patterns(), patterns.inputs());
        for (std::size_t a = 0; a < patterns.patterns(); ++a) {
            for (std::size_t i = 0; i < patterns.inputs(); ++i) {
                start.back()(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(i)) =
                    (*messages)[place(patterns, a, i)];
            }
        }
    }
    return start;
}

/// Twelve iterations of both, with focusing from the fifth on; the largest difference of a
/// magnetization.
template <class Set>
double difference(const std::shared_ptr<const Set>& patterns, std::size_t hidden,
                  Accuracy accuracy) {
    BeliefPropagationOptions options;
    options.accuracy = accuracy;
    options.precision = Precision::Double;
    options.damping = 0.3;
    options.start = 0.2;
    BeliefPropagation solver(build_graph({patterns->inputs(), hidden}, patterns), options);
    PlainBeliefPropagation plain(inputs_of(*patterns), hidden, accuracy == Accuracy::Relaxed, 0.3,
                                 start_messages(*patterns, hidden, solver));
    double largest = 0.0;
    for (int i = 0; i < 12; ++i) {
        const Coupling coupling = i < 4 ? Coupling{} : Coupling{0.1 * i, 1.0 + 0.5 * i};
        solver.step(coupling);
        plain.step(coupling);
        for (std::size_t k = 0; k < hidden; ++k) {
            const std::vector<double> h = solver.fields(k);
            const PlainBeliefPropagation::Vector wanted = plain.field(k);
            for (std::size_t j = 0; j < h.size(); ++j) {
                largest = std::max(
                    largest,
                    std::abs(std::tanh(h[j]) - std::tanh(wanted(static_cast<Eigen::Index>(j)))));
            }
        }
    }
    return largest;
}

}  // namespace

TEST_CASE("flooding equals the equations on dense matrices, step by step") {
    const auto signs = std::make_shared<const PatternSet>(random_patterns(77, 61, 2));
    const auto numbers = real_patterns(77, 61);
    for (const std::size_t hidden : {1, 3, 5}) {
        for (const Accuracy accuracy : {Accuracy::Gaussian, Accuracy::Relaxed}) {
            CAPTURE(hidden);
            CAPTURE(static_cast<int>(accuracy));
            CHECK(difference(signs, hidden, accuracy) < 1e-11);
            CHECK(difference(numbers, hidden, accuracy) < 1e-11);
        }
    }
}

TEST_CASE("real inputs that are +-1 are the same problem, in single precision and in blocks") {
    const auto signs = std::make_shared<const PatternSet>(random_patterns(205, 80, 4));
    std::vector<float> values;
    for (const signed char sign : signs->signs()) values.push_back(sign);
    const auto numbers =
        std::make_shared<const RealPatterns>(RealPatterns::from_values(205, 80, values));
    for (const Accuracy accuracy : {Accuracy::Gaussian, Accuracy::Relaxed}) {
        for (const Network network :
             {Network{205, 1}, Network{205, 5, Wiring::Tree}, Network{205, 3}}) {
            BeliefPropagationOptions options;
            options.damping = 0.5;
            options.accuracy = accuracy;
            options.block = 7;
            options.start = 1e-6;
            BeliefPropagation a(build_graph(network, signs), options);
            BeliefPropagation b(build_graph(network, numbers), options);
            for (int i = 0; i < 30; ++i) {
                a.step({0.2, 3.0});
                b.step({0.2, 3.0});
            }
            for (std::size_t k = 0; k < network.hidden; ++k) {
                const std::vector<double> x = a.magnetizations(k), y = b.magnetizations(k);
                for (std::size_t i = 0; i < x.size(); ++i) CHECK(std::abs(x[i] - y[i]) < 2e-4);
            }
            CHECK(a.free_entropy() == doctest::Approx(b.free_entropy()).epsilon(1e-3));
            // A saved state is all there is.
            BeliefPropagation c(build_graph(network, numbers), options);
            c.restore(b.save());
            b.step({0.2, 3.0});
            c.step({0.2, 3.0});
            CHECK(b.magnetizations(0) == c.magnetizations(0));
        }
    }
}

TEST_CASE("single precision stays close to double along a schedule") {
    const auto patterns = std::make_shared<PatternSet>(random_patterns(501, 200, 3));
    BeliefPropagationOptions options;
    options.damping = 0.5;
    BeliefPropagation single(build_graph({501, 1}, patterns), options);
    options.precision = Precision::Double;
    BeliefPropagation full(build_graph({501, 1}, patterns), options);
    for (int i = 0; i < 40; ++i) {
        single.step();
        full.step();
    }
    const std::vector<double> a = single.magnetizations(0), b = full.magnetizations(0);
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(std::abs(a[i] - b[i]) < 2e-5);
    CHECK(single.free_entropy() == doctest::Approx(full.free_entropy()).epsilon(1e-5));
}

#include "steppe/landscape/lanczos.hpp"

#include <Spectra/SymEigsSolver.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Lanczos vectors of the probes that go together, in bytes at most.
constexpr std::size_t most_bytes = std::size_t{1} << 28;
constexpr double precision = 1e-6;
constexpr std::size_t most_restarts = 60;

Eigen::Index index(std::size_t i) {
    return static_cast<Eigen::Index>(i);
}

VectorXd unit_vector(std::size_t size, std::uint64_t seed, std::size_t number) {
    const Philox random(seed, Stream::Test);
    VectorXd v(index(size));
    for (std::size_t i = 0; i < size; ++i) {
        v[index(i)] = random.normal(i, static_cast<std::uint32_t>(number));
    }
    return v.normalized();
}

/// Lanczos from one vector, a step at a time.
class Probe {
  public:
    Probe(const VectorXd& start, std::size_t steps)
        : basis_(start.size(), index(steps)), diagonal_(index(steps)), beside_(index(steps)) {
        basis_.col(0) = start;
    }

    bool ended() const { return ended_; }
    auto last() const { return basis_.col(at_); }

    /// image: the matrix times last().
    void step(VectorXd image) {
        diagonal_[at_] = image.dot(basis_.col(at_));
        const double before = image.norm();
        // Twice is enough (Parlett).
        for (int round = 0; round < 2; ++round) {
            const auto all = basis_.leftCols(at_ + 1);
            const VectorXd part = all.transpose() * image;
            image.noalias() -= all * part;
        }
        beside_[at_] = image.norm();
        ++at_;
        ended_ = at_ == basis_.cols() || !(beside_[at_ - 1] > 1e-13 * before);
        if (!ended_) basis_.col(at_) = image / beside_[at_ - 1];
    }

    SpectralNodes nodes() const {
        Eigen::SelfAdjointEigenSolver<MatrixXd> solver;
        solver.computeFromTridiagonal(diagonal_.head(at_), beside_.head(at_ - 1));
        SpectralNodes nodes;
        for (Eigen::Index i = 0; i < at_; ++i) {
            const double first = solver.eigenvectors()(0, i);
            nodes.values.push_back(solver.eigenvalues()[i]);
            nodes.weights.push_back(first * first);
        }
        return nodes;
    }

  private:
    MatrixXd basis_;
    VectorXd diagonal_, beside_;
    Eigen::Index at_ = 0;
    bool ended_ = false;
};

std::size_t space_for(std::size_t count) {
    return std::max<std::size_t>(2 * count + 1, 40);
}

/// What Spectra multiplies with. Its precision is relative to each eigenvalue: shifted by the other
/// end of the spectrum, those that are wanted are as large as it is wide.
struct Operator {
    using Scalar = double;
    const SymmetricProduct& product;
    const std::function<void(std::size_t)>& after_product;
    Eigen::Index size;
    double shift;
    mutable std::size_t products = 0;

    Eigen::Index rows() const { return size; }
    Eigen::Index cols() const { return size; }
    void perform_op(const double* in, double* out) const {
        const Eigen::Map<const VectorXd> v(in, size);
        Eigen::Map<VectorXd>(out, size) = product(v) - shift * v;
        after_product(++products);
    }
};

}  // namespace

std::vector<SpectralNodes> lanczos_quadrature(const SymmetricProduct& product, std::size_t size,
                                              std::size_t probes, std::size_t steps,
                                              std::uint64_t seed,
                                              const std::function<void(double done)>& after_step) {
    steps = std::min(steps, size);
    const std::size_t together =
        std::clamp<std::size_t>(most_bytes / sizeof(double) / size / steps, 1, probes);
    std::vector<SpectralNodes> all;
    for (std::size_t first = 0; first < probes; first += together) {
        std::vector<Probe> some;
        for (std::size_t p = first; p < std::min(first + together, probes); ++p) {
            some.emplace_back(unit_vector(size, seed, p), steps);
        }
        for (std::size_t step = 0; step < steps; ++step) {
            MatrixXd vectors = MatrixXd::Zero(index(size), index(some.size()));
            for (std::size_t p = 0; p < some.size(); ++p) {
                if (!some[p].ended()) vectors.col(index(p)) = some[p].last();
            }
            const MatrixXd images = product(vectors);
            parallel_for(some.size(), 1, [&](std::size_t begin, std::size_t end) {
                for (std::size_t p = begin; p < end; ++p) {
                    if (!some[p].ended()) some[p].step(images.col(index(p)));
                }
            });
            const double part = static_cast<double>(step + 1) / static_cast<double>(steps);
            after_step((static_cast<double>(first) + part * static_cast<double>(some.size())) /
                       static_cast<double>(probes));
        }
        for (const Probe& probe : some) all.push_back(probe.nodes());
    }
    return all;
}

std::size_t most_end_products(std::size_t count) {
    return space_for(count) * (most_restarts + 1);
}

EndValues end_values(const SymmetricProduct& product, std::size_t size, SpectrumEnd end,
                     std::size_t count, double lowest, double highest, std::uint64_t seed,
                     const std::function<void(std::size_t products)>& after_product) {
    if (!(lowest < highest)) return {std::vector<double>(count, lowest), true};
    const bool largest = end == SpectrumEnd::Largest;
    Operator matrix{product, after_product, index(size), largest ? lowest : highest};
    Spectra::SymEigsSolver<Operator> solver(matrix, index(count),
                                            index(std::min(size, space_for(count))));
    const VectorXd start = unit_vector(size, seed, 0);
    solver.init(start.data());
    const auto rule = largest ? Spectra::SortRule::LargestAlge : Spectra::SortRule::SmallestAlge;
    solver.compute(rule, most_restarts, precision, rule);
    const VectorXd values = solver.eigenvalues().array() + matrix.shift;
    return {{values.begin(), values.end()}, values.size() == index(count)};
}

}  // namespace steppe

#include "steppe/run/teacher_errors.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "steppe/error.hpp"
#include "steppe/graph/row_factor.hpp"
#include "steppe/numeric/gaussian.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

using Matrix = Eigen::MatrixXd;

/// Columns are units; units of a tree see other inputs, so that their sums are independent.
Matrix overlaps(const Network& network, const Matrix& a, const Matrix& b) {
    Matrix all = a.transpose() * b / static_cast<double>(a.rows());
    if (network.wiring == Wiring::Tree) return Matrix(all.diagonal().asDiagonal());
    return all;
}

Matrix columns(const Network& network, const std::vector<double>& values) {
    return Eigen::Map<const Matrix>(values.data(), static_cast<Eigen::Index>(network.unit_inputs()),
                                    static_cast<Eigen::Index>(network.hidden));
}

double angle(double cosine) {
    return std::acos(std::clamp(cosine, -1.0, 1.0)) / M_PI;
}

/// Samples of the sums of teacher and student: both Gaussian with the overlaps of their weights.
class Samples {
  public:
    Samples(const Network& network, const Matrix& teacher, const Matrix& student)
        : network_(network),
          units_(static_cast<Eigen::Index>(network.hidden)),
          own_(overlaps(network, student, student)) {
        Matrix joint(2 * units_, 2 * units_);
        const Matrix cross = overlaps(network, teacher, student);
        joint << overlaps(network, teacher, teacher), cross, cross.transpose(), own_;
        // A root of a matrix that may have no inverse (the student may be the teacher).
        const Eigen::SelfAdjointEigenSolver<Matrix> eigen(joint);
        root_ = eigen.eigenvectors() * eigen.eigenvalues().cwiseMax(0.0).cwiseSqrt().asDiagonal();
    }

    /// Parts of samples answered otherwise than by the teacher: by the student's sums, by sums with
    /// the rest of their variance (up to 1) added at random, and by the majority of those.
    struct Parts {
        double sums = 0.0, drawn = 0.0, majority = 0.0;
    };
    Parts differing() const {
        const auto dimension = static_cast<std::size_t>(units_);
        const std::size_t count =
            std::clamp<std::size_t>(400'000'000 / (dimension * dimension * 4), 2'000, 200'000);
        Parts parts;
        const auto mean = [&](double Parts::*which, const auto& differs) {
            parts.*which = parallel_sum(count, 512,
                                        [&](std::size_t begin, std::size_t end) {
                                            double sum = 0.0;
                                            for (std::size_t s = begin; s < end; ++s)
                                                sum += differs(s);
                                            return sum;
                                        }) /
                           static_cast<double>(count);
        };
        // Three passes over the same samples: the numbers are functions of their index.
        mean(&Parts::sums, [&](std::size_t s) {
            const Eigen::VectorXd z = sample(s);
            return answer(z.head(units_)) != answer(z.tail(units_));
        });
        mean(&Parts::drawn, [&](std::size_t s) {
            const Eigen::VectorXd z = sample(s);
            Eigen::VectorXd drawn = z.tail(units_);
            for (Eigen::Index k = 0; k < units_; ++k) {
                drawn[k] +=
                    spread(k) * random_.normal(s, static_cast<std::uint32_t>(2 * units_ + k));
            }
            return answer(z.head(units_)) != answer(drawn);
        });
        const auto gate = network_.gate == Gate::Parity ? parity_gate() : majority_gate();
        mean(&Parts::majority, [&](std::size_t s) {
            const Eigen::VectorXd z = sample(s);
            std::vector<double> fields(static_cast<std::size_t>(units_));
            for (Eigen::Index k = 0; k < units_; ++k) {
                fields[static_cast<std::size_t>(k)] =
                    std::clamp(atanh_erf(z[units_ + k] / std::max(spread(k), 1e-9)), -1e6, 1e6);
            }
            const std::uint32_t row = 0;
            double log_positive = 0.0;
            gate->log_partition({{&row, 1}, fields.size(), fields}, {&log_positive, 1});
            return answer(z.head(units_)) != (log_positive > std::log(0.5));
        });
        return parts;
    }

  private:
    double spread(Eigen::Index k) const { return std::sqrt(std::max(0.0, 1.0 - own_(k, k))); }

    Eigen::VectorXd sample(std::size_t s) const {
        Eigen::VectorXd normal(2 * units_);
        for (Eigen::Index j = 0; j < normal.size(); ++j) {
            normal[j] = random_.normal(s, static_cast<std::uint32_t>(j));
        }
        return root_ * normal;
    }

    bool answer(const Eigen::VectorXd& z) const {
        return network_.answer(static_cast<std::size_t>((z.array() > 0.0).count())) > 0;
    }

    const Network& network_;
    Eigen::Index units_;
    Matrix own_, root_;
    Philox random_{1, Stream::Test};
};

double mean_overlap(const Network& network, const Matrix& answer, const Matrix& teacher) {
    Matrix r = overlaps(network, answer, teacher);
    if (network.gate == Gate::Parity) r = r.cwiseAbs();
    if (network.wiring == Wiring::Tree) return r.diagonal().mean();
    // The most alike first.
    double sum = 0.0;
    for (Eigen::Index left = r.rows(); left > 0; --left) {
        Eigen::Index a = 0, t = 0;
        sum += r.maxCoeff(&a, &t);
        r.row(a).setConstant(-2.0);
        r.col(t).setConstant(-2.0);
    }
    return sum / static_cast<double>(r.rows());
}

void require_shapes(const Network& network, std::size_t means, const Weights& teacher) {
    if (means == network.weight_count() && teacher.size() == means &&
        teacher.units() == network.hidden) {
        return;
    }
    throw Error("the overlap with a teacher: means and teacher are not of the network's shape");
}

}  // namespace

double teacher_overlap(const Network& network, const std::vector<double>& means,
                       const Weights& teacher) {
    require_shapes(network, means.size(), teacher);
    return mean_overlap(network, columns(network, means), columns(network, teacher.values()));
}

TeacherErrors teacher_errors(const Network& network, const std::vector<double>& means,
                             const Weights& answer, const Weights& teacher) {
    require_shapes(network, means.size(), teacher);
    if (answer.size() != means.size()) {
        throw Error("the overlap with a teacher: the answer is not of the network's shape");
    }
    const Matrix t = columns(network, teacher.values()), m = columns(network, means);
    // Of the end of the run, like the means; the answer is the best that was seen.
    Matrix clipped = m;
    if (network.weights == WeightKind::Binary) {
        clipped = m.unaryExpr([](double x) { return x >= 0.0 ? 1.0 : -1.0; });
    } else {
        for (Eigen::Index k = 0; k < clipped.cols(); ++k) {
            const double norm = clipped.col(k).norm();
            if (norm > 0.0) clipped.col(k) *= std::sqrt(static_cast<double>(m.rows())) / norm;
        }
    }
    TeacherErrors errors;
    errors.overlap = mean_overlap(network, columns(network, answer.values()), t);
    if (network.hidden == 1) {
        const double n = static_cast<double>(m.rows()), mt = m.col(0).dot(t.col(0));
        errors.gibbs = angle(mt / n);
        errors.bayes = angle(mt / std::max(m.norm() * t.norm(), 1e-300));
        errors.clipped = angle(clipped.col(0).dot(t.col(0)) / n);
        return errors;
    }
    const Samples::Parts of_means = Samples(network, t, m).differing();
    errors.gibbs = of_means.drawn;
    errors.bayes = of_means.majority;
    errors.clipped = Samples(network, t, clipped).differing().sums;
    return errors;
}

}  // namespace steppe

#include "steppe/sgd/surrogate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "steppe/error.hpp"
#include "steppe/model/batch_products.hpp"
#include "steppe/sgd/cross_entropy.hpp"

namespace steppe {

namespace {

/// Patterns of one product where all of them are asked.
constexpr std::size_t block = 256;

}  // namespace

template <class Real>
struct Surrogate<Real>::Impl {
    using Table = typename BatchProducts<Real>::Table;
    using Column = Eigen::Array<Real, Eigen::Dynamic, 1>;

    Network network;
    BatchProducts<Real> products;
    Column output_weights;  ///< c_k / sqrt(K)
    Table x, hidden;        ///< pattern x unit
    Column label, s, slope;

    bool relu() const { return network.activation == Activation::Relu; }

    Answer answer(std::span<const std::size_t> rows, const Real* weights, double beta, double gamma,
                  Real* gradient) {
        const double n = static_cast<double>(network.unit_inputs());
        const Real scale = static_cast<Real>(1.0 / std::sqrt(n));
        const Real b = static_cast<Real>(beta);
        products.up(rows, weights, x);
        x.array() = x.array() * scale - static_cast<Real>(network.margin);
        const std::span<const signed char> labels = products.patterns().labels();
        label.setOnes(x.rows());
        for (std::size_t r = 0; r < rows.size() && !labels.empty(); ++r) {
            label[static_cast<Eigen::Index>(r)] = static_cast<Real>(labels[rows[r]]);
        }
        if (network.hidden == 1 && !relu()) {
            hidden = x;
        } else if (relu()) {
            hidden = x.cwiseMax(Real{0});
        } else {
            hidden = (b * x.array()).tanh().matrix();
        }
        s = (hidden * output_weights.matrix()).array() * label;

        Answer result;
        const CrossEntropy loss{gamma};
        slope.resize(s.size());
        for (Eigen::Index r = 0; r < s.size(); ++r) {
            const double at = static_cast<double>(s[r]);
            result.loss += loss.value(at);
            slope[r] = static_cast<Real>(loss.derivative(at));
            // An answer of exactly 0 is -1 on the pattern as it was given.
            const bool tie = label[r] < Real{0} || turned(rows[static_cast<std::size_t>(r)]);
            result.surrogate += !(at > 0.0 || (tie && at == 0.0));
            result.mistakes += is_wrong(r, rows[static_cast<std::size_t>(r)], at);
        }
        if (!gradient) return result;
        // x becomes the derivative of the mean loss by every sum.
        const Column by_answer =
            slope * label * (scale / static_cast<Real>(std::max<std::size_t>(rows.size(), 1)));
        if (network.hidden == 1 && !relu()) {
            x.setOnes();
        } else if (relu()) {
            x = (x.array() > Real{0}).template cast<Real>().matrix();
        } else {
            x = (b * (Real{1} - hidden.array().square())).matrix();
        }
        x = (by_answer.matrix() * output_weights.matrix().transpose()).cwiseProduct(x);
        products.down(x, gradient);
        return result;
    }

    bool turned(std::size_t pattern) const {
        const std::span<const unsigned char> all = products.patterns().turned();
        return !all.empty() && all[pattern] != 0;
    }

    /// Whether the network itself answers row r, a pattern, wrongly; at is label * s.
    bool is_wrong(Eigen::Index r, std::size_t pattern, double at) const {
        if (relu()) return !(at > 0.0 || (label[r] < Real{0} && at == 0.0));
        const bool tie = network.tie_is_positive(turned(pattern));
        Eigen::Index positive = 0;
        for (Eigen::Index k = 0; k < x.cols(); ++k) {
            positive += x(r, k) > Real{0} || (tie && x(r, k) == Real{0});
        }
        return 2 * positive < x.cols();
    }
};

template <class Real>
Surrogate<Real>::Surrogate(const Network& network, const Patterns& patterns) {
    network.validate();
    if (network.gate == Gate::Parity) {
        throw Error(
            "gradient learning has no parity gate: use a perceptron or a committee, or lal, bp or "
            "amp");
    }
    impl_ = std::make_unique<Impl>(Impl{network, {network, patterns}, {}, {}, {}, {}, {}, {}});
    const double units = static_cast<double>(network.hidden);
    impl_->output_weights.setConstant(static_cast<Eigen::Index>(network.hidden),
                                      static_cast<Real>(1.0 / std::sqrt(units)));
    for (Eigen::Index k = 1; impl_->relu() && k < impl_->output_weights.size(); k += 2) {
        impl_->output_weights[k] *= Real{-1};
    }
}

template <class Real>
Surrogate<Real>::~Surrogate() = default;
template <class Real>
Surrogate<Real>::Surrogate(Surrogate&&) noexcept = default;
template <class Real>
Surrogate<Real>& Surrogate<Real>::operator=(Surrogate&&) noexcept = default;

template <class Real>
AnswerSums Surrogate<Real>::answer(std::span<const std::size_t> rows, const Real* weights,
                                   double beta, double gamma, Real* gradient) {
    return impl_->answer(rows, weights, beta, gamma, gradient);
}

template <class Real>
AnswerSums Surrogate<Real>::answer_all(const Real* weights, double beta, double gamma) {
    std::vector<std::size_t> rows(impl_->products.patterns().patterns());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    Answer all;
    for (std::size_t at = 0; at < rows.size(); at += block) {
        const auto some = std::span(rows).subspan(at, std::min(block, rows.size() - at));
        all += impl_->answer(some, weights, beta, gamma, nullptr);
    }
    return all;
}

template class Surrogate<float>;
template class Surrogate<double>;

}  // namespace steppe

#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "steppe/data/patterns.hpp"
#include "steppe/model/learner.hpp"
#include "steppe/model/network.hpp"

namespace steppe {

/// The differentiable network that gradient learning works on, and its loss. With the root mean
/// square sums x_k = z_k/sqrt(n) - kappa of the units and n the inputs of a unit,
///     perceptron:                s = x
///     units that answer by sign: s = 1/sqrt(K) sum_k tanh(beta x_k)
///     ReLU units:                s = 1/sqrt(K) sum_k c_k max(x_k, 0), c_k = +1, -1, +1, ...
/// A pattern costs CrossEntropy{gamma} at its label times s. Labels are +1 unless they stand beside
/// the patterns.
///
/// Real is float, or double where gradients are checked.
template <class Real>
class Surrogate {
  public:
    /// Throws Error for the parity gate, for shapes that disagree, and for labels that should have
    /// been folded in.
    Surrogate(const Network& network, const Patterns& patterns);
    ~Surrogate();
    Surrogate(Surrogate&&) noexcept;
    Surrogate& operator=(Surrogate&&) noexcept;

    /// Its answer to a pattern is wrong where label * s is at or below 0.
    using Answer = AnswerSums;

    /// Loss and mistakes of some patterns at weights (unit by unit); gradient, where it is not
    /// null, becomes that of the mean loss by every weight.
    Answer answer(std::span<const std::size_t> rows, const Real* weights, double beta, double gamma,
                  Real* gradient);
    /// The same, without gradient, of all patterns.
    Answer answer_all(const Real* weights, double beta, double gamma);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

extern template class Surrogate<float>;
extern template class Surrogate<double>;

}  // namespace steppe

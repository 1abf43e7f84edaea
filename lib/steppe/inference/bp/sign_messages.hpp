#pragma once

#include <cstddef>
#include <vector>

#include "steppe/inference/bp/message_state.hpp"

namespace steppe {

/// The state of a wiring from +-1 weights: a log-odds message for every pattern-weight pair, and
/// the weights' total fields in the layout of the kernels (internal; not installed). What the
/// inputs are, and where the messages of a row stand, is left to those derived.
template <class Real>
class SignMessages : public MessageState<Real> {
  public:
    using MessageState<Real>::inputs;

    Changes<Real> changes() const final;
    void apply(const Changes<Real>& changes, std::size_t begin, std::size_t end,
               Sites& sites) const final;
    void refresh(const Sites& sites) final;
    double take_weight_change() final;
    double sum_of_squared_means() const final;
    RowTerms row_terms(std::size_t row, SiteFields total) const final;

  protected:
    SignMessages(const UnitBranch& branch, std::size_t rows, std::size_t messages);

    /// Messages and inputs of a row.
    virtual std::vector<double> row_messages(std::size_t row) const = 0;
    virtual std::vector<double> row_inputs(std::size_t row) const = 0;

    /// Cavities of a row's sum: each without one weight, which then stands on either side.
    struct Sides {
        std::vector<double> omega_plus, omega_minus, variance;
    };
    /// Half the difference of log Z between the sides of every weight, at the field v on the row's
    /// output: asks the channel once a side. No number where both are impossible.
    std::vector<double> ask_sides(const Channel& channel, std::size_t row, double v,
                                  const Sides& sides) const;
    /// A message as it is kept; where it is no number, the row says nothing.
    static double bounded(double u);
    /// Moves the message to the weight of a lane towards `wanted`; returns what it is then.
    static double move_message(Real& u, std::size_t lane, double wanted, double damping,
                               Changes<Real>& changes);

    // Of each lane; 0 where there is no weight.
    AlignedArray<Real> field_;  ///< h
    AlignedArray<Real> tanh_;
    AlignedArray<Real> variance_;

  private:
    std::vector<Real> previous_tanh_;
};

extern template class SignMessages<float>;
extern template class SignMessages<double>;

}  // namespace steppe

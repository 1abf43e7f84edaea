#pragma once

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <new>
#include <span>
#include <string>

#include "steppe/graph/channel.hpp"
#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/bp/exact_row.hpp"
#include "steppe/inference/bp/message_kernels.hpp"
#include "steppe/inference/bp/row_terms.hpp"
#include "steppe/inference/sites.hpp"
#include "steppe/inference/solver_state.hpp"
#include "steppe/numeric/random.hpp"

namespace steppe {

/// Memory for SIMD kernels: aligned, not initialised.
template <class Real>
class AlignedArray {
  public:
    explicit AlignedArray(std::size_t size)
        : size_(size), data_(hwy::AllocateAligned<Real>(std::max<std::size_t>(size, 1))) {
        if (!data_) throw std::bad_alloc();
    }
    Real* data() { return data_.get(); }
    const Real* data() const { return data_.get(); }
    std::span<Real> values() { return {data(), size_}; }
    std::span<const Real> values() const { return {data(), size_}; }
    std::size_t size() const { return size_; }
    void fill(Real value) { std::fill_n(data(), size_, value); }

  private:
    std::size_t size_;
    hwy::AlignedFreeUniquePtr<Real[]> data_;
};

/// How the messages of some rows changed, summed for each lane of the unit's state.
template <class Real>
struct Changes {
    AlignedArray<Real> field;
    AlignedArray<Real> precision;  ///< of real weights; no lanes where all change alike
    double every_precision = 0.0;  ///< by as much then
    double largest = 0.0;          ///< bound on the largest change of tanh u
    std::size_t floored = 0;       ///< cavity precisions that were raised

    void clear() {
        field.fill(Real{0});
        precision.fill(Real{0});
        every_precision = largest = 0.0;
        floored = 0;
    }
};

/// Lanes of a unit whose first weight stands in lane `offset`: whole words.
inline std::size_t lanes_of(std::size_t offset, std::size_t inputs) {
    constexpr std::size_t word = kernels::word_lanes;
    return (offset + inputs + word - 1) / word * word;
}

/// The state of one wiring in belief propagation: the messages of every pattern to every weight of
/// one unit (internal; not installed). Each kind of weight has its own.
///
/// Weight i of the unit stands in lane offset_ + i, so that lanes agree with the bits of the
/// patterns also where a unit's inputs begin within a word.
template <class Real>
class MessageState {
  public:
    virtual ~MessageState() = default;

    std::size_t inputs() const { return wiring_.inputs; }
    /// Room for changes, zero.
    virtual Changes<Real> changes() const = 0;

    /// Adds the messages to what the data say of the weights.
    void add_to(MutableSiteFields data) const;
    /// Adds changes to weights [begin, end).
    virtual void apply(const Changes<Real>& changes, std::size_t begin, std::size_t end,
                       Sites& sites) const = 0;
    /// Takes over the totals of the weights.
    virtual void refresh(const Sites& sites) = 0;
    /// Largest change of a mean since the last call.
    virtual double take_weight_change() = 0;
    virtual double sum_of_squared_means() const = 0;

    // Rows [first, first + rows); rows is 1, or 8 with first a multiple of it. Arrays have an entry
    // for each row.
    /// Mean and variance of z.
    virtual void sums(std::size_t first, std::size_t rows, Real* omega, Real* variance) = 0;
    virtual void update_relaxed(std::size_t first, std::size_t rows, const Real* g,
                                const Real* g_prime, double damping, Changes<Real>& changes) = 0;

    // One row, whose sums are omega and variance, at the field v on its output.
    virtual void update_gaussian(const Channel& channel, std::size_t row, double omega,
                                 double variance, double v, double damping,
                                 Changes<Real>& changes) = 0;
    /// Accuracy exact, of +-1 weights only: solvers refuse it for others.
    virtual void take_exact(const Channel&, std::size_t, ExactRow&) const { assert(false); }
    virtual void update_exact(const ExactRow&, std::size_t /*row*/, double /*v*/,
                              double /*damping*/, Changes<Real>&) {
        assert(false);
    }

    /// What the row brings to the free entropy where the weights have these totals: the prior's
    /// message and the sum of all messages.
    virtual RowTerms row_terms(std::size_t row, SiteFields total) const = 0;

    /// Arrays "messages NAME" and so on, and back; restore with change = false only looks whether
    /// they are there.
    virtual void save(const std::string& name, SolverState& state) const {
        state.add<Real>("messages " + name, messages_.values());
    }
    virtual void restore(const std::string& name, const SolverState& state, bool change) {
        state.take<Real>("messages " + name, messages_.values(), change);
    }

  protected:
    /// `messages`: elements they take; they are not set.
    MessageState(const UnitBranch& branch, std::size_t rows, std::size_t messages)
        : wiring_(branch.wiring),
          rows_(rows),
          offset_(branch.wiring.offset()),
          lanes_(lanes_of(offset_, branch.wiring.inputs)),
          messages_(messages) {}

    /// Adds the messages of a row to weights [begin, end).
    virtual void add_row(std::size_t row, std::size_t begin, std::size_t end,
                         MutableSiteFields data) const = 0;

    // Where the messages of a row stand in its lanes, row after row.
    Real* lanes_of_row(std::size_t row) { return messages_.data() + row * lanes_; }
    const Real* lanes_of_row(std::size_t row) const { return messages_.data() + row * lanes_; }
    /// They start uniform in +- amplitude, numbers of `random` by unit and pattern.
    void start_rows(const Philox& random, std::size_t unit, double amplitude);

    const LinearWiring wiring_;  ///< keeps the patterns alive
    const std::size_t rows_, offset_, lanes_;
    AlignedArray<Real> messages_;
};

extern template class MessageState<float>;
extern template class MessageState<double>;

}  // namespace steppe

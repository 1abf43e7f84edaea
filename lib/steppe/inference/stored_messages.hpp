#pragma once

#include <hwy/aligned_allocator.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "steppe/graph/factor_graph.hpp"
#include "steppe/inference/message_kernels.hpp"
#include "steppe/inference/sites.hpp"
#include "steppe/numeric/random.hpp"

namespace steppe {

/// Memory for SIMD kernels: aligned, not initialised.
template <class Real>
class AlignedArray {
  public:
    explicit AlignedArray(std::size_t size) : size_(size), data_(hwy::AllocateAligned<Real>(size)) {
        if (!data_) throw std::bad_alloc();
    }
    Real* data() { return data_.get(); }
    const Real* data() const { return data_.get(); }
    std::size_t size() const { return size_; }

  private:
    std::size_t size_;
    hwy::AlignedFreeUniquePtr<Real[]> data_;
};

/// The state of one wiring in belief propagation: a log-odds message for every pattern-weight pair,
/// and the weights' total fields in the layout of the kernels (internal; not installed).
///
/// Weight i of the unit stands in lane offset() + i, so that lanes agree with the bits of the
/// patterns also where a unit's inputs begin within a word.
template <class Real>
class StoredMessages {
  public:
    /// Messages start uniform in +- amplitude, numbers of `random` (stream Init) by unit and
    /// pattern.
    StoredMessages(const UnitBranch& branch, std::size_t rows, const Philox& random,
                   std::size_t unit, double amplitude);

    std::size_t rows() const { return rows_; }
    std::size_t lanes() const { return words_ * kernels::word_lanes; }
    std::size_t offset() const { return offset_; }
    std::size_t inputs() const { return inputs_; }

    /// Sum of the messages to each weight, added to data.
    void add_to(std::span<double> data) const;

    /// Takes over the total fields of the weights.
    void refresh(const Sites& sites);

    /// Largest change of tanh h since the last call.
    double take_weight_change();
    double sum_of_squared_magnetizations() const;

    /// Rows [first, first + count) for the kernels; count is 1, or group_rows with first a multiple
    /// of it (rows past the last are all zero).
    kernels::Panel<Real> panel(std::size_t first, std::size_t count);

    /// Bound on the messages of a row after it was updated.
    float& bound(std::size_t row) { return bounds_[row]; }

    Real* row(std::size_t a) { return messages_.data() + row_start(a); }
    const Real* row(std::size_t a) const { return messages_.data() + row_start(a); }
    /// Element of row(a) that belongs to weight i, and its sign xi_ai.
    std::size_t element(std::size_t i) const {
        const std::size_t lane = offset_ + i;
        return lane / kernels::word_lanes * kernels::word_stride + lane % kernels::word_lanes;
    }
    int sign(std::size_t a, std::size_t i) const {
        const std::size_t lane = offset_ + i;
        const std::uint16_t word = bits(a)[lane / kernels::word_lanes * kernels::group_rows];
        return word >> (lane % kernels::word_lanes) & 1 ? 1 : -1;
    }
    /// Total field and tanh of weight i.
    Real field(std::size_t i) const { return field_.data()[offset_ + i]; }
    Real tanh(std::size_t i) const { return tanh_.data()[offset_ + i]; }

    AlignedArray<Real>& messages() { return messages_; }
    const AlignedArray<Real>& messages() const { return messages_; }

    static std::size_t memory_bytes(std::size_t first_input, std::size_t inputs, std::size_t rows);

  private:
    std::size_t row_start(std::size_t a) const {
        return a / kernels::group_rows * words_ * kernels::word_stride +
               a % kernels::group_rows * kernels::word_lanes;
    }
    const std::uint16_t* bits(std::size_t a) const;

    std::shared_ptr<const PatternSet> patterns_;
    std::size_t rows_;
    std::size_t inputs_;
    std::size_t first_word_;
    std::size_t offset_;
    std::size_t words_;
    std::uint16_t first_mask_;
    std::uint16_t last_mask_;
    AlignedArray<Real> messages_;
    AlignedArray<Real> field_;
    AlignedArray<Real> tanh_;
    AlignedArray<Real> variance_;
    std::vector<Real> previous_tanh_;
    std::vector<float> bounds_;
};

extern template class StoredMessages<float>;
extern template class StoredMessages<double>;

}  // namespace steppe

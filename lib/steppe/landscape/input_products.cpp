#include "steppe/landscape/input_products.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>
#include <utility>

#include "steppe/model/require_patterns.hpp"
#include "steppe/numeric/blas.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

/// Patterns whose span is found: that takes 2 P^2 n multiplications.
constexpr std::size_t most_span_patterns = 3000;

Eigen::Index index(std::size_t i) {
    return static_cast<Eigen::Index>(i);
}

}  // namespace

InputProducts::InputProducts(const Network& network, const Patterns& patterns,
                             std::size_t most_kept)
    : patterns_(patterns.patterns()),
      inputs_(network.unit_inputs()),
      units_(network.hidden),
      shared_(network.wiring == Wiring::Full),
      scale_(1.0 / std::sqrt(static_cast<double>(network.unit_inputs()))),
      source_{patterns} {
    require_patterns(network, patterns);
    hold_blas_to_one_thread();
    const std::size_t columns = shared_ ? inputs_ : inputs_ * units_;
    if (patterns_ <= most_kept / sizeof(double) / columns) {
        kept_.resize(blocks());
        parallel_for(blocks(), 1, [&](std::size_t begin, std::size_t end) {
            for (std::size_t b = begin; b < end; ++b) lay_out(b, kept_[b]);
        });
    }
    take_squares();
}

void InputProducts::lay_out(std::size_t b, Rows& to) const {
    const std::size_t count = std::min(block, patterns_ - b * block);
    to.resize(index(count), index(source_.front().inputs()));
    source_.front().visit([&](const auto& set) {
        for (std::size_t r = 0; r < count; ++r) {
            double* x = to.row(index(r)).data();
            set->copy_inputs(b * block + r, 0,
                             std::span<double>(x, static_cast<std::size_t>(to.cols())));
        }
    });
    to *= scale_;
}

const InputProducts::Rows& InputProducts::rows(std::size_t b, Rows& room) const {
    if (!kept_.empty()) return kept_[b];
    lay_out(b, room);
    return room;
}

void InputProducts::take_squares() {
    squares_.resize(patterns_ * units_);
    parallel_for(blocks(), 1, [&](std::size_t begin, std::size_t end) {
        Rows room;
        for (std::size_t b = begin; b < end; ++b) {
            const Rows& x = rows(b, room);
            for (Eigen::Index r = 0; r < x.rows(); ++r) {
                const std::size_t a = b * block + static_cast<std::size_t>(r);
                for (std::size_t k = 0; k < units_; ++k) {
                    squares_[a * units_ + k] =
                        x.row(r).segment(index(first_input(k)), index(inputs_)).squaredNorm();
                }
            }
        }
    });
}

InputProducts InputProducts::in_span() && {
    if (patterns_ >= inputs_ || patterns_ > most_span_patterns || kept_.empty()) {
        return std::move(*this);
    }
    InputProducts span;
    span.patterns_ = span.inputs_ = patterns_;
    span.units_ = units_;
    span.shared_ = shared_;
    span.squares_ = squares_;
    const std::size_t groups = shared_ ? 1 : units_;
    span.kept_.resize(blocks());
    for (std::size_t b = 0; b < blocks(); ++b) {
        span.kept_[b].resize(kept_[b].rows(), index(groups * patterns_));
    }
    parallel_for(groups, 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t g = begin; g < end; ++g) {
            // X^T = Q R: the patterns are the columns of R in the basis of the columns of Q.
            Matrix turned(index(inputs_), index(patterns_));
            for (std::size_t b = 0; b < blocks(); ++b) {
                turned.middleCols(index(b * block), kept_[b].rows()) =
                    kept_[b].middleCols(index(first_input(g)), index(inputs_)).transpose();
            }
            const Eigen::HouseholderQR<Matrix> qr(turned);
            const Matrix r =
                qr.matrixQR().topRows(index(patterns_)).template triangularView<Eigen::Upper>();
            for (std::size_t b = 0; b < blocks(); ++b) {
                span.kept_[b].middleCols(index(span.first_input(g)), index(patterns_)) =
                    r.middleCols(index(b * block), kept_[b].rows()).transpose();
            }
        }
    });
    return span;
}

void InputProducts::up(const Vectors& vectors, Matrix& sums) const {
    const Eigen::Index count = vectors.cols(), n = index(inputs_), units = index(units_);
    assert(vectors.rows() == index(weights()) && vectors.outerStride() == vectors.rows());
    sums.resize(index(patterns_), count * units);
    // All units of all vectors side by side.
    const Eigen::Map<const Matrix, 0, Eigen::OuterStride<>> columns(
        vectors.data(), n, count * units, Eigen::OuterStride<>(n));
    parallel_for(blocks(), 1, [&](std::size_t begin, std::size_t end) {
        Rows room;
        for (std::size_t b = begin; b < end; ++b) {
            const Rows& x = rows(b, room);
            auto to = sums.middleRows(index(b * block), x.rows());
            if (shared_) {
                to.noalias() = x * columns;
                continue;
            }
            Matrix of_unit(x.rows(), count);
            for (Eigen::Index k = 0; k < units; ++k) {
                of_unit.noalias() = x.middleCols(k * n, n) * vectors.middleRows(k * n, n);
                for (Eigen::Index v = 0; v < count; ++v) to.col(v * units + k) = of_unit.col(v);
            }
        }
    });
}

void InputProducts::down(const Matrix& factors, Matrix& vectors) const {
    const std::size_t count = static_cast<std::size_t>(factors.cols()) / units_;
    vectors.setZero(index(weights()), index(count));
    const std::size_t groups = shared_ ? 1 : units_;
    // Of one unit (or all of them), in the order in which they stand beside each other.
    std::vector<Matrix> own(shared_ ? 0 : units_);
    for (std::size_t k = 0; k < own.size(); ++k) {
        own[k].resize(factors.rows(), index(count));
        for (std::size_t v = 0; v < count; ++v) {
            own[k].col(index(v)) = factors.col(index(v * units_ + k));
        }
    }
    parallel_for(groups * pieces(), 1, [&](std::size_t begin, std::size_t end) {
        Rows room;
        for (std::size_t p = begin; p < end; ++p) {
            const std::size_t g = p / pieces(), first = piece_begin(p % pieces());
            const Eigen::Index width = index(piece_size(p % pieces()));
            const Matrix& from = shared_ ? factors : own[g];
            Eigen::Map<Matrix, 0, Eigen::OuterStride<>> to(
                vectors.data() + g * inputs_ + first, width, from.cols(),
                Eigen::OuterStride<>(index(shared_ ? inputs_ : weights())));
            for (std::size_t b = 0; b < blocks(); ++b) {
                const Rows& x = rows(b, room);
                to.noalias() += x.middleCols(index(first_input(g) + first), width).transpose() *
                                from.middleRows(index(b * block), x.rows());
            }
        }
    });
}

void InputProducts::gram(std::size_t k, std::size_t l, std::size_t piece,
                         const Eigen::ArrayXd& factors, Eigen::Ref<Matrix> out) const {
    Rows room;
    out.setZero();
    for (std::size_t b = 0; b < blocks(); ++b) {
        const Rows& x = rows(b, room);
        const auto factor = factors.segment(index(b * block), x.rows()).matrix();
        const Rows weighted =
            factor.asDiagonal() *
            x.middleCols(index(first_input(l) + piece_begin(piece)), index(piece_size(piece)));
        out.noalias() += x.middleCols(index(first_input(k)), index(inputs_)).transpose() * weighted;
    }
}

}  // namespace steppe

#include "steppe/inference/bp/message_kernels.hpp"

#include <doctest/doctest.h>
#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "steppe/graph/channel.hpp"
#include "steppe/inference/bp/gaussian_series.hpp"
#include "steppe/numeric/random.hpp"
#include "steppe/numeric/simd.hpp"

using namespace steppe;
using namespace steppe::kernels;

namespace {

template <class Real>
using Array = hwy::AlignedFreeUniquePtr<Real[]>;

/// A group of rows with random messages of a size, and the same numbers in double precision.
template <class Real>
struct Sample {
    std::size_t words, lanes, rows;
    std::vector<std::uint16_t> bits;
    Array<Real> messages, field, tanh, variance, change;
    Panel<Real> panel;

    Sample(std::size_t words_wanted, std::size_t rows_wanted, MessageSize size,
           std::uint16_t first_mask, std::uint16_t last_mask)
        : words(words_wanted),
          lanes(words * word_lanes),
          rows(rows_wanted),
          bits(words * group_rows),
          messages(hwy::AllocateAligned<Real>(words * word_stride)),
          field(hwy::AllocateAligned<Real>(lanes)),
          tanh(hwy::AllocateAligned<Real>(lanes)),
          variance(hwy::AllocateAligned<Real>(lanes)),
          change(hwy::AllocateAligned<Real>(lanes)) {
        const Philox random(words + rows, Stream::Init);
        const double amplitude = size == MessageSize::Small    ? 0.124
                                 : size == MessageSize::Medium ? 0.29
                                                               : 3.0;
        panel = {bits.data(), messages.get(), words,      first_mask,     last_mask,
                 rows,        field.get(),    tanh.get(), variance.get(), size};
        for (std::size_t e = 0; e < bits.size(); ++e)
            bits[e] = static_cast<std::uint16_t>(random.bits(e, 1));
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            // A few weights are nearly frozen.
            const double h =
                used(lane) ? (lane % 7 == 3 ? 12.0 : 1.0) * random.normal(lane, 2) : 0.0;
            field[lane] = static_cast<Real>(h);
            tanh[lane] = static_cast<Real>(std::tanh(static_cast<double>(field[lane])));
            const double c = std::cosh(static_cast<double>(field[lane]));
            variance[lane] = static_cast<Real>(1 / (c * c));
            change[lane] = static_cast<Real>(used(lane) ? 0.5 : 0.0);
            for (std::size_t r = 0; r < group_rows; ++r) {
                const double u = amplitude * (2 * random.uniform(lane * group_rows + r, 3) - 1);
                message(r, lane) = static_cast<Real>(used(lane) ? u : 0.0);
            }
        }
    }

    bool used(std::size_t lane) const {
        std::uint16_t mask = 0xffff;
        if (lane / word_lanes == 0) mask &= panel.first_mask;
        if (lane / word_lanes == words - 1) mask &= panel.last_mask;
        return mask >> (lane % word_lanes) & 1;
    }
    Real& message(std::size_t r, std::size_t lane) {
        return messages[(lane / word_lanes * group_rows + r) * word_lanes + lane % word_lanes];
    }
    double sign(std::size_t r, std::size_t lane) const {
        return bits[lane / word_lanes * group_rows + r] >> (lane % word_lanes) & 1 ? 1.0 : -1.0;
    }
    double cavity_field(std::size_t r, std::size_t lane) {
        return static_cast<double>(field[lane]) - static_cast<double>(message(r, lane));
    }
    double mean(std::size_t r, std::size_t lane) { return std::tanh(cavity_field(r, lane)); }
    double cavity_variance(std::size_t r, std::size_t lane) {
        const double c = std::cosh(cavity_field(r, lane));
        return 1 / (c * c);
    }
};

/// Runs the body for every instruction set, shape and size of messages.
template <class Real, class Body>
void for_each_sample(const Body& body) {
    for (const std::string& target : simd_targets()) {
        limit_simd_target(target);
        CAPTURE(target);
        for (const std::size_t rows : {std::size_t{1}, group_rows}) {
            for (const std::size_t words : {1, 2, 5}) {
                for (const auto& masks : {std::pair{0xffff, 0xffff},
                                          {0xfff8, 0x01ff},
                                          {0xffff, 0x0001},
                                          {0x8000, 0xffff}}) {
                    const int first = masks.first, last = masks.second;
                    if (words == 1 && (first & last) == 0) continue;
                    for (const MessageSize size :
                         {MessageSize::Small, MessageSize::Medium, MessageSize::Any}) {
                        // In double precision messages may be of any size always.
                        if (sizeof(Real) == 8 && size != MessageSize::Any) continue;
                        Sample<Real> sample(words, rows, size, static_cast<std::uint16_t>(first),
                                            static_cast<std::uint16_t>(last));
                        CAPTURE(rows);
                        CAPTURE(words);
                        CAPTURE(first);
                        CAPTURE(last);
                        CAPTURE(static_cast<int>(size));
                        body(sample);
                    }
                }
            }
        }
    }
    limit_simd_target("");
}

template <class Real>
constexpr double rounding = sizeof(Real) == 4 ? 2e-6 : 1e-13;

}  // namespace

TEST_CASE_TEMPLATE("sums over cavities are those of a plain loop", Real, float, double) {
    for_each_sample<Real>([](Sample<Real>& s) {
        Real omega[group_rows], variance[group_rows];
        sums(s.panel, omega, variance);
        for (std::size_t r = 0; r < s.rows; ++r) {
            double mean_sum = 0.0, variance_sum = 0.0;
            for (std::size_t lane = 0; lane < s.lanes; ++lane) {
                if (!s.used(lane)) continue;
                mean_sum += s.sign(r, lane) * s.mean(r, lane);
                variance_sum += s.cavity_variance(r, lane);
            }
            const double scale = rounding<Real> * static_cast<double>(s.lanes);
            CHECK(std::abs(static_cast<double>(omega[r]) - mean_sum) < scale);
            CHECK(std::abs(static_cast<double>(variance[r]) - variance_sum) < scale);
        }
    });
}

TEST_CASE_TEMPLATE("cavity means and variances, the small ones to their own accuracy", Real, float,
                   double) {
    for_each_sample<Real>([](Sample<Real>& s) {
        if (s.rows != 1) return;
        auto mean = hwy::AllocateAligned<Real>(s.lanes),
             variance = hwy::AllocateAligned<Real>(s.lanes);
        cavities(s.panel, mean.get(), variance.get());
        for (std::size_t lane = 0; lane < s.lanes; ++lane) {
            const double m = s.used(lane) ? s.mean(0, lane) : 0.0;
            const double v = s.used(lane) ? s.cavity_variance(0, lane) : 0.0;
            CHECK(std::abs(static_cast<double>(mean[lane]) - m) <= rounding<Real>);
            // The field's own rounding, magnified by twice the field.
            const double bound = rounding<Real> * (3 + 2 * std::abs(s.cavity_field(0, lane)));
            CHECK(std::abs(static_cast<double>(variance[lane]) - v) <= bound * v);
        }
    });
}

TEST_CASE_TEMPLATE("the relaxed update is that of a plain loop", Real, float, double) {
    for_each_sample<Real>([](Sample<Real>& s) {
        Real g[group_rows], g_prime[group_rows];
        // Large messages come with a response that saturates some.
        const double size = s.panel.size == MessageSize::Any ? 40.0 : 0.1;
        for (std::size_t r = 0; r < group_rows; ++r) {
            g[r] = static_cast<Real>(size * (0.3 + 0.1 * static_cast<double>(r)));
            g_prime[r] = static_cast<Real>(-0.5 * size);
        }
        const double damping = 0.25;
        std::vector<double> wanted(group_rows * s.lanes), change(s.lanes);
        double largest = 0.0;
        for (std::size_t lane = 0; lane < s.lanes; ++lane) {
            change[lane] = static_cast<double>(s.change[lane]);
            for (std::size_t r = 0; r < s.rows; ++r) {
                const double old = static_cast<double>(s.message(r, lane));
                const double u = std::clamp(s.sign(r, lane) * static_cast<double>(g[r]) -
                                                s.mean(r, lane) * static_cast<double>(g_prime[r]),
                                            -30.0, 30.0);
                const double now = s.used(lane) ? (1 - damping) * u + damping * old : 0.0;
                wanted[r * s.lanes + lane] = now;
                change[lane] += now - old;
                largest = std::max(largest, std::abs(std::tanh(now) - std::tanh(old)));
            }
        }
        const double bound = static_cast<double>(
            update_relaxed(s.panel, g, g_prime, {static_cast<Real>(damping), s.change.get()}));
        const double unit = rounding<Real> * (1 + size);
        for (std::size_t lane = 0; lane < s.lanes; ++lane) {
            for (std::size_t r = 0; r < s.rows; ++r)
                CHECK(std::abs(static_cast<double>(s.message(r, lane)) -
                               wanted[r * s.lanes + lane]) < unit);
            CHECK(std::abs(static_cast<double>(s.change[lane]) - change[lane]) <
                  unit * static_cast<double>(s.rows));
        }
        // A bound, and a tight one where messages are small.
        CHECK(bound >= largest - unit);
        if (s.panel.size == MessageSize::Small) CHECK(bound <= 1.1 * largest + unit);
        CHECK(bound <= 2.0);
    });
}

TEST_CASE_TEMPLATE("the gaussian update is the ratio of two Gaussian tails", Real, float, double) {
    for_each_sample<Real>([](Sample<Real>& s) {
        if (s.rows != 1) return;
        // Enough further variance that the expansion applies, as in a long row.
        double omega = 0.7, variance = 800.0;
        for (std::size_t lane = 0; lane < s.lanes; ++lane) {
            if (!s.used(lane)) continue;
            omega += s.sign(0, lane) * s.mean(0, lane);
            variance += s.cavity_variance(0, lane);
        }
        const auto channel = sign_channel(0.4);
        for (const double v : {std::numeric_limits<double>::infinity(), 0.8, -1.5}) {
            CAPTURE(v);
            Sample<Real> copy(s.words, 1, s.panel.size, s.panel.first_mask, s.panel.last_mask);
            GaussianRow<Real> row;
            double bound = 0.0;
            REQUIRE(gaussian_series(*channel, 0, omega, variance, v, row, bound));
            update_gaussian(copy.panel, row, {Real{0}, copy.change.get()});
            for (std::size_t lane = 0; lane < s.lanes; ++lane) {
                double wanted = 0.0;
                if (s.used(lane)) {
                    const double rest = omega - s.sign(0, lane) * s.mean(0, lane);
                    const double rest_variance = variance - s.cavity_variance(0, lane);
                    double log_z[2];
                    for (const int w : {-1, 1}) {
                        const std::uint32_t index = 0;
                        const double at = rest + w;
                        double plus = 0.0, minus = 0.0;
                        channel->log_probability({{&index, 1}, {&at, 1}, {&rest_variance, 1}, {}},
                                                 {&plus, 1}, {&minus, 1});
                        log_z[w > 0] = std::isinf(v)
                                           ? plus
                                           : std::log(std::exp(v + plus) + std::exp(minus - v));
                    }
                    wanted = s.sign(0, lane) * 0.5 * (log_z[1] - log_z[0]);
                }
                const double found = static_cast<double>(copy.message(0, lane));
                CHECK(std::abs(found - wanted) < rounding<Real> * 0.1);
                CHECK(std::abs(found) <= bound * (1 + 1e-6));
            }
        }
    });
}

TEST_CASE("the expansion is refused where one weight moves the row too far") {
    const auto channel = sign_channel();
    GaussianRow<float> row;
    double bound = 0.0;
    CHECK(!gaussian_series(*channel, 0, 0.0, 1.5, 0.0, row, bound));
    CHECK(!gaussian_series(*channel, 0, 0.0, 20.0, 0.0, row, bound));
    CHECK(gaussian_series(*channel, 0, 0.0, 400.0, 0.0, row, bound));
}

TEST_CASE_TEMPLATE("tanh and sech^2", Real, float, double) {
    for (const std::string& target : simd_targets()) {
        limit_simd_target(target);
        constexpr std::size_t count = 64;
        auto h = hwy::AllocateAligned<Real>(count), t = hwy::AllocateAligned<Real>(count),
             v = hwy::AllocateAligned<Real>(count);
        for (std::size_t i = 0; i < count; ++i)
            h[i] = static_cast<Real>((static_cast<double>(i) - 32) * (static_cast<double>(i) - 32) *
                                     (i < 32 ? -0.03 : 0.03));
        tanh_and_variance(count, h.get(), t.get(), v.get());
        for (std::size_t i = 0; i < count; ++i) {
            const double x = static_cast<double>(h[i]);
            CHECK(std::abs(static_cast<double>(t[i]) - std::tanh(x)) <= rounding<Real>);
            const double wanted = 1 / (std::cosh(x) * std::cosh(x));
            CHECK(std::abs(static_cast<double>(v[i]) - wanted) <=
                  rounding<Real> * (3 + 2 * std::abs(x)) * wanted);
        }
    }
    limit_simd_target("");
}

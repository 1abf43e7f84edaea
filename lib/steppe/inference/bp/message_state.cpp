#include "steppe/inference/bp/message_state.hpp"

#include "steppe/numeric/threads.hpp"

namespace steppe {

template <class Real>
void MessageState<Real>::add_to(MutableSiteFields data) const {
    parallel_for(inputs(), 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = 0; a < rows_; ++a) add_row(a, begin, end, data);
    });
}

template <class Real>
void MessageState<Real>::start_rows(const Philox& random, std::size_t unit, double amplitude) {
    const std::uint64_t first = std::uint64_t{unit} << 32;
    parallel_for(rows_, 8, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = begin; a < end; ++a) {
            Real* const row = lanes_of_row(a);
            std::fill_n(row, lanes_, Real{0});
            for (std::size_t i = 0; i < inputs(); ++i) {
                const double number = random.uniform(first + i, static_cast<std::uint32_t>(a));
                row[offset_ + i] = static_cast<Real>(amplitude * (2.0 * number - 1.0));
            }
        }
    });
}

template class MessageState<float>;
template class MessageState<double>;

}  // namespace steppe

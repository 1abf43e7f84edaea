#include "steppe/numeric/random.hpp"

#include <Random123/philox.h>

#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numeric>
#include <utility>

namespace steppe {

Philox::Philox(std::uint64_t seed, Stream stream)
    : seed_(seed), stream_(static_cast<std::uint32_t>(stream)) {}

std::uint64_t Philox::bits(std::uint64_t index, std::uint32_t sub) const {
    r123::Philox4x32 generator;
    const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    const r123::Philox4x32::ctr_type counter{{low(index), low(index >> 32), sub, stream_}};
    const r123::Philox4x32::key_type key{{low(seed_), low(seed_ >> 32)}};
    const r123::Philox4x32::ctr_type block = generator(counter, key);
    return block[0] | static_cast<std::uint64_t>(block[1]) << 32;
}

double Philox::uniform(std::uint64_t index, std::uint32_t sub) const {
    return (static_cast<double>(bits(index, sub) >> 11) + 0.5) * 0x1p-53;
}

double Philox::normal(std::uint64_t index, std::uint32_t sub) const {
    // P(normal > x) = erfc(x/sqrt 2)/2 = u.
    return std::sqrt(2.0) * boost::math::erfc_inv(2.0 * uniform(index, sub));
}

std::uint64_t Philox::below(std::uint64_t bound, std::uint64_t index, std::uint32_t sub) const {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(static_cast<Wide>(bits(index, sub)) * bound >> 64);
}

std::vector<std::size_t> Philox::order(std::size_t count, std::uint64_t round) const {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t left = count; left > 1; --left) {
        std::swap(order[left - 1], order[below(left, round, static_cast<std::uint32_t>(left))]);
    }
    return order;
}

}  // namespace steppe

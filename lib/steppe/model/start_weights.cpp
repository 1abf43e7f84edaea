#include "steppe/model/start_weights.hpp"

#include <cmath>

#include "steppe/numeric/random.hpp"
#include "steppe/numeric/threads.hpp"

namespace steppe {

std::vector<float> start_weights(const Network& network, double norm, std::uint64_t seed,
                                 std::uint32_t replica) {
    const std::size_t inputs = network.unit_inputs();
    const Philox random(seed, Stream::Init);
    std::vector<float> weights(network.weight_count());
    parallel_for(network.hidden, 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < end; ++k) {
            std::vector<double> unit(inputs);
            double square = 0.0;
            for (std::size_t i = 0; i < inputs; ++i) {
                unit[i] = random.normal(k * inputs + i, replica);
                square += unit[i] * unit[i];
            }
            const double scale = norm * std::sqrt(static_cast<double>(inputs) / square);
            for (std::size_t i = 0; i < inputs; ++i) {
                weights[k * inputs + i] = static_cast<float>(scale * unit[i]);
            }
        }
    });
    return weights;
}

template <class Real>
void normalise_unit(Real* weights, std::size_t count) {
    double square = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
        square += static_cast<double>(weights[i]) * static_cast<double>(weights[i]);
    }
    if (square == 0.0) return;
    const Real scale = static_cast<Real>(std::sqrt(static_cast<double>(count) / square));
    for (std::size_t i = 0; i < count; ++i) weights[i] *= scale;
}

template void normalise_unit<float>(float*, std::size_t);
template void normalise_unit<double>(double*, std::size_t);

Weights normalised_weights(const Network& network, const std::vector<float>& values) {
    Weights weights = Weights::from_values(network.unit_inputs(), network.hidden,
                                           std::vector<double>(values.begin(), values.end()));
    weights.normalise();
    return weights;
}

}  // namespace steppe

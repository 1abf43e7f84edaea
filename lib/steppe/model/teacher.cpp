#include "steppe/model/teacher.hpp"

#include <algorithm>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/random.hpp"

namespace steppe {

Weights random_teacher(const Network& network, std::uint64_t seed) {
    network.validate();
    const Philox random(seed, Stream::Teacher);
    const std::size_t n = network.unit_inputs();
    if (network.weights == WeightKind::Spherical) {
        std::vector<double> values(network.weight_count());
        for (std::size_t j = 0; j < values.size(); ++j) {
            values[j] = random.normal(j % n, static_cast<std::uint32_t>(j / n));
        }
        Weights teacher = Weights::from_values(n, network.hidden, std::move(values));
        teacher.normalise();
        return teacher;
    }
    Weights teacher(n, network.hidden);
    for (std::size_t k = 0; k < network.hidden; ++k) {
        for (std::size_t i = 0; i < n; ++i) {
            teacher.set(k, i, random.bits(i, static_cast<std::uint32_t>(k)) & 1);
        }
    }
    return teacher;
}

PatternSet teacher_labels(const Network& network, const Weights& teacher,
                          const PatternSet& patterns) {
    const std::size_t count = patterns.patterns();
    std::vector<double> z(network.hidden * count);
    preactivations(network, teacher, patterns, z);
    std::vector<signed char> labels(count);
    for (std::size_t a = 0; a < count; ++a) {
        if (network.activation == Activation::Relu) {
            double sum = 0.0;
            for (std::size_t k = 0; k < network.hidden; ++k) {
                sum += Network::output_weight(k) * std::max(z[k * count + a], 0.0);
            }
            labels[a] = sum > 0.0 ? 1 : -1;
            continue;
        }
        std::size_t positive = 0;
        for (std::size_t k = 0; k < network.hidden; ++k) positive += z[k * count + a] > 0;
        labels[a] = static_cast<signed char>(network.answer(positive));
    }
    return patterns.with_labels(std::move(labels));
}

}  // namespace steppe

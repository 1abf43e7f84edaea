#include "steppe/model/teacher.hpp"

#include <fmt/format.h>

#include "steppe/error.hpp"
#include "steppe/model/errors.hpp"
#include "steppe/numeric/random.hpp"

namespace steppe {

Weights random_teacher(const Network& network, std::uint64_t seed) {
    network.validate();
    const Philox random(seed, Stream::Teacher);
    Weights teacher(network.unit_inputs(), network.hidden);
    for (std::size_t k = 0; k < network.hidden; ++k) {
        for (std::size_t i = 0; i < network.unit_inputs(); ++i) {
            teacher.set(k, i, random.bits(i, static_cast<std::uint32_t>(k)) & 1);
        }
    }
    return teacher;
}

PatternSet teacher_labels(const Network& network, const Weights& teacher,
                          const PatternSet& patterns) {
    network.validate();
    if (teacher.units() != network.hidden || patterns.inputs() != network.inputs) {
        throw Error(
            fmt::format("a teacher of {} units and patterns of {} inputs do not fit a network "
                        "of {} units and {} inputs",
                        teacher.units(), patterns.inputs(), network.hidden, network.inputs));
    }
    const std::size_t count = patterns.patterns();
    std::vector<std::int32_t> z(network.hidden * count);
    preactivations(teacher, patterns, z);
    std::vector<signed char> labels(count);
    for (std::size_t a = 0; a < count; ++a) {
        int votes = 0;
        for (std::size_t k = 0; k < network.hidden; ++k) votes += z[k * count + a] > 0 ? 1 : -1;
        labels[a] = votes > 0 ? 1 : -1;
    }
    return PatternSet::from_words(patterns.inputs(), count,
                                  {patterns.words().begin(), patterns.words().end()},
                                  std::move(labels));
}

}  // namespace steppe

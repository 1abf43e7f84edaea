#include "steppe/data/patterns.hpp"

#include "steppe/numeric/threads.hpp"

namespace steppe {

namespace {

std::shared_ptr<const RealPatterns> real_of(const std::shared_ptr<const RealPatterns>& set) {
    return set;
}

std::shared_ptr<const RealPatterns> real_of(const std::shared_ptr<const PatternSet>& set) {
    const std::size_t inputs = set->inputs(), patterns = set->patterns();
    std::vector<float> values(inputs * patterns);
    parallel_for(patterns, 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t a = begin; a < end; ++a) {
            for (std::size_t i = 0; i < inputs; ++i) {
                values[a * inputs + i] = static_cast<float>(set->sign(a, i));
            }
        }
    });
    return std::make_shared<const RealPatterns>(
        RealPatterns::from_values(inputs, patterns, std::move(values),
                                  {set->labels().begin(), set->labels().end()}));
}

}  // namespace

std::shared_ptr<const RealPatterns> as_real(const Patterns& patterns) {
    return patterns.visit([](const auto& set) { return real_of(set); });
}

}  // namespace steppe

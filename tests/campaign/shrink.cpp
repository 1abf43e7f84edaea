#include "shrink.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>

namespace steppe::campaign {

namespace {

using Clock = std::chrono::steady_clock;

Problem without_patterns(const Problem& problem, std::size_t begin, std::size_t end) {
    Problem less = problem;
    const auto n = static_cast<std::ptrdiff_t>(problem.network.inputs);
    const auto first = static_cast<std::ptrdiff_t>(begin), last = static_cast<std::ptrdiff_t>(end);
    less.inputs.erase(less.inputs.begin() + first * n, less.inputs.begin() + last * n);
    less.labels.erase(less.labels.begin() + first, less.labels.begin() + last);
    return less;
}

/// Without inputs [begin, end) of what a unit sees.
Problem without_inputs(const Problem& problem, std::size_t begin, std::size_t end) {
    Problem less = problem;
    const std::size_t seen = problem.network.unit_inputs();
    const std::size_t blocks = problem.network.inputs / seen;
    less.network.inputs = (seen - (end - begin)) * blocks;
    less.inputs.clear();
    for (std::size_t j = 0; j < problem.inputs.size(); ++j) {
        const std::size_t i = j % problem.network.inputs % seen;
        if (i < begin || i >= end) less.inputs.push_back(problem.inputs[j]);
    }
    less.teacher.clear();  // It would leave the sphere.
    return less;
}

class Shrinker {
  public:
    Shrinker(const Problem& problem, const Fails& fails)
        : best_(problem), fails_(fails), end_(Clock::now() + std::chrono::seconds(30)) {}

    Problem run() {
        for (bool smaller = true; smaller && !spent();) {
            smaller = false;
            smaller |= drop_ranges([](const Problem& p) { return p.patterns(); }, without_patterns);
            smaller |= drop_ranges([](const Problem& p) { return p.network.unit_inputs(); },
                                   without_inputs);
            smaller |= simpler_options();
            smaller |= simpler_network();
            smaller |= simpler_numbers();
        }
        return best_;
    }

  private:
    using Size = std::function<std::size_t(const Problem&)>;
    using Drop = std::function<Problem(const Problem&, std::size_t, std::size_t)>;

    bool spent() const { return tries_ >= 600 || Clock::now() > end_; }

    bool take(const Problem& candidate) {
        if (spent() || candidate == best_) return false;
        ++tries_;
        if (!fails_(candidate)) return false;
        best_ = candidate;
        return true;
    }

    /// Half of them at a time, then a quarter, and so on.
    bool drop_ranges(const Size& size, const Drop& drop) {
        bool smaller = false;
        for (std::size_t piece = std::max(size(best_) / 2, std::size_t{1}); piece > 0; piece /= 2) {
            for (std::size_t begin = 0; begin + piece <= size(best_) && size(best_) > piece;) {
                if (take(drop(best_, begin, begin + piece))) {
                    smaller = true;
                } else {
                    begin += piece;
                }
            }
        }
        return smaller;
    }

    bool simpler_options() {
        bool smaller = false;
        const auto options = best_.options;
        for (const auto& [name, value] : options) {
            Problem less = best_;
            less.drop(name);
            smaller |= take(less);
        }
        for (const char* name : {"max-iterations", "epochs", "steps"}) {
            const std::string* value = best_.option(name);
            if (!value || *value == "auto") continue;
            for (const std::size_t fewer : {std::size_t{1}, std::stoul(*value) / 2}) {
                if (fewer < 1 || fewer >= std::stoul(*value)) continue;
                Problem less = best_;
                less.set(name, std::to_string(fewer));
                if (take(less)) {
                    smaller = true;
                    break;
                }
            }
        }
        return smaller;
    }

    bool simpler_network() {
        Problem less = best_;
        less.network.margin = 0.0;
        bool smaller = take(less);
        less = best_;
        less.network.margin = std::round(less.network.margin * 2.0) / 2.0;
        smaller |= take(less);
        less = best_;
        less.teacher.clear();
        smaller |= take(less);
        less = best_;
        std::fill(less.labels.begin(), less.labels.end(), 1);
        smaller |= take(less);
        return smaller;
    }

    bool simpler_numbers() {
        if (!best_.real) return false;
        Problem signs = best_;
        signs.real = false;
        for (float& x : signs.inputs) x = x > 0.0f ? 1.0f : -1.0f;
        if (take(signs)) return true;
        Problem whole = best_;
        for (float& x : whole.inputs) x = std::round(x);
        return take(whole);
    }

    Problem best_;
    const Fails& fails_;
    Clock::time_point end_;
    std::size_t tries_ = 0;
};

}  // namespace

Problem shrink(const Problem& problem, const Fails& fails) {
    return Shrinker(problem, fails).run();
}

Problem shrink(const Problem& problem, const std::string& kind) {
    Kinds kinds;
    kinds.only = {kind};
    return shrink(problem,
                  [&](const Problem& candidate) { return !check(candidate, kinds).empty(); });
}

}  // namespace steppe::campaign

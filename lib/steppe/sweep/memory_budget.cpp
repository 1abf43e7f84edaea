#include "steppe/sweep/memory_budget.hpp"

#include "steppe/data/pattern_set.hpp"
#include "steppe/data/repeated_patterns.hpp"
#include "steppe/options/solver.hpp"
#include "steppe/run/solver_choice.hpp"

namespace steppe {

double bytes_of_run(const SolveOptions& options, const Patterns& patterns) {
    const std::string name =
        options.solver != "auto" ? options.solver : distinct(patterns).visit([&](const auto& set) {
            return choose_solver(options.network, *set).solver;
        });
    // Those of a sweep are +-1, a bit an input.
    const auto pattern_bytes =
        static_cast<double>(PatternSet::memory_bytes(patterns.inputs(), patterns.patterns()));
    return pattern_bytes + solver_named(name).memory(options.network, patterns.patterns(), options);
}

MemoryBudget::Part::Part(MemoryBudget& budget, double bytes) : budget_(budget), bytes_(bytes) {
    std::unique_lock lock(budget_.mutex_);
    budget_.freed_.wait(
        lock, [this] { return budget_.parts_ == 0 || budget_.taken_ + bytes_ <= budget_.bytes_; });
    budget_.taken_ += bytes_;
    ++budget_.parts_;
}

MemoryBudget::Part::~Part() {
    {
        const std::lock_guard lock(budget_.mutex_);
        // Without what rounding leaves.
        budget_.taken_ = --budget_.parts_ == 0 ? 0.0 : budget_.taken_ - bytes_;
    }
    budget_.freed_.notify_all();
}

}  // namespace steppe
